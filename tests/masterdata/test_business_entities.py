"""Guide, "Business entities": company and financial site have the entity's ID; what does not match is named."""

from typing import Any

import pytest

from apps.masterdata.models import Entity
from apps.masterdata.selectors import EntityMatch, business_entities, match_entities
from apps.organisation.models import Company, Legislation, Site
from tests.factories.organisation import CompanyFactory, FinancialSiteFactory, WarehouseFactory
from tests.factories.taxes import EntityFactory

COMPANY = Company(pk=1, code="100", name="Northfield", currency="USD", legislation=Legislation(code="US"))
OTHER = Company(pk=2, code="200", name="Other", currency="GBP", legislation=Legislation(code="GB"))


def entity(**changes: Any) -> Entity:
    return Entity(**{"code": "100", "name": "Northfield US", "currency": "USD", **changes})


def site(**changes: Any) -> Site:
    return Site(**{"code": "100", "name": "Head office", "company": COMPANY, "is_financial": True, **changes})


def company(**changes: Any) -> Company:
    values = {"pk": 1, "code": "100", "name": "Northfield", "currency": "USD", **changes}
    return Company(**values)


@pytest.mark.parametrize(
    ("case", "entities", "companies", "sites", "match", "words"),
    [
        ("all three", [entity()], [COMPANY], [site()], "matches", ""),
        ("a single-currency ledger", [entity(currency="")], [COMPANY], [site()], "matches", ""),
        ("entity alone", [entity()], [], [], "no_company", ""),
        ("entity and site", [entity()], [], [site(company=OTHER)], "no_company", ""),
        ("inactive company", [entity()], [company(is_active=False)], [site()], "no_company", "inactive"),
        ("no site", [entity()], [COMPANY], [], "no_financial_site", ""),
        ("of another company", [entity()], [COMPANY], [site(company=OTHER)], "no_financial_site", "company 200"),
        ("a warehouse", [entity()], [COMPANY], [site(is_financial=False)], "no_financial_site", "isn't a financial"),
        ("an inactive site", [entity()], [COMPANY], [site(is_active=False)], "no_financial_site", "inactive"),
        ("company alone", [], [COMPANY], [], "no_entity", "can't be posted"),
        ("site alone", [], [], [site(company=OTHER)], "no_entity", "can't be posted"),
        ("a closed entity", [entity(is_active=False)], [COMPANY], [site()], "no_entity", "inactive in Sage Intacct"),
        ("currency", [entity(currency="CAD")], [COMPANY], [site()], "currency_differs", "CAD in Sage Intacct, USD"),
    ],
)
def test_each_way_to_match_or_not(
    case: str, entities: list[Entity], companies: list[Company], sites: list[Site], match: str, words: str
) -> None:
    (row,) = match_entities(entities=entities, companies=companies, sites=sites)
    assert (row.code, row.match) == ("100", EntityMatch(match)), case
    assert words in row.words
    assert bool(row.words) == bool(words)


def test_an_id_that_differs_only_in_case_is_another_id() -> None:
    rows = match_entities(entities=[entity(code="us-1")], companies=[company(code="US-1")], sites=[])
    assert [(row.code, row.match) for row in rows] == [
        ("US-1", EntityMatch.NO_ENTITY),
        ("us-1", EntityMatch.NO_COMPANY),
    ]


def test_what_needs_a_person_comes_first_and_warehouses_are_left_out(db: None, django_assert_num_queries: Any) -> None:
    made = CompanyFactory()
    FinancialSiteFactory(company=made)
    WarehouseFactory(company=made)
    CompanyFactory(code="900", name="Nowhere")
    for code in ("100", "200"):
        EntityFactory(code=code)
    EntityFactory(code="300", is_active=False)
    with django_assert_num_queries(3):
        rows = business_entities()
    assert [(row.code, row.match) for row in rows] == [
        ("900", EntityMatch.NO_ENTITY),
        ("200", EntityMatch.NO_COMPANY),
        ("100", EntityMatch.MATCHES),
    ]
