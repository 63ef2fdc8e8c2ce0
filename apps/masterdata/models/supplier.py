"""Suppliers and their addresses."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.masterdata.models.address import Address
from apps.masterdata.models.partner import Partner


class PaymentPriority(models.TextChoices):
    """In Intacct's words (protocol 4.4)."""

    URGENT = "urgent", _("Urgent")
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class Supplier(Partner):
    """A supplier: a vendor in Sage Intacct. The 1099 data are for suppliers in the United States."""

    account_number = models.CharField(
        _("account number"), max_length=70, blank=True, help_text=_("Our number in the supplier's books.")
    )
    payment_priority = models.CharField(_("payment priority"), max_length=8, choices=PaymentPriority, blank=True)
    form_1099_name = models.CharField(_("1099 name"), max_length=100, blank=True)
    form_1099_type = models.CharField(_("1099 form"), max_length=20, blank=True, help_text=_("As in MISC or NEC."))
    form_1099_box = models.CharField(_("1099 box"), max_length=10, blank=True)

    class Meta(Partner.Meta):
        abstract = False
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["code"]
        constraints = [
            *Partner.Meta.constraints,
            models.CheckConstraint(
                name="masterdata_supplier_priority_known",
                condition=Q(payment_priority__in=["", *PaymentPriority.values]),
            ),
            models.CheckConstraint(
                name="masterdata_supplier_1099_box_needs_a_form",
                condition=Q(form_1099_box="") | ~Q(form_1099_type=""),
                violation_error_message=_("A 1099 box needs a 1099 form."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.form_1099_box and not self.form_1099_type:
            raise ValidationError({"form_1099_type": _("A 1099 box needs a 1099 form.")})


class SupplierAddress(Address):
    """One address of a supplier; one of them at the most has each of the roles."""

    owner = models.ForeignKey(Supplier, models.CASCADE, related_name="addresses", verbose_name=_("supplier"))
    is_pay_to = models.BooleanField(_("pay to"), default=False)
    is_return_to = models.BooleanField(_("return to"), default=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["owner", "code"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "code"], name="masterdata_supplier_address_once"),
            *(
                models.UniqueConstraint(
                    fields=["owner"], condition=Q(**{f"is_{role}": True}), name=f"masterdata_supplier_one_{role}"
                )
                for role in ("primary", "pay_to", "return_to")
            ),
        ]
