"""Scopes: they narrow what a role may, and never widen it. Address by address: `test_roles`."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from apps.access.errors import ScopeNotAcceptable
from apps.access.models import ApiClient
from apps.access.roles import Action, Role
from apps.access.services.clients import create_client
from apps.access.viewer import viewer_for_client
from apps.configuration.models import IntacctConfiguration
from apps.organisation.models import Company
from tests.conftest import ClientOf
from tests.factories.documents import sales_invoice

pytestmark = pytest.mark.django_db
URL = "/api/v1/postings/"


def test_a_client_may_what_its_scopes_say_and_is_told_which_one_is_missing(
    company: Company, configuration: IntacctConfiguration, client_of: ClientOf
) -> None:
    client = client_of(company, scopes=["postings:submit"])

    assert client.post(URL, sales_invoice()).status_code == 201
    answer = client.get(URL)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert "postings:read" in answer.json()["detail"]
    assert answer["Content-Type"] == "application/problem+json"


def test_what_the_role_may_not_is_refused_for_the_role(company: Company, client_of: ClientOf) -> None:
    answer = client_of(company, role=Role.AUDITOR, scopes=["postings:read"]).post(URL, sales_invoice())

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize(
    ("scopes", "sees"), [((), True), (("postings:read",), False), (("postings:read", "messages:read"), True)]
)
def test_messages_need_their_scope_besides_the_role(db: None, scopes: tuple[str, ...], sees: bool) -> None:
    auditor = create_client(name="A", role=Role.AUDITOR, company_codes=[], scopes=scopes, actor="test").client

    assert viewer_for_client(auditor).may(Action.SEE_MESSAGES) is sees


@pytest.mark.parametrize("scope", ["status:read", "king"])
def test_a_scope_that_means_nothing_in_the_role_is_refused(company: Company, client_of: ClientOf, scope: str) -> None:
    with pytest.raises(ScopeNotAcceptable, match="postings:act"):
        client_of(company, scopes=[scope])
    assert not ApiClient.objects.exists()


def test_the_command_takes_scopes(company: Company) -> None:
    scopes = ("--scope", "postings:read", "--scope", "postings:submit")
    call_command("create_api_client", "ERP", "--role", "rest_client", *scopes)
    with pytest.raises(CommandError, match="king"):
        call_command("create_api_client", "ERP", "--role", "rest_client", "--scope", "king")

    assert [client.scopes for client in ApiClient.objects.all()] == ["postings:read postings:submit"]


@pytest.mark.parametrize(
    "values",
    [
        {"scopes": "king"},
        {"scopes": "postings:readpostings:act"},
        {"scopes": " postings:read"},
        {"role": "king"},
        {"requests_per_minute": 0},
    ],
    ids=str,
)
def test_the_database_refuses_what_is_no_scope_role_or_rate(db: None, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiClient.objects.create(name="ERP", **values)
