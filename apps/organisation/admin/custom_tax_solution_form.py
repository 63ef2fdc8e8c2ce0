"""The guided form of a custom tax solution: legislation, chart of accounts, tax categories, tax solution."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from apps.foundation.wording import translated
from apps.organisation.errors import CustomTaxSolutionRefused
from apps.organisation.models import Legislation, TaxCategory
from apps.organisation.services.custom_tax_solution import (
    ChosenCategory,
    CustomTaxSolution,
    NewChart,
    NewLegislation,
)

CATEGORIES_OFFERED = 4


def _text(label: Any, longest: int, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=help_text, widget=UnfoldAdminTextInputWidget()
    )


class LegislationForm(forms.Form):
    existing = forms.ModelChoiceField(
        Legislation.objects.all(),
        label=_("Legislation"),
        required=False,
        empty_label=_("A new one, entered here"),
        widget=UnfoldAdminSelectWidget(),
    )
    code = _text(_("Code of a new legislation"), 8)
    name = _text(_("Name"), 80)
    country = _text(_("Country"), 2, help_text=_("Two capital letters, for example BE."))
    currency = _text(_("Currency"), 3, help_text=_("Three letters, for example EUR."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        entered = [name for name in ("code", "name", "country", "currency") if cleaned.get(name)]
        if cleaned.get("existing") and entered:
            self.add_error("existing", _("Choose a legislation or enter a new one, not both."))
        if not cleaned.get("existing") and not entered:
            self.add_error("existing", _("Choose a legislation, or enter a new one."))
        return cleaned

    def chosen(self) -> Legislation | NewLegislation:
        given = self.cleaned_data
        return given["existing"] or NewLegislation(given["code"], given["name"], given["country"], given["currency"])


class ChartForm(forms.Form):
    code = _text(_("ID"), 24, help_text=_("Leave both empty if the legislation has a chart of accounts already."))
    name = _text(_("Name"), 80)

    def chosen(self) -> NewChart | None:
        given = self.cleaned_data
        return NewChart(given["code"], given["name"]) if given["code"] or given["name"] else None


class CategoryForm(forms.Form):
    existing = forms.ModelChoiceField(
        TaxCategory.objects.all(),
        label=_("Tax category"),
        required=False,
        empty_label=_("A new one, or none"),
        widget=UnfoldAdminSelectWidget(),
    )
    code = _text(_("ID of a new one"), 24)
    name = _text(_("Name"), 80)
    is_mandatory = forms.BooleanField(label=_("Mandatory"), required=False, initial=True, widget=UnfoldBooleanWidget())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("existing") and (cleaned.get("code") or cleaned.get("name")):
            self.add_error("existing", _("Choose a tax category or enter a new one, not both."))
        if bool(cleaned.get("code")) != bool(cleaned.get("name")):
            self.add_error("name" if cleaned.get("code") else "code", _("A new tax category has an ID and a name."))
        return cleaned

    def chosen(self) -> ChosenCategory | None:
        given = self.cleaned_data
        if given["existing"]:
            return ChosenCategory(given["existing"].code, is_mandatory=given["is_mandatory"])
        return ChosenCategory(given["code"], given["name"], given["is_mandatory"]) if given["code"] else None


class SolutionForm(forms.Form):
    code = _text(_("ID"), 24, required=True)
    name = _text(_("Name"), 80, required=True)
    description = _text(_("Description"), 200)
    intacct_tax_solution = _text(
        _("Sage Intacct tax solution"), 60, help_text=_("As it is named in Sage Intacct, if it is there already.")
    )


class CustomTaxSolutionForms:
    """The steps together, each with its own prefix."""

    def __init__(self, data: Any = None, *, legislation: str = "") -> None:
        known = Legislation.objects.filter(code=legislation).first() if legislation else None
        self.legislation = LegislationForm(data, prefix="legislation", initial={"existing": known})
        self.chart = ChartForm(data, prefix="chart")
        self.categories = [CategoryForm(data, prefix=f"categories-{index}") for index in range(CATEGORIES_OFFERED)]
        self.solution = SolutionForm(data, prefix="solution")
        self.words: list[str] = []

    @property
    def steps(self) -> list[forms.Form]:
        return [self.legislation, self.chart, *self.categories, self.solution]

    @property
    def has_errors(self) -> bool:
        return any(one.is_bound and one.errors for one in self.steps)

    def is_valid(self) -> bool:
        """Every step is looked at, so that all flaws are shown together."""
        return not any([bool(one.errors) for one in self.steps])  # noqa: C419  a generator would stop at the first

    def described(self) -> CustomTaxSolution:
        """What was entered; after `is_valid`."""
        self._asked = [one for one in self.categories if one.chosen() is not None]
        return CustomTaxSolution(
            legislation=self.legislation.chosen(),
            chart=self.chart.chosen(),
            categories=[one for form in self._asked if (one := form.chosen()) is not None],
            **self.solution.cleaned_data,
        )

    def show(self, refused: CustomTaxSolutionRefused) -> None:
        """Put every flaw beside its field; what belongs to none stands above the form."""
        self.words.append(str(refused))
        for flaw in refused.flaws:
            part, *rest = flaw.pointer.strip("/").split("/")
            form: Any = self._asked[int(rest.pop(0))] if part == "categories" and rest else getattr(self, part)
            if isinstance(form, forms.Form) and rest and rest[0] in form.fields:
                form.add_error(rest[0], translated(flaw.detail))
            else:
                self.words.append(flaw.detail)
