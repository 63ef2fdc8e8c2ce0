"""Tax details: a rate of a tax solution, for sales or for purchases."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.masterdata.models.inbound_record import InboundRecord


class TaxType(models.TextChoices):
    """Which documents it is for: AR or AP."""

    SALE = "sale", _("Sale (AR)")
    PURCHASE = "purchase", _("Purchase (AP)")


class TaxDetail(InboundRecord):
    """A tax detail; its name is Intacct's description. Account and solution are IDs in Sage Intacct."""

    code = models.CharField(_("ID"), max_length=100, unique=True)
    tax_type = models.CharField(_("for"), max_length=8, choices=TaxType, blank=True)
    rate = models.DecimalField(_("rate (%)"), max_digits=9, decimal_places=4, null=True, blank=True)
    account = models.CharField(_("account"), max_length=24, blank=True)
    tax_solution = models.CharField(_("Sage Intacct tax solution"), max_length=100, blank=True)
    is_reverse_charge = models.BooleanField(_("reverse charge"), default=False)

    class Meta:
        verbose_name = _("tax detail")
        verbose_name_plural = _("tax details")
        ordering = ["code"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(name="masterdata_tax_type_known", condition=Q(tax_type__in=["", *TaxType.values])),
        ]

    def __str__(self) -> str:
        return self.code
