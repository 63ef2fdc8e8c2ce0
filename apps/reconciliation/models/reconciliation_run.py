"""A comparison of a period with Intacct: what was asked for, how far it is, what it found."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.delivery.models.run import Run
from apps.delivery.states import OPEN_RUN_STATES, RunState
from apps.foundation.scoping import Scope
from apps.foundation.wakeups import Wakeup
from apps.organisation.models import Company


class ReconciliationRunQuerySet(models.QuerySet["ReconciliationRun", "ReconciliationRun"]):
    def visible_to(self, viewer: Scope) -> Self:
        """Comparisons that tell of no company but the viewer's: totals can't be taken apart by company."""
        if viewer.company_ids is None:
            return self
        companies = ReconciliationRun.companies.through.objects.filter(reconciliationrun=OuterRef("pk"))
        return self.filter(
            Exists(companies), ~Exists(companies.exclude(company__in=viewer.company_ids)), covers_all=False
        )


class ReconciliationRun(Run):
    """Of the companies that the one who started it may see, or of one of them; its findings are rows of their own.

    `done` counts the documents of the portal that were compared, of `total` in the period.
    """

    wakeup = Wakeup.RECONCILE

    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    covers_all = models.BooleanField(
        _("all companies"), default=False, help_text=_("With what was made in Sage Intacct itself.")
    )
    companies = models.ManyToManyField(Company, verbose_name=_("companies"), blank=True, related_name="+")
    night = models.DateField(
        _("night"), null=True, blank=True, help_text=_("Of the nightly comparison: the day on which it began.")
    )

    agreeing = models.PositiveIntegerField(_("agree"), default=0)
    missing = models.PositiveIntegerField(_("missing in Intacct"), default=0)
    extra = models.PositiveIntegerField(_("extra in Intacct"), default=0)
    different = models.PositiveIntegerField(_("different"), default=0)
    not_posted = models.PositiveIntegerField(_("not posted yet"), default=0)
    not_from_portal = models.PositiveIntegerField(_("made in Sage Intacct"), default=0)
    elsewhere = models.PositiveIntegerField(_("posted through another configuration"), default=0)
    totals = models.JSONField(default=list, blank=True, editable=False)

    # Where it stands: the page that comes next.
    step = models.PositiveSmallIntegerField(default=0, editable=False)
    cursor = models.CharField(max_length=40, blank=True, editable=False)

    objects = ReconciliationRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="reconciliation_run_state_known", condition=Q(state__in=RunState.values)),
            models.CheckConstraint(name="reconciliation_run_period", condition=Q(last__gte=F("first"))),
            # Each asks Intacct for much, and the calls at the same time are few.
            models.UniqueConstraint(
                fields=["connection"], condition=Q(state__in=OPEN_RUN_STATES), name="reconciliation_run_one_open"
            ),
            models.UniqueConstraint(
                fields=["connection", "night"],
                condition=Q(night__isnull=False),
                name="reconciliation_run_once_a_night",
            ),
            models.CheckConstraint(
                name="reconciliation_run_ended_has_a_time",
                condition=Q(state__in=OPEN_RUN_STATES) | Q(finished_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="reconciliation_run_last")]

    def __str__(self) -> str:
        return f"{date_format(self.first)} – {date_format(self.last)}"

    @property
    def differing(self) -> int:
        return self.missing + self.extra + self.different

    @property
    def agrees(self) -> bool:
        """Of one that has finished: nothing is missing, extra or different."""
        return self.state == RunState.FINISHED and not self.differing
