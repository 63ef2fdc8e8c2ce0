"""General ledger accounts: read-only here, but for their tax management."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.masterdata.models.inbound_record import InboundRecord
from apps.organisation.models import ChartOfAccounts


class TaxManagement(models.TextChoices):
    """What an account is to taxes (guide, "Tax management on accounts")."""

    OTHER = "other", _("Other")
    INCLUDING_TAX = "including_tax", _("Including tax")
    EXCLUDING_TAX = "excluding_tax", _("Excluding tax")
    TAX_ONLY = "tax_only", _("Tax only")
    REVERSE_CHARGE = "reverse_charge", _("Reverse charge")


class Account(InboundRecord):
    """A general ledger account. Its tax management is selectable where its chart's legislation says so.

    The `is_required_…` flags are the analytical settings: what a line on this account must name. They are changed in
    Sage Intacct (dmo-facts 4.6).
    """

    number = models.CharField(_("ID"), max_length=24, unique=True)
    chart_of_accounts = models.ForeignKey(
        ChartOfAccounts,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("chart of accounts"),
        help_text=_("From the Defaults of the configuration when the account first came in."),
    )
    tax_management = models.CharField(
        _("tax management"), max_length=16, choices=TaxManagement, default=TaxManagement.OTHER
    )
    account_type = models.CharField(_("account type"), max_length=40, blank=True)
    normal_balance = models.CharField(_("normal balance"), max_length=12, blank=True)
    entity = models.CharField(
        _("private to entity"), max_length=24, blank=True, help_text=_("Empty: shared by all entities.")
    )
    is_required_location = models.BooleanField(_("location required"), default=False)
    is_required_department = models.BooleanField(_("department required"), default=False)
    is_required_channel = models.BooleanField(_("channel (class) required"), default=False)
    is_required_project = models.BooleanField(_("project required"), default=False)
    is_required_customer = models.BooleanField(_("customer required"), default=False)
    is_required_supplier = models.BooleanField(_("supplier required"), default=False)
    is_required_employee = models.BooleanField(_("employee required"), default=False)
    is_required_item = models.BooleanField(_("item required"), default=False)
    is_required_task = models.BooleanField(_("task required"), default=False)
    required_dimensions = models.JSONField(
        _("other dimensions required"), default=list, blank=True, help_text=_("Types of user-defined dimensions.")
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["number"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                name="masterdata_tax_management_known", condition=Q(tax_management__in=TaxManagement.values)
            ),
            models.CheckConstraint(
                name="masterdata_tax_management_needs_a_chart",
                condition=Q(tax_management=TaxManagement.OTHER) | Q(chart_of_accounts__isnull=False),
                violation_error_message=_("Without a chart of accounts, tax management is Other."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def selects_tax_management(self) -> bool:
        """Whether another tax management than Other may be chosen; reads the chart and its legislation."""
        chart = self.chart_of_accounts
        return chart is not None and chart.legislation.selects_tax_management

    @property
    def required(self) -> list[str]:
        """The codes of what a line on this account must name: `location`, `department`, `channel`, `project`, …

        Types of user-defined dimensions come last.
        """
        return [*self.required_flags, *self.required_dimensions]

    @property
    def required_flags(self) -> list[str]:
        """Those that every Intacct company has."""
        flags = [field.name for field in self._meta.fields if field.name.startswith("is_required_")]
        return [name.removeprefix("is_required_") for name in flags if getattr(self, name)]
