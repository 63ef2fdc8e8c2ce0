"""A line of a posting: an account, an amount with its side, and what it is analysed by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.fields import MoneyField
from apps.organisation.models import Site
from apps.postings.document_types import AmountType, MovementType, Side
from apps.postings.models.posting import Posting


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
    amount = MoneyField(_("amount"))
    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"))
    quantity = models.DecimalField(_("quantity"), max_digits=15, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    item = models.CharField(_("item"), max_length=60, blank=True)
    description = models.TextField(_("description"), blank=True)
    tax_detail = models.CharField(_("tax detail"), max_length=100, blank=True)
    tax_amount = MoneyField(_("tax amount"), null=True, blank=True)
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
            models.CheckConstraint(name="postings_line_side_known", condition=Q(side__in=Side.values)),
            models.CheckConstraint(
                name="postings_line_tax_has_detail", condition=Q(tax_amount__isnull=True) | ~Q(tax_detail="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index + 1}: {self.account} {self.side} {self.amount}"

    @property
    def account_source(self) -> str:
        """`determined`, or `explicit`: the document named it, as every one did before accounts were determined."""
        return str(self.because.get("source") or "explicit")

    @property
    def account_words(self) -> str:
        """Why it has this account, as it was true when the document was accepted."""
        return str(self.because.get("words") or "The document names the account.")
