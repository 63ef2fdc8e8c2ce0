"""Where one synchronised thing stands: beside the record, never inside it (dmo-facts 1, fact 1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration
from apps.delivery.states import IntegrationStatus
from apps.foundation.fields import UlidField


class Area(models.TextChoices):
    """The quick filter of the Integration page."""

    FINANCE = "finance", _("Finance")
    MASTER_DATA = "master_data", _("Master data")


class IntegrationState(models.Model):
    """One for each customer, item, supplier, account, journal, term, … and for each Intacct document of a posting.

    What is sent are deliveries, one for each version; this row says what has become of the thing as a whole.
    """

    id = UlidField(primary_key=True)
    connection = models.ForeignKey(
        IntacctConfiguration, models.PROTECT, related_name="integration_states", verbose_name=_("configuration")
    )
    area = models.CharField(_("area"), max_length=12, choices=Area)
    node = models.CharField(_("kind"), max_length=40, help_text=_("The portal's kind of record."))
    object_name = models.CharField(_("Sage Intacct object"), max_length=60)
    key = models.CharField(_("key"), max_length=200, help_text=_("What the record is known by here."))
    label = models.CharField(_("name"), max_length=200, blank=True)
    company = models.CharField(_("company"), max_length=24, blank=True)

    status = models.CharField(
        _("status"), max_length=16, choices=IntegrationStatus, default=IntegrationStatus.NOT_INTEGRATED
    )
    last_message = models.TextField(_("last message"), blank=True)
    next_step = models.TextField(_("what to do"), blank=True)

    intacct_id = models.CharField(_("ID in Sage Intacct"), max_length=100, blank=True)
    record_no = models.CharField(_("record number"), max_length=40, blank=True)
    record_url = models.CharField(_("link"), max_length=400, blank=True)

    # How often the thing was changed here, and up to which change it was handed to a delivery. `is_due`: a change
    # waits to be handed over.
    version = models.PositiveIntegerField(_("version"), default=0)
    handed_over = models.PositiveIntegerField(default=0, editable=False)
    is_due = models.BooleanField(default=False, editable=False)
    is_forced = models.BooleanField(default=False, editable=False, help_text=_("Sent although nothing changed."))
    fingerprint = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("Of the content that Sage Intacct took last.")
    )
    difference = models.JSONField(
        _("difference"), default=dict, blank=True, help_text=_("By property: what stands here, what in Sage Intacct.")
    )
    last_integrated_at = models.DateTimeField(_("last integrated"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("integration state")
        verbose_name_plural = _("integration")
        ordering = ["-id"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "node", "key", "object_name"], name="delivery_integration_state_once"
            ),
            models.CheckConstraint(name="delivery_integration_area_known", condition=Q(area__in=Area.values)),
            models.CheckConstraint(
                name="delivery_integration_status_known", condition=Q(status__in=IntegrationStatus.values)
            ),
            models.CheckConstraint(
                name="delivery_integration_error_explains", condition=~Q(status="error") | ~Q(last_message="")
            ),
            models.CheckConstraint(
                name="delivery_integration_handed_over_in_range", condition=Q(handed_over__lte=models.F("version"))
            ),
        ]
        indexes = [
            # The Integration page: newest first, and the same within a status, an area, an object.
            models.Index(fields=["status", "-id"], name="delivery_integr_by_status"),
            models.Index(fields=["area", "-id"], name="delivery_integr_by_area"),
            models.Index(fields=["object_name", "status", "-id"], name="delivery_integr_by_object"),
            models.Index(fields=["node", "key"], name="delivery_integr_by_key"),
            models.Index(fields=["key"], name="delivery_integr_key_alone"),
            models.Index(fields=["connection", "node", "id"], name="delivery_integr_due", condition=Q(is_due=True)),
        ]

    def __str__(self) -> str:
        return f"{self.object_name} {self.key}"
