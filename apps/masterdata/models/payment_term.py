"""Payment terms: when something is due, and what is given for paying early."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.masterdata.models.inbound_record import InboundRecord


class TermLedger(models.TextChoices):
    """Whose terms they are (guide, "Financial data": AP Terms and AR Terms)."""

    AP = "ap", _("AP (suppliers)")
    AR = "ar", _("AR (customers)")


class DueFrom(models.TextChoices):
    """From when the days are counted, as Sage Intacct has it (intacct-protocol 5.1)."""

    DOCUMENT_DATE = "document_date", _("from the invoice or bill date")
    SAME_MONTH = "same_month", _("of the month of the invoice or bill date")
    NEXT_MONTH = "next_month", _("of the next month")
    SECOND_MONTH = "second_month", _("of the 2nd month after")
    THIRD_MONTH = "third_month", _("of the 3rd month after")
    FOURTH_MONTH = "fourth_month", _("of the 4th month after")
    FIFTH_MONTH = "fifth_month", _("of the 5th month after")
    SIXTH_MONTH = "sixth_month", _("of the 6th month after")


class DiscountUnit(models.TextChoices):
    AMOUNT = "amount", _("amount")
    PERCENT = "percent", _("percent")


class PaymentTerm(InboundRecord):
    """A payment term of suppliers or of customers; its name is Intacct's description."""

    ledger = models.CharField(_("for"), max_length=2, choices=TermLedger)
    code = models.CharField(_("ID"), max_length=60)
    due_days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    due_from = models.CharField(_("counted"), max_length=16, choices=DueFrom, blank=True)
    discount_days = models.PositiveSmallIntegerField(_("discount within days"), null=True, blank=True)
    discount_from = models.CharField(_("discount counted"), max_length=16, choices=DueFrom, blank=True)
    discount = models.DecimalField(_("discount"), max_digits=12, decimal_places=4, null=True, blank=True)
    discount_unit = models.CharField(_("discount in"), max_length=8, choices=DiscountUnit, blank=True)

    class Meta:
        verbose_name = _("payment term")
        verbose_name_plural = _("payment terms")
        ordering = ["ledger", "code"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["ledger", "code"], name="masterdata_payment_term_once"),
            models.CheckConstraint(
                name="masterdata_payment_term_choices_known",
                condition=Q(
                    ledger__in=TermLedger.values,
                    due_from__in=["", *DueFrom.values],
                    discount_from__in=["", *DueFrom.values],
                    discount_unit__in=["", *DiscountUnit.values],
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.get_ledger_display()})"

    @property
    def due_rule(self) -> str:
        """When it is due, in words; empty where Sage Intacct has no rule."""
        if self.due_days is None:
            return ""
        if self.due_from in ("", DueFrom.DOCUMENT_DATE):
            return gettext("%(days)d days from the invoice or bill date") % {"days": self.due_days}
        return gettext("Day %(day)d %(month)s") % {"day": self.due_days, "month": self.get_due_from_display()}
