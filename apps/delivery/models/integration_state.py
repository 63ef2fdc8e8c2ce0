"""Where one synchronised record stands: beside the record, never inside it (dmo-facts 1, fact 1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration
from apps.delivery.states import IntegrationStatus
from apps.foundation.fields import UlidField


class IntegrationState(models.Model):
    """One for each record of master data that was synchronised, or that could not be.

    Postings have theirs in their deliveries; `node` is the portal's kind of record, `key` what it is known by here.
    """

    id = UlidField(primary_key=True)
    connection = models.ForeignKey(
        IntacctConfiguration, models.PROTECT, related_name="integration_states", verbose_name=_("configuration")
    )
    node = models.CharField(_("kind"), max_length=40)
    object_name = models.CharField(_("Sage Intacct object"), max_length=60)
    key = models.CharField(_("key"), max_length=200)
    status = models.CharField(
        _("status"), max_length=16, choices=IntegrationStatus, default=IntegrationStatus.NOT_INTEGRATED
    )
    last_message = models.TextField(_("last message"), blank=True)
    next_step = models.TextField(_("what to do"), blank=True)
    record_no = models.CharField(_("record number"), max_length=40, blank=True)
    last_integrated_at = models.DateTimeField(_("last integrated"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated"))

    class Meta:
        verbose_name = _("integration state")
        verbose_name_plural = _("integration")
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "object_name", "key"], name="delivery_integration_state_once"
            ),
            models.CheckConstraint(
                name="delivery_integration_status_known", condition=Q(status__in=IntegrationStatus.values)
            ),
            models.CheckConstraint(
                name="delivery_integration_error_explains", condition=~Q(status="error") | ~Q(last_message="")
            ),
        ]
        indexes = [
            # The Integration page: newest first, and the same within a status and an object.
            models.Index(fields=["status", "-id"], name="delivery_integr_by_status"),
            models.Index(fields=["object_name", "status", "-id"], name="delivery_integr_by_object"),
            models.Index(fields=["key"], name="delivery_integr_by_key"),
            models.Index(fields=["connection", "object_name", "record_no"], name="delivery_integr_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.object_name} {self.key}"
