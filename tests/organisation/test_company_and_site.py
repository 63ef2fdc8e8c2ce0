"""Guide, "Business entities": the company and the financial site have the same ID, the entity's."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from apps.organisation.models import Company, Site
from apps.organisation.selectors import default_chart, financial_site_of, with_financial_site
from tests.factories.organisation import CompanyFactory, FinancialSiteFactory, LegislationFactory, WarehouseFactory
from tests.factories.taxes import ChartOfAccountsFactory

pytestmark = pytest.mark.django_db


def has_financial_site(company: Company) -> bool:
    return bool(with_financial_site(Company.objects.all()).get(pk=company.pk).has_financial_site)


def test_a_company_with_a_financial_site_of_its_id_is_as_it_must_be() -> None:
    company = CompanyFactory()
    site = FinancialSiteFactory(company=company)
    assert financial_site_of(company).own == site
    assert has_financial_site(company)


def test_a_company_without_one_is_told_apart_with_what_has_its_id() -> None:
    company, other = CompanyFactory(), CompanyFactory(code="200")
    FinancialSiteFactory(company=other)
    assert financial_site_of(company) == type(financial_site_of(company))(own=None, in_the_way=None)
    FinancialSiteFactory(company=company, code="100-FIN")
    assert not has_financial_site(company), "another ID does not count"
    taken = Site.objects.create(company=other, code="100", name="Taken", is_financial=True)
    assert financial_site_of(company).in_the_way == taken
    assert not has_financial_site(company)


def test_the_site_with_the_companys_id_stays_its_financial_site() -> None:
    site = FinancialSiteFactory()
    other = FinancialSiteFactory(company=site.company, code="100-FIN")
    site.is_financial, site.financial_site = False, other
    with pytest.raises(ValidationError) as refused:
        site.full_clean()
    assert "company's financial site" in refused.value.message_dict["is_financial"][0]


def test_a_site_can_not_take_another_companys_id() -> None:
    CompanyFactory(code="200")
    site = Site(company=CompanyFactory(), code="200", name="Wrong", is_financial=True)
    with pytest.raises(ValidationError) as refused:
        site.full_clean()
    assert set(refused.value.message_dict) == {"company"}


def test_a_site_keeps_its_books_in_its_own_company() -> None:
    elsewhere = FinancialSiteFactory(company=CompanyFactory(code="200"))
    site = Site(company=CompanyFactory(), code="100-WH1", name="Warehouse", financial_site=elsewhere)
    with pytest.raises(ValidationError) as refused:
        site.full_clean()
    assert set(refused.value.message_dict) == {"financial_site"}


def test_a_financial_site_that_keeps_books_of_others_stays_one() -> None:
    company = CompanyFactory()
    books = FinancialSiteFactory(company=company, code="100-FIN")
    head = FinancialSiteFactory(company=company)
    WarehouseFactory(company=company, financial_site=books)
    books.is_financial, books.financial_site = False, head
    with pytest.raises(ValidationError) as refused:
        books.full_clean()
    assert "Other sites have their books here" in refused.value.message_dict["is_financial"][0]


@pytest.mark.parametrize(("is_financial", "with_books"), [(False, False), (True, True)])
def test_the_database_refuses_a_site_without_books_or_with_two(is_financial: bool, with_books: bool) -> None:
    head = FinancialSiteFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.create(
            company=head.company,
            code="100-X",
            name="X",
            is_financial=is_financial,
            financial_site=head if with_books else None,
        )


def test_a_companys_chart_is_one_of_its_legislation() -> None:
    french = ChartOfAccountsFactory(legislation=LegislationFactory(code="FR"))
    company = CompanyFactory()
    company.chart_of_accounts = french
    with pytest.raises(ValidationError) as refused:
        company.full_clean()
    assert set(refused.value.message_dict) == {"chart_of_accounts"}


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        Company(code="900", name="X", legislation=LegislationFactory(), currency="XQX").full_clean()
    assert set(refused.value.message_dict) == {"currency"}


def test_the_proposed_chart_is_the_default_or_the_only_one() -> None:
    legislation = LegislationFactory()
    assert default_chart(legislation) is None
    first = ChartOfAccountsFactory(legislation=legislation, code="A")
    assert default_chart(legislation) == first
    second = ChartOfAccountsFactory(legislation=legislation, code="B")
    assert default_chart(legislation) is None
    second.is_default = True
    second.save()
    assert default_chart(legislation) == second


def test_rest_names_the_chart_and_keeps_everything_else(rest: APIClient, company: Company) -> None:
    answer = rest.get("/api/v1/companies/100/").json()
    assert answer == {
        "id": "100",
        "name": "Northfield Pumps & Valves Inc.",
        "legislation": "US",
        "chart_of_accounts": None,
        "currency": "USD",
        "is_active": True,
    }
    company.chart_of_accounts = ChartOfAccountsFactory(legislation=company.legislation, code="US_DEFAULT")
    company.save()
    assert rest.get("/api/v1/companies/").json()["results"][0]["chart_of_accounts"] == "US_DEFAULT"
