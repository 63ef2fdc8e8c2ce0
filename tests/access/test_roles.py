"""Every role against every address of the REST API: the table of contract 5.4."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.organisation.models import Company
from apps.synchronisation.models import SynchronisedObject
from apps.synchronisation.services.runs import start_run
from tests.conftest import ClientOf
from tests.factories.documents import sales_invoice
from tests.factories.masterdata import CustomerFactory, ItemFactory, SupplierFactory

pytestmark = pytest.mark.django_db

ADMIN, OPERATOR, AUDITOR, CLIENT = Role.INTEGRATION_ADMIN, Role.OPERATOR, Role.AUDITOR, Role.REST_CLIENT
ALLOWED: dict[tuple[str, str], set[Role]] = {
    ("get", "/api/v1/postings/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("post", "/api/v1/postings/"): {ADMIN, CLIENT},
    ("post", "/api/v1/postings/bulk/"): {ADMIN, CLIENT},
    ("post", "/api/v1/postings/preview/"): {ADMIN, CLIENT},
    ("get", "/api/v1/postings/{id}/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/postings/{id}/attempts/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("post", "/api/v1/postings/{id}/retry/"): {ADMIN, OPERATOR, CLIENT},
    ("post", "/api/v1/postings/{id}/cancel/"): {ADMIN, CLIENT},
    ("post", "/api/v1/postings/{id}/reverse/"): {ADMIN, CLIENT},
    ("get", "/api/v1/companies/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/companies/100/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/sites/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/sites/100/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/accounts/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/journals/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/payment-terms/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/tax-details/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/attributes/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/dimensions/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/dimension-types/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("get", "/api/v1/items/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("post", "/api/v1/items/bulk/"): {ADMIN, CLIENT},
    ("get", "/api/v1/items/100/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("put", "/api/v1/items/100/"): {ADMIN, CLIENT},
    ("patch", "/api/v1/items/100/"): {ADMIN, CLIENT},
    ("delete", "/api/v1/items/100/"): {ADMIN, CLIENT},
    ("get", "/api/v1/customers/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("post", "/api/v1/customers/bulk/"): {ADMIN, CLIENT},
    ("get", "/api/v1/customers/100/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("put", "/api/v1/customers/100/"): {ADMIN, CLIENT},
    ("patch", "/api/v1/customers/100/"): {ADMIN, CLIENT},
    ("delete", "/api/v1/customers/100/"): {ADMIN, CLIENT},
    ("get", "/api/v1/suppliers/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("post", "/api/v1/suppliers/bulk/"): {ADMIN, CLIENT},
    ("get", "/api/v1/suppliers/100/"): {ADMIN, OPERATOR, AUDITOR, CLIENT},
    ("put", "/api/v1/suppliers/100/"): {ADMIN, CLIENT},
    ("patch", "/api/v1/suppliers/100/"): {ADMIN, CLIENT},
    ("delete", "/api/v1/suppliers/100/"): {ADMIN, CLIENT},
    ("get", "/api/v1/synchronisations/"): {ADMIN, OPERATOR},
    ("post", "/api/v1/synchronisations/"): {ADMIN, OPERATOR},
    ("get", "/api/v1/synchronisations/{run}/"): {ADMIN, OPERATOR},
    ("get", "/api/v1/status/"): {ADMIN, OPERATOR, AUDITOR},
}


def api_addresses(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> list[str]:
    found: list[str] = []
    for one in patterns:
        path = f"{prefix}{one.pattern}"
        found += api_addresses(one.url_patterns, path) if isinstance(one, URLResolver) else [path]
    return [path for path in found if path.startswith("/api/v1/")]


def shape(path: str) -> str:
    """An address with its parameters as `*`."""
    return "/".join("*" if part[:1] in ("<", "{") or part == "100" else part for part in path.split("/"))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("method", "path"), list(ALLOWED))
def test_a_role_may_what_the_contract_says_and_nothing_else(
    company: Company, configuration: IntacctConfiguration, client_of: ClientOf, role: Role, method: str, path: str
) -> None:
    allowed = ALLOWED[method, path]
    ItemFactory(code="100")
    CustomerFactory(code="100")
    SupplierFactory(code="100")
    posting_id = client_of(company).post("/api/v1/postings/", sales_invoice()).json()["id"]
    run = start_run(connection=configuration, wanted=SynchronisedObject.ACCOUNT, started_by="test")
    path = path.replace("{id}", posting_id).replace("{run}", run.pk)
    body = sales_invoice() if method == "post" else None

    answer = getattr(client_of(company, role=role), method)(path, body)

    assert (answer.status_code != 403) is (role in allowed), answer.json()
    assert answer.status_code not in (401, 404, 405, 500)
    if answer.status_code == 403:
        assert answer.json()["code"] == "permission_denied"


def test_the_table_knows_every_address() -> None:
    known = {shape(path) for _, path in ALLOWED}
    unknown = {shape(path) for path in api_addresses(get_resolver().url_patterns)} - known
    assert unknown <= {"/api/v1/^.*$"}, "the last one answers 404 to the rest"


@pytest.mark.parametrize("path", sorted({path for _, path in ALLOWED}))
def test_nobody_gets_in_without_a_key(db: None, path: str) -> None:
    answer = APIClient().get(path)

    assert answer.status_code == 401


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_an_address_does_not_know(
    company: Company, configuration: IntacctConfiguration, client_of: ClientOf, method: str
) -> None:
    answer = getattr(client_of(company), method)("/api/v1/postings/", {})

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
