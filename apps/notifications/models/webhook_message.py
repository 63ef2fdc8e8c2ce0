"""One thing told to one endpoint: its frozen body, and where sending it stands."""

import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.delivery.states import Look
from apps.foundation.fields import UlidField
from apps.notifications.models.webhook_endpoint import WebhookEndpoint


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Sending")
    DELIVERED = "delivered", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")


MESSAGE_LOOKS: dict[str, Look] = {
    MessageState.WAITING: Look("info", "schedule", _("Is sent at the time shown, if its webhook is active.")),
    MessageState.SENDING: Look("info", "send", _("Is on its way.")),
    MessageState.DELIVERED: Look("success", "check_circle", _("The receiver said that it has it.")),
    MessageState.GIVEN_UP: Look("danger", "error", _("No try succeeded. It is sent again only if somebody says so.")),
}


class WebhookMessageQuerySet(models.QuerySet["WebhookMessage", "WebhookMessage"]):
    def due(self, now: datetime.datetime) -> Self:
        """What may be sent now, to endpoints that are active and not left alone for a while."""
        return self.filter(
            self.model.may_be_taken(now),
            Q(endpoint__rest_until__isnull=True) | Q(endpoint__rest_until__lte=now),
            endpoint__is_active=True,
        )


class WebhookMessage(models.Model):
    """The ID is the `webhook-id`: it and the body are the same on every try, so that a receiver can recognise it."""

    id = UlidField(primary_key=True)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="messages", verbose_name=_("webhook"))
    kind = models.CharField(_("event"), max_length=40)
    # The journal entry that it tells of; of a test there is none.
    journal_entry = models.BigIntegerField(null=True, blank=True, editable=False)
    subject_id = models.CharField(_("ID"), max_length=64, blank=True)
    subject_label = models.CharField(_("about"), max_length=120, blank=True)
    company = models.CharField(_("company"), max_length=24, blank=True)
    body = models.TextField(_("body"), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=MessageState, default=MessageState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("next try"), null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    objects = WebhookMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        ordering = ["-id"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "kind", "journal_entry"], name="notifications_webhookmessage_once"
            ),
            models.CheckConstraint(
                name="notifications_webhookmessage_state_known", condition=Q(state__in=MessageState.values)
            ),
            models.CheckConstraint(
                name="notifications_webhookmessage_sending_is_leased",
                condition=Q(state="sending", lease_until__isnull=False) & ~Q(lease_token="")
                | ~Q(state="sending") & Q(lease_until__isnull=True, lease_token=""),
            ),
            models.CheckConstraint(
                name="notifications_webhookmessage_waiting_is_due",
                condition=Q(state="waiting", due_at__isnull=False) | ~Q(state="waiting"),
            ),
        ]
        indexes = [
            # Only what is open is in it, so it stays small at a million delivered.
            models.Index(
                fields=["endpoint", "due_at"],
                name="notifications_message_open",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["endpoint", "-id"], name="notifications_message_of"),
            models.Index(fields=["state", "-id"], name="notifications_message_state"),
            models.Index(fields=["subject_id"], name="notifications_message_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_label}".strip()

    @property
    def is_open(self) -> bool:
        """It is still to be sent, to an endpoint that takes messages."""
        return self.endpoint.is_active and self.state in (MessageState.WAITING, MessageState.SENDING)

    @staticmethod
    def may_be_taken(now: datetime.datetime) -> Q:
        """Its time has come, or whoever was sending it has died: conditions on the row alone, for a claim."""
        return Q(state=MessageState.WAITING, due_at__lte=now) | Q(state=MessageState.SENDING, lease_until__lt=now)
