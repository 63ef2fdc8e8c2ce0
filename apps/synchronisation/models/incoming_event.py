"""A Smart Event as it arrived: stored before it is worked. A hint which record to read, never its content."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration
from apps.foundation.fields import UlidField


class EventState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("Being worked")
    DONE = "done", _("Done")
    IGNORED = "ignored", _("Nothing to do")
    FAILED = "failed", _("Failed")


class IncomingEvent(models.Model):
    """One record of Sage Intacct that something happened to."""

    id = UlidField(primary_key=True)
    configuration = models.ForeignKey(
        IntacctConfiguration, models.PROTECT, related_name="incoming_events", verbose_name=_("configuration")
    )
    object_name = models.CharField(_("Sage Intacct object"), max_length=60)
    event = models.CharField(_("event"), max_length=12)
    record_no = models.CharField(_("record number"), max_length=40, blank=True)
    record_id = models.CharField(_("ID"), max_length=100, blank=True)
    event_key = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001  unique or absent
    times = models.PositiveIntegerField(
        _("times"), default=1, help_text=_("How often it was told before the record was read.")
    )
    state = models.CharField(_("state"), max_length=8, choices=EventState, default=EventState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    detail = models.CharField(_("what came of it"), max_length=500, blank=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    due_at = models.DateTimeField(_("due"), db_index=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("Smart Event received")
        verbose_name_plural = _("Smart Events received")
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(name="synchronisation_event_state_known", condition=Q(state__in=EventState.values)),
            # However often a record changes before it is read: it is read once.
            models.UniqueConstraint(
                fields=["configuration", "object_name", "record_no", "record_id"],
                condition=Q(state=EventState.WAITING),
                name="synchronisation_event_waits_once",
            ),
            models.UniqueConstraint(
                fields=["configuration", "event_key"],
                condition=Q(event_key__isnull=False),
                name="synchronisation_event_key_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_name} {self.record_id or self.record_no} {self.event}"
