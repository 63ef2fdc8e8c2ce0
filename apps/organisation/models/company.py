"""Companies. A company and its financial site carry the Intacct entity's ID (guide, "Business entities")."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.foundation.scoping import Scope
from apps.organisation.models.chart_of_accounts import ChartOfAccounts
from apps.organisation.models.codes import CODE, known_currency
from apps.organisation.models.legislation import Legislation


class CompanyQuerySet(models.QuerySet["Company", "Company"]):
    def visible_to(self, viewer: Scope) -> Self:
        """The viewer's companies."""
        return self if viewer.company_ids is None else self.filter(pk__in=viewer.company_ids)


class Company(models.Model):
    """A company: its ID equals the Intacct entity ID (guide, "Business entities")."""

    code = models.CharField(
        _("ID"),
        max_length=24,
        unique=True,
        validators=[CODE],
        help_text=_("The same as the Entity ID in Sage Intacct."),
    )
    name = models.CharField(_("name"), max_length=120)
    legislation = models.ForeignKey(Legislation, models.PROTECT, verbose_name=_("legislation"))
    chart_of_accounts = models.ForeignKey(
        ChartOfAccounts,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="companies",
        verbose_name=_("chart of accounts"),
        help_text=_("One of the company's legislation; left empty, that legislation's default."),
    )
    currency = models.CharField(_("base currency"), max_length=3, validators=[known_currency])
    is_active = models.BooleanField(_("active"), default=True)
    allows_inter_entity_entries = models.BooleanField(
        _("allow inter-entity entries"),
        default=False,
        help_text=_("When off, a journal entry must balance for each financial site."),
    )
    uses_ar_prepayments = models.BooleanField(
        _("AR prepayments"),
        default=False,
        help_text=_("When on, customers' prepayments of this company can be posted to Sage Intacct."),
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        """The chart is one of the legislation's."""
        chart = self.chart_of_accounts
        if chart is not None and self.legislation_id and chart.legislation_id != self.legislation_id:
            raise ValidationError({"chart_of_accounts": _("This chart belongs to another legislation.")})
