"""The connection to one Intacct company (guide, "Configure the integration"): exactly one is active."""

import datetime
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.configuration.tenant import this_tenant
from apps.foundation.fields import EncryptedTextField
from apps.organisation.models import ChartOfAccounts, Legislation


class IntegrationLevel(models.TextChoices):
    TOP = "top", _("Top level")
    ENTITY = "entity", _("Entity level")


class MarkerMode(models.TextChoices):
    """How a posting's key is written into Intacct, so that it can be found again (docs/decisions/0002)."""

    UNKNOWN = "unknown", _("Not tested yet")
    FIELD = "field", _("Custom field of the custom package")
    DESCRIPTION = "description", _("End of the description")


class AuditTrailState(models.TextChoices):
    """What Intacct's audit trail object names as the tenant of its Smart Events (dmo-facts 3.2)."""

    ABSENT = "absent", _("Not installed")
    OURS = "ours", _("Points to this tenant")
    OTHER = "other", _("Points to another tenant")


class ConnectionTestResult(models.TextChoices):
    PASSED = "passed", _("Connected")
    FAILED = "failed", _("Failed")


def default_endpoint() -> str:
    return settings.INTACCT_ENDPOINT


def default_sender() -> str:
    return settings.INTACCT_SENDER_ID


def default_policy() -> str:
    return settings.INTACCT_POLICY_ID


def new_callback_secret() -> str:
    return secrets.token_urlsafe(32)


def secret_fields(path: str = "") -> tuple[str, ...]:
    """What a page that shows no secret defers, so that none is decrypted and an unreadable one breaks nothing.

    `path` leads to the configuration: `secret_fields("connection__")`.
    """
    return tuple(f"{path}{name}" for name in ("user_password", "sender_password", "callback_secret"))


class IntacctConfiguration(models.Model):
    """How to reach one Intacct company, and how patient to be with it."""

    code = models.CharField(
        _("ID"),
        max_length=24,
        unique=True,
        validators=[RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9_-]*\Z", _("Letters, digits, dash and underscore only."))],
        help_text=_("Your own name for this set-up."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    endpoint_url = models.CharField(_("Endpoint URL"), max_length=200, default=default_endpoint)
    sender_id = models.CharField(_("Sender ID"), max_length=60, default=default_sender)
    sender_password = EncryptedTextField(
        _("Sender password"), blank=True, help_text=_("Empty: INTACCT_SENDER_PASSWORD of the environment.")
    )
    policy_id = models.CharField(
        _("Policy ID"),
        max_length=40,
        blank=True,
        default=default_policy,
        help_text=_("The transport policy of asynchronous requests. Empty: none are made."),
    )
    async_timeout_seconds = models.PositiveIntegerField(
        _("asynchronous time-out (seconds)"),
        default=300,
        validators=[MinValueValidator(5), MaxValueValidator(3600)],
        help_text=_("How long the answer to an asynchronous request is awaited."),
    )
    callback_secret = EncryptedTextField(_("callback secret"), default=new_callback_secret, editable=False)
    company_id = models.CharField(
        _("Company ID"), max_length=60, help_text=_("The code you enter when you log in to Sage Intacct.")
    )
    user_id = models.CharField(_("User ID"), max_length=60)
    user_password = EncryptedTextField(_("Password"))
    legislation = models.ForeignKey(
        Legislation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Legislation"),
        help_text=_("Used, with the chart of accounts, for accounts that come in from Sage Intacct."),
    )
    chart_of_accounts = models.ForeignKey(
        ChartOfAccounts,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Chart of accounts"),
        help_text=_("One of the legislation's charts."),
    )
    integration_level = models.CharField(
        _("Transaction integration level"),
        max_length=8,
        choices=IntegrationLevel,
        default=IntegrationLevel.TOP,
        help_text=_("Changing it applies to future postings only. Post everything that is waiting first."),
    )
    sends_contact_list_category = models.BooleanField(
        _("Contact list category name"),
        default=False,
        help_text=_("Send predefined category names for the contacts of customers and suppliers."),
    )
    excludes_display_contact = models.BooleanField(
        _("Exclude display contact from the contact list"),
        default=False,
        help_text=_("So that Sage Intacct shows no contact twice."),
    )
    cleans_contact_list = models.BooleanField(
        _("Clean contact list"), default=False, help_text=_("Replace the whole contact list whenever it is sent.")
    )

    call_deadline_seconds = models.PositiveIntegerField(
        _("call deadline (seconds)"),
        default=300,
        validators=[MinValueValidator(1), MaxValueValidator(300)],
        help_text=_("A call is given up after this time, in all."),
    )
    processing_horizon_seconds = models.PositiveIntegerField(
        _("processing horizon (seconds)"),
        default=1200,
        help_text=_(
            "How long Intacct may still be working on a call that was given up. Until then, a document that is not "
            "found there is not known to be absent."
        ),
    )
    largest_concurrency = models.PositiveSmallIntegerField(
        _("calls at the same time"), default=2, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    nightly_days = models.PositiveSmallIntegerField(
        _("compared each night (days)"),
        default=7,
        validators=[MaxValueValidator(92)],
        help_text=_("Each night the postings of so many days are compared with Sage Intacct. 0: of none."),
    )
    marker_mode = models.CharField(
        _("posting key in Intacct"), max_length=12, choices=MarkerMode, default=MarkerMode.UNKNOWN, editable=False
    )

    last_test_at = models.DateTimeField(_("last connection test"), null=True, blank=True, editable=False)
    last_test_result = models.CharField(
        _("result"), max_length=8, choices=ConnectionTestResult, blank=True, editable=False
    )
    last_test_steps = models.JSONField(_("steps"), default=list, blank=True, editable=False)

    # What Intacct's audit trail object said when it was last asked (None: never asked, or no such object).
    audit_trail_tenant = models.CharField(_("tenant"), max_length=200, blank=True, editable=False)
    audit_trail_checked_at = models.DateTimeField(_("asked"), null=True, blank=True, editable=False)
    audit_trail_left_to = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("Sage Intacct configuration")
        verbose_name_plural = _("Sage Intacct configurations")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=models.Q(is_active=True),
                name="configuration_one_active",
                violation_error_message=_("Another configuration is active. Deactivate it first: only one can be."),
            ),
            models.CheckConstraint(
                name="configuration_horizon_outlasts_calls",
                condition=models.Q(processing_horizon_seconds__gte=2 * models.F("call_deadline_seconds")),
                violation_error_message=_("The processing horizon must be at least twice the call deadline."),
            ),
            models.CheckConstraint(
                name="configuration_chart_has_legislation",
                condition=models.Q(chart_of_accounts__isnull=True) | models.Q(legislation__isnull=False),
                violation_error_message=_("Choose the legislation that the chart of accounts belongs to."),
            ),
            models.CheckConstraint(
                name="configuration_nightly_days_few",
                condition=models.Q(nightly_days__lte=92),
                violation_error_message=_("At most 92 days can be compared each night."),
            ),
            models.CheckConstraint(
                name="configuration_level_known",
                condition=models.Q(integration_level__in=IntegrationLevel.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.company_id})"

    def clean(self) -> None:
        chart = self.chart_of_accounts
        if chart is not None and chart.legislation_id != self.legislation_id:
            raise ValidationError({"chart_of_accounts": _("Choose a chart of accounts of this legislation.")})

    @property
    def horizon(self) -> datetime.timedelta:
        """How long an absent document is not yet known to be absent, from the moment it was sent."""
        return datetime.timedelta(seconds=self.processing_horizon_seconds)

    @property
    def lease(self) -> datetime.timedelta:
        """How long a worker owns what it sends: the call's deadline and time to write down its answer."""
        margin = max(5, min(60, self.call_deadline_seconds // 2))
        return datetime.timedelta(seconds=self.call_deadline_seconds + margin)

    @property
    def audit_trail_state(self) -> AuditTrailState | None:
        """Where Smart Events go, seen from this tenant as it is now; None where Intacct was never asked.

        Never stored: a database that was copied, or a portal that moved, is another tenant.
        """
        if self.audit_trail_checked_at is None:
            return None
        if not self.audit_trail_tenant:
            return AuditTrailState.ABSENT
        return AuditTrailState.OURS if self.audit_trail_tenant == this_tenant() else AuditTrailState.OTHER

    @property
    def effective_sender_password(self) -> str:
        return self.sender_password or settings.INTACCT_SENDER_PASSWORD

    @property
    def uses_marker_field(self) -> bool:
        return self.marker_mode == MarkerMode.FIELD
