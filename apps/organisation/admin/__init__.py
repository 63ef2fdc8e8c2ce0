from apps.organisation.admin.company import CompanyAdmin, SiteAdmin
from apps.organisation.admin.legislation import ChartOfAccountsAdmin, LegislationAdmin
from apps.organisation.admin.taxes import TaxCategoryAdmin, TaxSolutionAdmin

__all__ = [
    "ChartOfAccountsAdmin",
    "CompanyAdmin",
    "LegislationAdmin",
    "SiteAdmin",
    "TaxCategoryAdmin",
    "TaxSolutionAdmin",
]
