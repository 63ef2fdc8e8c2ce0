"""Where messages go: an address of the ERP, what it wants to be told, and the secret it knows them by."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.fields import EncryptedTextField, UlidField
from apps.notifications.addresses import LONGEST
from apps.notifications.event_kinds import EventKind
from apps.organisation.models import Company


def every_kind() -> list[str]:
    return list(EventKind.values)


class WebhookEndpointManager(models.Manager["WebhookEndpoint"]):
    """Leaves the secrets in the database until somebody signs: one that can't be read holds up no other."""

    def get_queryset(self) -> models.QuerySet["WebhookEndpoint", "WebhookEndpoint"]:
        return super().get_queryset().defer("secret", "previous_secret")


class WebhookEndpoint(models.Model):
    """The secrets are never shown again after they were made. While one is replaced, both sign for a while."""

    id = UlidField(primary_key=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.CharField(
        _("address"), max_length=LONGEST, help_text=_("Messages are posted here. https, and reachable from the portal.")
    )
    all_companies = models.BooleanField(
        _("all companies"), default=False, help_text=_("Of those made later too: for receivers of your own house.")
    )
    companies = models.ManyToManyField(
        Company, blank=True, related_name="webhook_endpoints", verbose_name=_("companies"),
        help_text=_("Nothing is told of any other company's postings."),
    )  # fmt: skip
    event_kinds = models.JSONField(_("events"), default=every_kind)
    secret = EncryptedTextField(_("secret"), editable=False)
    previous_secret = EncryptedTextField(_("previous secret"), blank=True, editable=False)
    previous_secret_until = models.DateTimeField(_("previous secret signs until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    inactive_reason = models.CharField(_("why it is not active"), max_length=300, blank=True)
    # What was journalled up to here happened before it listened.
    starts_after = models.BigIntegerField(default=0, editable=False)
    failures_in_a_row = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    rest_until = models.DateTimeField(_("left alone until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = WebhookEndpointManager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="notifications_webhookendpoint_inactive_explains",
                condition=Q(is_active=True, inactive_reason="") | Q(is_active=False) & ~Q(inactive_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def signing_secrets(self, now: datetime.datetime) -> list[str]:
        """The secrets that sign now, the newest first."""
        overlaps = self.previous_secret_until is not None and self.previous_secret_until > now
        return [self.secret, self.previous_secret] if overlaps else [self.secret]
