"""A run of a synchronisation: what was asked for, how far it is, how it ended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.delivery.models.run import Run
from apps.delivery.states import OPEN_RUN_STATES, RunState
from apps.foundation.wakeups import Wakeup


class RunMode(models.TextChoices):
    FULL = "full", _("Everything")
    INCREMENTAL = "incremental", _("Changes only")


class SynchronisedObject(models.TextChoices):
    """What comes in from Sage Intacct (guide, "Financial data"), and what goes out ("General information")."""

    ACCOUNT = "ACCOUNT", _("Accounts")
    JOURNAL = "JOURNAL", _("Journals")
    ENTITY = "ENTITY", _("Business entities")
    AP_TERM = "AP_TERM", _("Payment terms (AP)")
    AR_TERM = "AR_TERM", _("Payment terms (AR)")
    TAX_DETAIL = "TAX_DETAIL", _("Tax details")
    DIMENSION_TYPE = "DIMENSION_TYPE", _("Dimension types")
    DEPARTMENT = "DEPARTMENT", _("Departments")
    CHANNEL = "CHANNEL", _("Channels")
    PROJECT = "PROJECT", _("Projects")
    EMPLOYEE = "EMPLOYEE", _("Employees")
    TASK = "TASK", _("Tasks")
    ITEM = "ITEM", _("Items")
    CUSTOMER = "CUSTOMER", _("Customers")
    SUPPLIER = "SUPPLIER", _("Suppliers")


OUTBOUND_OBJECTS: dict[str, str] = {
    SynchronisedObject.ITEM: "item",
    SynchronisedObject.CUSTOMER: "customer",
    SynchronisedObject.SUPPLIER: "supplier",
}
"""Those that go out, with the node of their records."""


class SynchronisationRun(Run):
    """One object, read or sent as a whole or as far as it changed."""

    wakeup = Wakeup.SYNCHRONISE

    object = models.CharField(
        _("object"),
        max_length=60,
        choices=SynchronisedObject,
        help_text=_("A user-defined dimension is named by its Sage Intacct object."),
    )
    mode = models.CharField(_("what"), max_length=12, choices=RunMode, default=RunMode.FULL)
    since = models.DateTimeField(
        _("changed since"), null=True, blank=True, help_text=_("By Sage Intacct's clock; for changes only.")
    )
    is_forced = models.BooleanField(
        _("even if unchanged"),
        default=False,
        help_text=_("Sends what Sage Intacct has as it is here too; believes a reading that brings nothing."),
    )
    failed = models.PositiveIntegerField(_("failed"), default=0)
    removed = models.PositiveIntegerField(_("no longer in Sage Intacct"), default=0)

    # Where it stands: the last record number that was stored, and the newest change that was met.
    cursor = models.PositiveBigIntegerField(_("last record number"), default=0, editable=False)
    newest_change = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("synchronisation")
        verbose_name_plural = _("synchronisations")
        ordering = ["-id"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(name="synchronisation_run_state_known", condition=Q(state__in=RunState.values)),
            models.CheckConstraint(name="synchronisation_run_mode_known", condition=Q(mode__in=RunMode.values)),
            # Two readings of one object at once would take each other's records for gone.
            models.UniqueConstraint(
                fields=["connection", "object"],
                condition=Q(state__in=OPEN_RUN_STATES),
                name="synchronisation_run_one_open",
            ),
            models.CheckConstraint(
                name="synchronisation_run_ended_has_a_time",
                condition=Q(state__in=OPEN_RUN_STATES) | Q(finished_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["object", "state", "-id"], name="synchronisation_run_last")]

    def __str__(self) -> str:
        return f"{self.get_object_display()} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_discovery(self) -> bool:
        """Whether it asks which dimensions there are, and reads no records."""
        return self.object == SynchronisedObject.DIMENSION_TYPE

    @property
    def is_outbound(self) -> bool:
        """Whether its records go to Sage Intacct; otherwise they come from there."""
        return self.object in OUTBOUND_OBJECTS
