"""Customers and their addresses."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.masterdata.models.address import Address
from apps.masterdata.models.partner import Partner


class DeliveryOptions(models.TextChoices):
    """How documents reach the customer, in Intacct's words (protocol 4.3)."""

    PRINT = "Print", _("Print")
    EMAIL = "E-Mail", _("E-mail")
    BOTH = "Print#~#E-Mail", _("Print and e-mail")


class Customer(Partner):
    """A customer: a customer in Sage Intacct too."""

    delivery_options = models.CharField(_("delivery options"), max_length=20, choices=DeliveryOptions, blank=True)

    class Meta(Partner.Meta):
        abstract = False
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["code"]
        constraints = [
            *Partner.Meta.constraints,
            models.CheckConstraint(
                name="masterdata_customer_delivery_known",
                condition=Q(delivery_options__in=["", *DeliveryOptions.values]),
            ),
        ]


class CustomerAddress(Address):
    """One address of a customer; one of them at the most has each of the roles."""

    owner = models.ForeignKey(Customer, models.CASCADE, related_name="addresses", verbose_name=_("customer"))
    is_bill_to = models.BooleanField(_("bill to"), default=False)
    is_ship_to = models.BooleanField(_("ship to"), default=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["owner", "code"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "code"], name="masterdata_customer_address_once"),
            *(
                models.UniqueConstraint(
                    fields=["owner"], condition=Q(**{f"is_{role}": True}), name=f"masterdata_customer_one_{role}"
                )
                for role in ("primary", "bill_to", "ship_to")
            ),
        ]
