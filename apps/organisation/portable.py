"""What of the organisation is carried with the set-up: legislations, charts, taxes, companies, sites."""

from apps.foundation.portable import Portable, register
from apps.organisation.models import (
    ChartOfAccounts,
    Company,
    Legislation,
    Site,
    TaxCategory,
    TaxSolution,
    TaxSolutionLine,
)

FINGERPRINT = ("delivered_fingerprint",)


def declare() -> None:
    register(
        Portable(
            section="legislations",
            label="Legislation",
            order=10,
            model=Legislation,
            kind="legislation",
            natural_key=("code",),
            fields=("name", "country", "currency", "posts_ap_ar_to_ledger", "selects_tax_management"),
            without=FINGERPRINT,
        ),
        Portable(
            section="charts_of_accounts",
            label="Chart of accounts",
            order=20,
            model=ChartOfAccounts,
            kind="chart_of_accounts",
            natural_key=("code",),
            fields=("name", "legislation", "is_default"),
            references={"legislation": "code"},
            without=FINGERPRINT,
        ),
        Portable(
            section="tax_categories",
            label="Tax category",
            order=30,
            model=TaxCategory,
            kind="tax_category",
            natural_key=("code",),
            fields=("name",),
            without=FINGERPRINT,
        ),
        Portable(
            section="tax_solutions",
            label="Tax solution",
            order=40,
            model=TaxSolution,
            kind="tax_solution",
            natural_key=("code",),
            fields=("name", "description", "country", "legislation", "intacct_tax_solution", "is_active"),
            references={"legislation": "code"},
            without=FINGERPRINT,
        ),
        Portable(
            section="tax_solution_categories",
            label="Tax category of a solution",
            order=50,
            model=TaxSolutionLine,
            kind="tax_solution_category",
            natural_key=("solution", "category"),
            fields=("order", "is_mandatory"),
            references={"solution": "code", "category": "code"},
        ),
        Portable(
            section="companies",
            label="Company",
            order=60,
            model=Company,
            kind="company",
            natural_key=("code",),
            fields=(
                "name", "legislation", "chart_of_accounts", "currency", "is_active", "allows_inter_entity_entries",
                "uses_ar_prepayments",
            ),
            references={"legislation": "code", "chart_of_accounts": "code"},
        ),
        Portable(
            section="sites",
            label="Site",
            order=70,
            model=Site,
            kind="site",
            natural_key=("code",),
            fields=(
                "company", "name", "is_financial", "is_stock", "is_manufacturing", "is_sales", "is_purchase",
                "financial_site", "is_active",
            ),
            references={"company": "code", "financial_site": "code"},
            first=("-is_financial",),
        ),
    )  # fmt: skip
