"""How many postings of a company were submitted on a day, and where they stand."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.organisation.models import Company


class DayFigure(models.Model):
    """Counted anew whenever a posting of that day changes; days are UTC. Pending: everything that is on its way."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    day = models.DateField(_("day"))
    posted = models.PositiveIntegerField(_("posted"), default=0)
    pending = models.PositiveIntegerField(_("pending"), default=0)
    in_error = models.PositiveIntegerField(_("in error"), default=0)
    cancelled = models.PositiveIntegerField(_("cancelled"), default=0)

    class Meta:
        verbose_name = _("figures of a day")
        verbose_name_plural = _("figures by day")
        ordering = ["day", "company"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "company"], name="status_dayfigure_once"),
            models.CheckConstraint(
                name="status_dayfigure_counts_something",
                condition=Q(posted__gt=0) | Q(pending__gt=0) | Q(in_error__gt=0) | Q(cancelled__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.company_id}"
