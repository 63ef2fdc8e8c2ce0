"""What is managed in Sage Intacct and synchronised inbound: accounts, journals, and the entities as they were read.

Read-only here (guide, "Financial data"), but for the tax management of accounts. Later issues add customers, items,
terms and tax details.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.organisation.models import ChartOfAccounts


class InboundRecord(models.Model):
    """A record that Sage Intacct owns; the portal keeps what it needs to check and to show."""

    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)
    synchronised_at = models.DateTimeField(_("synchronised"))

    class Meta:
        abstract = True


class TaxManagement(models.TextChoices):
    """What an account is to taxes (guide, "Tax management on accounts")."""

    OTHER = "other", _("Other")
    INCLUDING_TAX = "including_tax", _("Including tax")
    EXCLUDING_TAX = "excluding_tax", _("Excluding tax")
    TAX_ONLY = "tax_only", _("Tax only")
    REVERSE_CHARGE = "reverse_charge", _("Reverse charge")


class Account(InboundRecord):
    """A general ledger account. Its tax management is selectable where its chart's legislation says so."""

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


class Journal(InboundRecord):
    """A journal, by its symbol."""

    symbol = models.CharField(_("ID"), max_length=12, unique=True)

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")
        ordering = ["symbol"]

    def __str__(self) -> str:
        return f"{self.symbol} {self.name}"


class Entity(InboundRecord):
    """An entity as Sage Intacct last listed it: the counterpart of a company and its financial site."""

    code = models.CharField(_("ID"), max_length=24, unique=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("business entity")
        verbose_name_plural = _("business entities")
        ordering = ["code"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
