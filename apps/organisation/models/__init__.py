from apps.organisation.models.chart_of_accounts import ChartOfAccounts
from apps.organisation.models.company import Company, CompanyQuerySet
from apps.organisation.models.legislation import Legislation
from apps.organisation.models.site import Site, SiteQuerySet
from apps.organisation.models.tax_solution import TaxCategory, TaxSolution, TaxSolutionLine

__all__ = [
    "ChartOfAccounts",
    "Company",
    "CompanyQuerySet",
    "Legislation",
    "Site",
    "SiteQuerySet",
    "TaxCategory",
    "TaxSolution",
    "TaxSolutionLine",
]
