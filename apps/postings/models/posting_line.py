"""A line of a posting: an account, an amount with its side, and what it is analysed by."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.fields import MoneyField
from apps.organisation.models import Site
from apps.postings.document_types import AmountType, MovementType, Side
from apps.postings.models.posting import Posting
from apps.postings.taxes import LineTax


class PostingLine(models.Model):
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="lines")
    index = models.PositiveIntegerField(_("line"))
    movement_type = models.CharField(_("movement"), max_length=32, choices=MovementType)
    amount_type = models.CharField(_("amount type"), max_length=40, choices=AmountType)
    account = models.CharField(_("account"), max_length=24)
    account_type = models.CharField(_("account type"), max_length=60, blank=True, default="")
    because = models.JSONField(_("why this account"), default=dict, blank=True)
    """What determined the account (`Because`); empty where the document named it."""
    side = models.CharField(_("side"), max_length=6, choices=Side)
    amount = MoneyField(_("amount"), help_text=_("As it was given; of an amount including tax, with its tax."))
    net_amount = MoneyField(_("net amount"), help_text=_("What the account gets."))
    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"))
    quantity = models.DecimalField(_("quantity"), max_digits=15, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    item = models.CharField(_("item"), max_length=60, blank=True)
    description = models.TextField(_("description"), blank=True)
    tax_detail = models.CharField(_("tax detail"), max_length=100, blank=True)
    tax_amount = MoneyField(_("tax amount"), null=True, blank=True)
    tax_pair = models.CharField(
        _("booked back with"),
        max_length=100,
        blank=True,
        help_text=_("The second tax detail of a reverse charge, for the same amount with the opposite sign."),
    )
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    dimensions = models.JSONField(_("dimensions"), default=dict, blank=True)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["posting", "index"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["posting", "index"], name="postings_line_index_once"),
            models.CheckConstraint(name="postings_line_amount_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="postings_line_net_is_amount_or_without_tax",
                condition=Q(net_amount=F("amount"))
                | Q(amount_type=AmountType.AMOUNT_INCLUDING_TAX, net_amount=F("amount") - F("tax_amount")),
            ),
            models.CheckConstraint(
                name="postings_line_pair_has_tax", condition=Q(tax_pair="") | Q(tax_amount__isnull=False)
            ),
            models.CheckConstraint(name="postings_line_side_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(
                name="postings_line_tax_has_detail", condition=Q(tax_amount__isnull=True) | ~Q(tax_detail="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index + 1}: {self.account} {self.side} {self.amount}"

    @property
    def net(self) -> Decimal:
        """What its account gets."""
        return self.net_amount

    @property
    def taxes(self) -> tuple[LineTax, ...]:
        """Its tax details with their amounts: one, or the two of a reverse charge."""
        if not self.tax_detail or self.tax_amount is None:
            return ()
        back = (LineTax(self.tax_pair, -self.tax_amount),) if self.tax_pair else ()
        return (LineTax(self.tax_detail, self.tax_amount), *back)

    @property
    def tax(self) -> Decimal:
        """What its taxes add to the net amount."""
        return sum((one.amount for one in self.taxes), Decimal(0))

    @property
    def account_source(self) -> str:
        """`determined`, or `explicit`: the document named it, as every one did before accounts were determined."""
        return str(self.because.get("source") or "explicit")

    @property
    def account_words(self) -> str:
        """Why it has this account, as it was true when the document was accepted."""
        return str(self.because.get("words") or "The document names the account.")
