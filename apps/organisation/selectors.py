"""What pages of the organisation read: the financial site of a company, what a legislation has."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from apps.organisation.models import ChartOfAccounts, Company, Legislation, Site, TaxSolution


def with_financial_site(companies: QuerySet[Company, Company]) -> QuerySet[Company, Company]:
    """Companies, each with `has_financial_site`: whether its own financial site has its ID (guide, "Business
    entities")."""
    own = Site.objects.filter(company=OuterRef("pk"), code=OuterRef("code"), is_financial=True, is_active=True)
    return companies.annotate(has_financial_site=Exists(own))


@dataclass(frozen=True)
class FinancialSite:
    """A company's site of the same ID, and what else has that ID in its way."""

    own: Site | None
    in_the_way: Site | None


def financial_site_of(company: Company) -> FinancialSite:
    """The active financial site with the company's ID, or the site that has the ID and is none."""
    site = Site.objects.select_related("company").filter(code=company.code).first()
    if site is not None and site.is_financial and site.is_active and site.company_id == company.pk:
        return FinancialSite(own=site, in_the_way=None)
    return FinancialSite(own=None, in_the_way=site)


@dataclass(frozen=True)
class LegislationSetUp:
    """What accounts and taxes a legislation has."""

    charts: tuple[ChartOfAccounts, ...]
    solutions: tuple[TaxSolution, ...]

    @property
    def is_complete(self) -> bool:
        return bool(self.charts and self.solutions)


def set_up_of(legislation: Legislation) -> LegislationSetUp:
    """The legislation's charts and tax solutions (guide, "Tax settings": review each page)."""
    return LegislationSetUp(
        charts=tuple(legislation.charts_of_accounts.all()),
        solutions=tuple(legislation.tax_solutions.prefetch_related("lines__category")),
    )


def without_tax_solution() -> QuerySet[Legislation, Legislation]:
    """Legislations that wait for a custom tax solution."""
    return Legislation.objects.filter(tax_solutions__isnull=True)


def legislation_of_country(country: str) -> Legislation | None:
    """The legislation with that country's name, for proposals."""
    return Legislation.objects.filter(name__iexact=country).first() if country else None


def default_chart(legislation: Legislation) -> ChartOfAccounts | None:
    """The chart that is proposed where the legislation is chosen: its default, or the only one it has."""
    charts = list(legislation.charts_of_accounts.order_by("-is_default", "code")[:2])
    if charts and (charts[0].is_default or len(charts) == 1):
        return charts[0]
    return None
