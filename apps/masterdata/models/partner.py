"""What customers and suppliers have in common."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.masterdata.models.outbound_record import CODE, OutboundRecord

CURRENCY = RegexValidator(r"\A[A-Z]{3}\Z", _("A currency is three capital letters, as in USD."))


class Partner(OutboundRecord):
    """A customer or supplier. Payment term and parent are IDs: they may become known later than the record."""

    payment_term = models.CharField(_("payment term"), max_length=60, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[CURRENCY])
    tax_id = models.CharField(_("tax ID"), max_length=20, blank=True)
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    is_on_hold = models.BooleanField(_("on hold"), default=False)
    parent = models.CharField(_("parent"), max_length=20, blank=True, validators=[CODE])
    comments = models.CharField(_("comments"), max_length=200, blank=True)

    class Meta(OutboundRecord.Meta):
        abstract = True
        indexes = [
            *OutboundRecord.Meta.indexes,
            models.Index(fields=["currency"], name="masterdata_%(class)s_currency"),
        ]
        constraints = [
            *OutboundRecord.Meta.constraints,
            models.CheckConstraint(
                name="masterdata_%(class)s_credit_limit_not_negative",
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0),
            ),
            models.CheckConstraint(
                name="masterdata_%(class)s_not_its_own_parent", condition=~Q(parent=models.F("code"))
            ),
        ]

    def clean(self) -> None:
        if self.parent and self.parent == self.code:
            raise ValidationError({"parent": _("A record is not its own parent.")})
