"""Where one synchronised record stands: beside the record, never inside it (dmo-facts 1, fact 1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models.delivery import Delivery
from apps.delivery.states import IntegrationStatus
from apps.foundation.fields import UlidField


class IntegrationState(models.Model):
    """One for each record of master data that was synchronised, or that could not be.

    Postings have theirs in their deliveries; `node` is the portal's kind of record, `key` what it is known by here.
    A record that goes out waits here until it is sent (`is_due`), and has one delivery in flight at the most.
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
    intacct_id = models.CharField(_("Sage Intacct ID"), max_length=200, blank=True)
    record_url = models.CharField(_("link"), max_length=400, blank=True)

    # Of what goes out: how often it was sent, what was sent last, and what it waits for.
    owner = models.CharField(_("belongs to"), max_length=40, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0)
    is_due = models.BooleanField(_("to be sent"), default=False)
    is_forced = models.BooleanField(_("even if unchanged"), default=False)
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, blank=True, related_name="integration_states", verbose_name=_("delivery")
    )
    is_in_flight = models.BooleanField(_("on its way"), default=False)
    replans = models.PositiveSmallIntegerField(default=0, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    waits_for = models.CharField(
        _("waits for"), max_length=240, blank=True, help_text=_("Goes on by itself when that record arrives.")
    )
    difference = models.JSONField(_("difference"), default=list, blank=True)

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
            models.CheckConstraint(
                name="delivery_integration_in_flight_has_delivery",
                condition=Q(is_in_flight=False) | Q(delivery__isnull=False),
            ),
        ]
        indexes = [
            # The Integration page: newest first, and the same within a status and an object.
            models.Index(fields=["status", "-id"], name="delivery_integr_by_status"),
            models.Index(fields=["object_name", "-id"], name="delivery_integr_of_object"),
            models.Index(fields=["object_name", "status", "-id"], name="delivery_integr_by_object"),
            # What changed since: figures are counted anew for it.
            models.Index(fields=["node", "updated_at"], name="delivery_integr_by_change"),
            # Searched by its beginning, and by record number alone.
            models.Index(fields=["key"], opclasses=["varchar_pattern_ops"], name="delivery_integr_by_key"),
            models.Index(fields=["record_no", "object_name", "connection"], name="delivery_integr_by_number"),
            # What is worked: only rows that wait or travel are in these, so they stay small.
            models.Index(
                fields=["connection", "object_name", "id"], name="delivery_integr_due", condition=Q(is_due=True)
            ),
            models.Index(
                fields=["connection", "delivery"], name="delivery_integr_in_flight", condition=Q(is_in_flight=True)
            ),
            models.Index(fields=["connection", "owner"], name="delivery_integr_by_owner", condition=~Q(owner="")),
            models.Index(fields=["connection", "waits_for"], name="delivery_integr_waits", condition=~Q(waits_for="")),
        ]

    def __str__(self) -> str:
        return f"{self.object_name} {self.key}"
