"""Legislations: what charts of accounts, taxes and journals are delivered for."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow
from apps.organisation.models.codes import CODE, COUNTRY, known_currency


class Legislation(DeliveredRow):
    """A country's accounting rules: what charts, taxes and journals are delivered for."""

    delivered_names: ClassVar = ("name", "country", "currency", "posts_ap_ar_to_ledger", "selects_tax_management")

    code = models.CharField(_("code"), max_length=8, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=80)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    currency = models.CharField(_("currency"), max_length=3, validators=[known_currency])
    posts_ap_ar_to_ledger = models.BooleanField(
        _("AP/AR postings to the general ledger"),
        default=False,
        help_text=_("Only while the option Sage Intacct is on."),
    )
    selects_tax_management = models.BooleanField(
        _("tax management can be selected on accounts"),
        default=False,
        help_text=_(
            "Off: every account's tax management is Other. On: Other unless somebody selects another. "
            "Decided when the legislation is created."
        ),
    )

    class Meta:
        verbose_name = _("legislation")
        verbose_name_plural = _("legislations")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
