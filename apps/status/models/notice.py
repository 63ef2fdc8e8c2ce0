"""What partners are told in words: incidents, maintenance, announcements; and what is added to them later."""

import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.organisation.models import Company


class NoticeKind(models.TextChoices):
    INCIDENT = "incident", _("Incident")
    MAINTENANCE = "maintenance", _("Maintenance")
    ANNOUNCEMENT = "announcement", _("Announcement")


class Severity(models.TextChoices):
    """What a notice means for the documents while it lasts."""

    NONE = "none", _("Documents flow")
    DELAY = "delay", _("Documents are delayed")
    STOP = "stop", _("No documents flow")


class NoticeQuerySet(models.QuerySet["Notice", "Notice"]):
    def for_companies(self, company_ids: frozenset[int] | None) -> Self:
        """Published notices that concern one of these companies (None: any)."""
        published = self.filter(is_published=True)
        if company_ids is None:
            return published
        concerned = Notice.companies.through.objects.filter(company__in=company_ids).values("notice")
        return published.filter(Q(all_companies=True) | Q(pk__in=concerned))

    def current(self, now: datetime.datetime) -> Self:
        """Not over; maintenance also before it starts, so that it is known of."""
        not_over = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        return self.filter(not_over, Q(starts_at__lte=now) | Q(kind=NoticeKind.MAINTENANCE))

    def over_since(self, since: datetime.datetime, now: datetime.datetime) -> Self:
        return self.filter(ends_at__gt=since, ends_at__lte=now)


class Notice(models.Model):
    """One of them. Plain text: it is shown as it was written, with its line breaks."""

    kind = models.CharField(_("kind"), max_length=16, choices=NoticeKind, default=NoticeKind.INCIDENT)
    severity = models.CharField(
        _("what it means"),
        max_length=8,
        choices=Severity,
        default=Severity.NONE,
        help_text=_("While it lasts, the status pages of its companies say no better than this."),
    )
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), help_text=_("For people outside. No names, no amounts, no technical details."))
    starts_at = models.DateTimeField(_("starts"), default=timezone.now)
    ends_at = models.DateTimeField(
        _("ends"), null=True, blank=True, help_text=_("Empty: it lasts until somebody enters an end.")
    )
    all_companies = models.BooleanField(_("for all companies"), default=True)
    companies = models.ManyToManyField(
        Company,
        blank=True,
        related_name="notices",
        verbose_name=_("companies"),
        help_text=_("Where it is not for all companies: only readers of these see it."),
    )
    is_published = models.BooleanField(
        _("published"), default=False, help_text=_("Switched off, nobody outside sees it.")
    )

    objects: ClassVar[models.Manager["Notice"]] = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident or announcement")
        verbose_name_plural = _("incidents and announcements")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(name="status_notice_kind_known", condition=Q(kind__in=NoticeKind.values)),
            models.CheckConstraint(name="status_notice_severity_known", condition=Q(severity__in=Severity.values)),
            models.CheckConstraint(
                name="status_notice_ends_later", condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeUpdate(models.Model):
    """What became known later: a dated note below the notice."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="updates", verbose_name=_("notice"))
    written_at = models.DateTimeField(_("when"), default=timezone.now)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return self.text
