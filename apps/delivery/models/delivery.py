"""One thing to be done in Intacct, once: its identity, frozen payload, state and evidence."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.delivery.states import INTEGRATION_STATUS, MOVES, IntegrationStatus, State
from apps.foundation.bulk import update_each
from apps.foundation.fields import UlidField


class Operation(models.TextChoices):
    """What is done over there. Documents are only ever created."""

    CREATE = "create", _("Create")
    UPDATE = "update", _("Update")
    DELETE = "delete", _("Delete")


class IllegalMove(Exception):
    """A move between states that the table of moves does not have: a defect of the caller."""


def _require_legal(from_: Iterable[State], to: State) -> None:
    for state in from_:
        if to not in MOVES[state] and to != state:
            raise IllegalMove(f"{state} -> {to}")


class DeliveryQuerySet(models.QuerySet["Delivery", "Delivery"]):
    def move(
        self, pk: str, *, from_: Iterable[State], to: State, lease_token: str | None = None, **values: Any
    ) -> bool:
        """Compare-and-set: the only way to change a state. False: somebody was faster, nothing changed.

        With `lease_token`, only while this worker still owns the row. Leaving `sending` gives the lease back.
        """
        from_ = tuple(from_)
        _require_legal(from_, to)
        rows = self.filter(pk=pk, state__in=from_)
        if lease_token is not None:
            rows = rows.filter(lease_token=lease_token)
        values.setdefault("updated_at", timezone.now())
        if to != State.SENDING:
            values = {"lease_token": "", "lease_until": None, **values}
        return rows.update(state=to, **values) == 1

    def move_all(
        self,
        moves: Mapping[str, Sequence[Any]],
        names: Sequence[str],
        *,
        from_: State,
        to: State,
        lease_token: str,
    ) -> int:
        """The same for many that this worker owns, by primary key, each with its values of the fields `names`.

        Returns how many were moved: where that are fewer, the caller rolls back and moves each alone.
        """
        _require_legal((from_,), to)
        now = timezone.now()
        return update_each(
            self.model,
            (*names, "state", "lease_token", "lease_until", "updated_at"),
            ((pk, (*values, to, "", None, now)) for pk, values in moves.items()),
            only_if={"state": from_, "lease_token": lease_token},
        )

    def due(self, now: datetime.datetime) -> "DeliveryQuerySet":
        return self.filter(due_at__lte=now)


class Delivery(models.Model):
    """One document to be created, or one version of a record to be sent: beside the record and never inside it."""

    id = UlidField(primary_key=True)
    connection = models.ForeignKey(
        IntacctConfiguration, models.PROTECT, related_name="deliveries", verbose_name=_("configuration")
    )
    kind = models.CharField(_("kind"), max_length=24)
    object_name = models.CharField(_("Intacct object"), max_length=40)
    operation = models.CharField(
        _("operation"), max_length=6, choices=Operation, default=Operation.CREATE, editable=False
    )
    natural_key = models.CharField(_("document"), max_length=200)
    number = models.CharField(_("number"), max_length=60)
    key = models.CharField(_("key"), max_length=64, unique=True, editable=False)

    # Frozen scope: a look-up must search where the record was made, whatever the setting says later.
    integration_level = models.CharField(_("level"), max_length=8, choices=IntegrationLevel)
    entity = models.CharField(_("entity"), max_length=24, blank=True)

    epoch = models.PositiveIntegerField(default=1, editable=False)
    control_id = models.CharField(_("control ID"), max_length=40, editable=False)
    payload = models.TextField(blank=True, editable=False)
    payload_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    expectation = models.JSONField(default=dict, blank=True, editable=False)

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(_("next step at"))
    lease_token = models.CharField(max_length=32, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    problem = models.JSONField(_("problem"), null=True, blank=True)

    # What decides about the next step. `isolated`: travels alone, because it may be what broke a batch.
    isolated = models.BooleanField(default=False, editable=False)
    crashes = models.PositiveSmallIntegerField(default=0, editable=False)
    setbacks = models.PositiveSmallIntegerField(default=0, editable=False)
    resends = models.PositiveSmallIntegerField(default=0, editable=False)
    looks = models.PositiveSmallIntegerField(default=0, editable=False)
    absent_since = models.DateTimeField(null=True, blank=True, editable=False)
    last_sent_at = models.DateTimeField(_("last sent"), null=True, blank=True, editable=False)

    record_no = models.CharField(_("record number"), max_length=40, blank=True)
    record_url = models.CharField(_("link"), max_length=400, blank=True)
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        default_permissions = ("view", "change")
        indexes = [
            # The claim reads the first, recovery and look-ups the second. Only open rows are in them, so they stay
            # small at a million posted.
            models.Index(
                fields=["connection", "entity", "id"], name="delivery_pending_in_turn", condition=Q(state="pending")
            ),
            models.Index(
                fields=["connection", "state", "due_at"],
                name="delivery_open_due",
                condition=Q(state__in=["pending", "sending", "verifying"]),
            ),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
            models.Index(fields=["number"], opclasses=["varchar_pattern_ops"], name="delivery_by_number"),
            models.Index(fields=["record_no"], name="delivery_by_record_no"),
            models.Index(fields=["object_name", "-id"], name="delivery_by_object"),
            # What changed since: figures are counted anew for it, and an error rate looks at a window.
            models.Index(fields=["updated_at"], name="delivery_by_change"),
            # What was posted since: read forwards by what follows a posting, such as its payment.
            models.Index(
                fields=["object_name", "posted_at"], name="delivery_posted_in_turn", condition=Q(state="posted")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "object_name", "control_id"], name="delivery_delivery_control_id_once"
            ),
            models.UniqueConstraint(
                fields=["connection", "object_name", "record_no"],
                condition=~Q(record_no="") & Q(operation="create"),
                name="delivery_delivery_record_no_once",
            ),
            models.CheckConstraint(name="delivery_delivery_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="delivery_delivery_posted_has_record_no", condition=~Q(state="posted") | ~Q(record_no="")
            ),
            models.CheckConstraint(
                name="delivery_delivery_sending_is_leased",
                condition=Q(state="sending", lease_until__isnull=False) & ~Q(lease_token="")
                | ~Q(state="sending") & Q(lease_until__isnull=True, lease_token=""),
            ),
            models.CheckConstraint(name="delivery_delivery_epoch_positive", condition=Q(epoch__gte=1)),
            models.CheckConstraint(
                name="delivery_delivery_operation_known", condition=Q(operation__in=Operation.values)
            ),
            models.CheckConstraint(
                name="delivery_delivery_error_explains", condition=~Q(state="error") | Q(problem__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_name} {self.number}"

    @property
    def integration_status(self) -> IntegrationStatus:
        """Where the record stands, in DMO's own words."""
        return INTEGRATION_STATUS[self.state]
