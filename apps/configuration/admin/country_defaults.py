"""The grid by country of the *Defaults* tab."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.configuration.level_change import changed_countries, not_posted, warning
from apps.configuration.models import CountryDefault, IntacctConfiguration
from apps.foundation.admin.grid import GridInTab

if TYPE_CHECKING:
    from typing import Any

    CountryFormSet = forms.BaseInlineFormSet[CountryDefault, IntacctConfiguration, Any]
else:
    CountryFormSet = forms.BaseInlineFormSet


class CountryDefaultFormSet(CountryFormSet):
    """A line that changes its country's level warns as the field above the grid does."""

    def clean(self) -> None:
        super().clean()
        if self.instance.pk is None or self.data.get("level_change_confirmed") or any(self.errors):
            return
        stored = IntacctConfiguration.objects.only("integration_level").get(pk=self.instance.pk)
        before = dict(stored.countries.values_list("country", "integration_level"))
        after = {
            form.cleaned_data["country"]: form.cleaned_data["integration_level"]
            for form in self.forms
            if form.cleaned_data.get("country") and not form.cleaned_data.get("DELETE")
        }
        countries = changed_countries(
            before=before,
            after=after,
            top_before=stored.integration_level,
            top_after=self.instance.integration_level,
        )
        waiting = not_posted(stored, countries) if countries else None
        if waiting is not None and waiting.number:
            raise forms.ValidationError(f"{', '.join(sorted(countries))}: {warning(waiting)}")


class CountryDefaultInline(GridInTab):
    model = CountryDefault
    formset = CountryDefaultFormSet
    in_tab = _("Defaults")
    extra = 0
    verbose_name_plural = _("Defaults by country")
    fields = ("country", "tax_solution", "intacct_tax_solution", "tax_category", "integration_level")
