"""The grid by country of the *Defaults* tab."""

from django.utils.translation import gettext_lazy as _

from apps.configuration.models import CountryDefault
from apps.foundation.admin.grid import GridInTab


class CountryDefaultInline(GridInTab):
    model = CountryDefault
    in_tab = _("Defaults")
    extra = 0
    verbose_name_plural = _("Defaults by country")
    fields = ("country", "tax_solution", "intacct_tax_solution", "tax_category", "integration_level")
