"""Items: they go to Sage Intacct as non-stock items; stock stays in DMO."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.masterdata.models.outbound_record import CODE, OutboundRecord


class Item(OutboundRecord):
    """An item. Its ID can't change once it is integrated (guide, "General information")."""

    code = models.CharField(_("ID"), max_length=30, unique=True, validators=[CODE])
    description = models.CharField(_("description"), max_length=400, blank=True)
    sales_description = models.CharField(_("sales description"), max_length=400, blank=True)
    purchase_description = models.CharField(_("purchase description"), max_length=400, blank=True)
    is_taxable = models.BooleanField(_("taxable"), default=True)
    base_price = models.DecimalField(
        _("base price"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)],
        help_text=_("In the currency of the Sage Intacct company."),
    )  # fmt: skip
    standard_cost = models.DecimalField(
        _("standard cost"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)],
        help_text=_("In the currency of the Sage Intacct company."),
    )  # fmt: skip

    class Meta(OutboundRecord.Meta):
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["code"]
        constraints = [
            *OutboundRecord.Meta.constraints,
            models.CheckConstraint(
                name="masterdata_item_amounts_not_negative",
                condition=(Q(base_price__isnull=True) | Q(base_price__gte=0))
                & (Q(standard_cost__isnull=True) | Q(standard_cost__gte=0)),
            ),
        ]
