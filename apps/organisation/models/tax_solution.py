"""Tax categories, and tax solutions: which categories a country's documents know (guide, "Tax settings")."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow
from apps.organisation.models.codes import CODE, COUNTRY
from apps.organisation.models.legislation import Legislation


class TaxCategory(DeliveredRow):
    """A kind of tax: VAT, GST, sales tax."""

    delivered_names: ClassVar = ("name",)

    code = models.CharField(_("ID"), max_length=24, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("tax category")
        verbose_name_plural = _("tax categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class TaxSolution(DeliveredRow):
    """A country's taxes as DMO knows them. One that was not delivered is custom."""

    delivered_names: ClassVar = (
        "name", "description", "country", "legislation_id", "intacct_tax_solution", "is_active", "lines",
    )  # fmt: skip

    code = models.CharField(_("ID"), max_length=24, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    legislation = models.ForeignKey(
        Legislation, models.PROTECT, related_name="tax_solutions", verbose_name=_("legislation")
    )
    intacct_tax_solution = models.CharField(
        _("Sage Intacct tax solution"), max_length=60, blank=True, help_text=_("As it is named in Sage Intacct.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("tax solution")
        verbose_name_plural = _("tax solutions")
        ordering = ["country", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_custom(self) -> bool:
        """Whether somebody made it here, for a legislation that is not delivered."""
        return not self.is_delivered

    def lines_by_category(self) -> list[tuple[str, int, bool]]:
        """Its categories in order: code, display order, mandatory."""
        lines = sorted(self.lines.all(), key=lambda line: (line.order, line.category.code))
        return [(line.category.code, line.order, line.is_mandatory) for line in lines]

    @property
    def categories_in_words(self) -> str:
        """Its categories as one line."""
        return ", ".join(
            f"{code} {_('mandatory') if mandatory else _('optional')}"
            for code, _order, mandatory in self.lines_by_category()
        )

    def delivered_value(self, name: str) -> Any:
        """Its lines are delivered with it, as one value."""
        return self.lines_by_category() if name == "lines" else super().delivered_value(name)

    @transaction.atomic
    def take_delivered(self, values: Mapping[str, Any]) -> None:
        """Save the solution and put its lines in place of those there are."""
        super().take_delivered({name: value for name, value in values.items() if name != "lines"})
        categories = {one.code: one for one in TaxCategory.objects.all()}
        self.lines.all().delete()
        self.lines.bulk_create(
            TaxSolutionLine(solution=self, category=categories[code], order=order, is_mandatory=mandatory)
            for code, order, mandatory in values["lines"]
        )


class TaxSolutionLine(models.Model):
    """One category of a solution."""

    solution = models.ForeignKey(TaxSolution, models.CASCADE, related_name="lines", verbose_name=_("tax solution"))
    category = models.ForeignKey(TaxCategory, models.PROTECT, related_name="+", verbose_name=_("tax category"))
    order = models.PositiveSmallIntegerField(_("display order"), default=1)
    is_mandatory = models.BooleanField(_("mandatory"), default=True)

    class Meta:
        verbose_name = _("tax category of the solution")
        verbose_name_plural = _("tax categories of the solution")
        ordering = ["solution", "order", "category"]
        constraints = [
            models.UniqueConstraint(fields=["solution", "category"], name="organisation_tax_category_once"),
        ]

    def __str__(self) -> str:
        return f"{self.solution} / {self.category}"
