"""Every role and every scope against every address of the REST API, own company and others' (contract 5.4).

One database for each role or scope: each request is undone, and what deviates is told all at once.
"""

from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from apps.access.roles import PERMITTED, SCOPES, Action, Role, Scope
from apps.access.services.partners import give_companies
from apps.configuration.models import IntacctConfiguration
from apps.organisation.models import Company
from apps.synchronisation.models import SynchronisedObject
from apps.synchronisation.services.runs import start_run
from tests.conftest import ClientOf, Person
from tests.factories.documents import sales_invoice
from tests.factories.masterdata import CustomerFactory, ItemFactory, SupplierFactory

pytestmark = pytest.mark.django_db

ADMIN, OPERATOR, AUDITOR, CLIENT = Role.INTEGRATION_ADMIN, Role.OPERATOR, Role.AUDITOR, Role.REST_CLIENT
EVERYBODY = frozenset({ADMIN, OPERATOR, AUDITOR, CLIENT})
WRITERS = frozenset({ADMIN, CLIENT})
Case = tuple[str, str]
Rule = tuple[frozenset[Role], Scope]


def master_data(name: str) -> dict[Case, Rule]:
    own = f"/api/v1/{name}/100/"
    return {
        ("get", f"/api/v1/{name}/"): (EVERYBODY, Scope.READ_MASTER_DATA),
        ("post", f"/api/v1/{name}/bulk/"): (WRITERS, Scope.WRITE_MASTER_DATA),
        ("get", own): (EVERYBODY, Scope.READ_MASTER_DATA),
        **{(method, own): (WRITERS, Scope.WRITE_MASTER_DATA) for method in ("put", "patch", "delete")},
    }


INBOUND = ("accounts", "journals", "payment-terms", "tax-details", "attributes", "dimensions", "dimension-types")
ALLOWED: dict[Case, Rule] = {
    ("get", "/api/v1/postings/"): (EVERYBODY, Scope.READ_POSTINGS),
    ("post", "/api/v1/postings/"): (WRITERS, Scope.SUBMIT),
    ("post", "/api/v1/postings/bulk/"): (WRITERS, Scope.SUBMIT),
    ("post", "/api/v1/postings/preview/"): (WRITERS, Scope.SUBMIT),
    ("get", "/api/v1/postings/{id}/"): (EVERYBODY, Scope.READ_POSTINGS),
    ("get", "/api/v1/postings/{id}/attempts/"): (EVERYBODY, Scope.READ_POSTINGS),
    ("post", "/api/v1/postings/{id}/retry/"): (frozenset({ADMIN, OPERATOR, CLIENT}), Scope.ACT),
    ("post", "/api/v1/postings/{id}/cancel/"): (WRITERS, Scope.ACT),
    ("post", "/api/v1/postings/{id}/reverse/"): (WRITERS, Scope.ACT),
    ("get", "/api/v1/companies/"): (EVERYBODY, Scope.READ_ORGANISATION),
    ("get", "/api/v1/companies/{company}/"): (EVERYBODY, Scope.READ_ORGANISATION),
    ("get", "/api/v1/sites/"): (EVERYBODY, Scope.READ_ORGANISATION),
    ("get", "/api/v1/sites/{company}/"): (EVERYBODY, Scope.READ_ORGANISATION),
    **{("get", f"/api/v1/{name}/"): (EVERYBODY, Scope.READ_MASTER_DATA) for name in INBOUND},
    **master_data("items"),
    **master_data("customers"),
    **master_data("suppliers"),
    ("get", "/api/v1/synchronisations/"): (frozenset({ADMIN, OPERATOR}), Scope.SYNCHRONISE),
    ("post", "/api/v1/synchronisations/"): (frozenset({ADMIN, OPERATOR}), Scope.SYNCHRONISE),
    ("get", "/api/v1/synchronisations/{run}/"): (frozenset({ADMIN, OPERATOR}), Scope.SYNCHRONISE),
    ("get", "/api/v1/status/"): (frozenset({ADMIN, OPERATOR, AUDITOR}), Scope.READ_STATUS),
}
OF_A_COMPANY = [case for case in ALLOWED if "{id}" in case[1] or "{company}" in case[1]]
SUBMITTING = [case for case, (_, scope) in ALLOWED.items() if scope == Scope.SUBMIT]
Places = dict[str, str]


@pytest.fixture
def own(company: Company, configuration: IntacctConfiguration, client_of: ClientOf) -> Places:
    """Company 100: what the addresses' braces stand for."""
    ItemFactory(code="100")
    CustomerFactory(code="100")
    SupplierFactory(code="100")
    run = start_run(connection=configuration, wanted=SynchronisedObject.ACCOUNT, started_by="test")
    posting = client_of(company).post("/api/v1/postings/", sales_invoice()).json()["id"]
    return {"company": "100", "id": posting, "run": run.pk}


@pytest.fixture
def others(other_company: Company, own: Places, client_of: ClientOf) -> Places:
    """Company 200, which the clients of these tests are not for."""
    posting = client_of(other_company).post("/api/v1/postings/", of_company_200()).json()["id"]
    return {**own, "company": "200", "id": posting}


def of_company_200() -> dict[str, Any]:
    document = sales_invoice(company="200", financial_site="200", payment_term=None)
    (line,) = document["lines"]
    return {**document, "lines": [{**line, "site": "200", "tax": None}]}


def ask(client: APIClient, case: Case, places: Places, body: Any = None) -> tuple[int, str]:
    """Status and code of the answer; what the request did is undone."""
    method, path = case
    if path.endswith("/bulk/") and "postings" in path:
        body = {"postings": [body]}
    with transaction.atomic():
        answer = getattr(client, method)(path.format(**places), body)
        transaction.set_rollback(True)
    return answer.status_code, "" if answer.status_code < 300 else answer.json()["code"]


def body_of(case: Case) -> Any:
    return sales_invoice() if case[0] == "post" else None


def outcome(status: int, code: str) -> str:
    if status == 403:
        return code
    return "let in" if status not in (401, 404, 405, 429, 500) else f"{status} {code}"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_the_contract_says_and_nothing_else(
    own: Places, company: Company, client_of: ClientOf, role: Role
) -> None:
    client = client_of(company, role=role)

    answers = {case: outcome(*ask(client, case, own, body_of(case))) for case in ALLOWED}

    expected = {case: "let in" if role in roles else "permission_denied" for case, (roles, _) in ALLOWED.items()}
    assert deviations(answers, expected) == {}


@pytest.mark.parametrize("role", list(Role))
def test_what_belongs_to_another_company_is_not_there(
    others: Places, company: Company, client_of: ClientOf, role: Role
) -> None:
    client = client_of(company, role=role)
    refused = (403, "permission_denied")

    day = {"posting_date": "2026-10-31"}
    answers: dict[Any, Any] = {case: ask(client, case, others, day) for case in OF_A_COMPANY}
    expected: dict[Any, Any] = {
        case: (404, "not_found") if role in ALLOWED[case][0] else refused for case in OF_A_COMPANY
    }
    for name in ("postings", "companies", "sites"):
        rows = client.get(f"/api/v1/{name}/").json().get("results", refused)
        answers[name] = rows if rows is refused else {row.get("company") or row["id"] for row in rows}
        expected[name] = {"100"} if role in EVERYBODY else refused
    assert deviations(answers, expected) == {}


@pytest.mark.parametrize("role", sorted(WRITERS))
@pytest.mark.parametrize("case", SUBMITTING, ids=lambda case: case[1])
def test_nothing_is_submitted_for_another_company(
    others: Places, company: Company, client_of: ClientOf, role: Role, case: Case
) -> None:
    document = of_company_200()
    bulk = case[1].endswith("bulk/")

    answer = client_of(company, role=role).post(case[1], {"postings": [document]} if bulk else document)

    problem = answer.json()["results"][0]["problem"] if bulk else answer.json()
    assert (problem["status"], problem["errors"][0]["code"]) == (422, "unknown_company")


def test_a_partner_who_is_signed_in_gains_nothing_over_rest(own: Places, company: Company, person: Person) -> None:
    user = person(Role.PARTNER)
    give_companies(user=user, companies=[company], shows_amounts=True, actor="test")
    browser = APIClient()
    browser.force_login(user)

    answers = {case: outcome(*ask(browser, case, own, body_of(case))) for case in ALLOWED}

    assert deviations(answers, dict.fromkeys(ALLOWED, "permission_denied")) == {}


def test_a_scope_lets_in_where_it_says_and_nowhere_else(own: Places, company: Company, client_of: ClientOf) -> None:
    limited = {scope: client_of(company, role=ADMIN, scopes=[scope]) for scope in Scope}
    without = {scope: client_of(company, role=ADMIN, scopes=[one for one in Scope if one != scope]) for scope in Scope}

    alone = {case: outcome(*ask(limited[scope], case, own, body_of(case))) for case, (_, scope) in ALLOWED.items()}
    all_but_it = {case: outcome(*ask(without[scope], case, own)) for case, (_, scope) in ALLOWED.items()}

    assert deviations(alone, dict.fromkeys(ALLOWED, "let in")) == {}
    assert deviations(all_but_it, dict.fromkeys(ALLOWED, "scope_missing")) == {}


def deviations(answers: dict[Any, Any], expected: dict[Any, Any]) -> dict[Any, str]:
    return {
        case: f"{answers[case]} instead of {wanted}" for case, wanted in expected.items() if answers[case] != wanted
    }


def test_every_action_is_in_exactly_one_scope() -> None:
    assert sorted(action for actions in SCOPES.values() for action in actions) == sorted(Action)
    assert set(SCOPES) == set(Scope)


def test_every_role_has_its_actions() -> None:
    assert set(PERMITTED) == set(Role)


def api_addresses(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> list[str]:
    found: list[str] = []
    for one in patterns:
        path = f"{prefix}{one.pattern}"
        found += api_addresses(one.url_patterns, path) if isinstance(one, URLResolver) else [path]
    return [path for path in found if path.startswith("/api/v1/")]


def shape(path: str) -> str:
    """An address with its parameters as `*`."""
    return "/".join("*" if part[:1] in ("<", "{") or part == "100" else part for part in path.split("/"))


def test_the_table_knows_every_address() -> None:
    known = {shape(path) for _, path in ALLOWED}
    unknown = {shape(path) for path in api_addresses(get_resolver().url_patterns)} - known
    assert unknown <= {"/api/v1/^.*$"}, "the last one answers 404 to the rest"


def test_nobody_gets_in_without_a_key(db: None) -> None:
    nobody, nowhere = APIClient(), {"company": "100", "id": "1", "run": "1"}

    answers = {case: ask(nobody, case, nowhere) for case in ALLOWED}

    assert set(answers.values()) == {(401, "not_authenticated")}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_an_address_does_not_know(
    company: Company, configuration: IntacctConfiguration, client_of: ClientOf, method: str
) -> None:
    answer = getattr(client_of(company), method)("/api/v1/postings/", {})

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
