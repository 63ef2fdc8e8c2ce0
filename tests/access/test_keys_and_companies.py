"""API keys, and what a client sees: its own companies; another's posting is not there."""

import datetime
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from apps.access.models import ApiClient, ApiKey
from apps.access.roles import Role
from apps.access.services.clients import revoke_client
from apps.configuration.models import IntacctConfiguration
from apps.foundation.models import AuditEntry
from apps.organisation.models import Company
from tests.conftest import ClientOf
from tests.factories.documents import sales_invoice

pytestmark = pytest.mark.django_db
URL = "/api/v1/postings/"


def made(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("create_api_client", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def with_key(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
    return client


class TestTheCommand:
    def test_it_prints_the_key_once_and_keeps_a_hash(self, company: Company) -> None:
        printed = made("Albany ERP", "--role", "rest_client", "--company", "100")

        assert (printed["name"], printed["role"]) == ("Albany ERP", "rest_client")
        assert with_key(printed["key"]).get(URL).status_code == 200
        stored = json.dumps([*ApiClient.objects.values(), *ApiKey.objects.values()], default=str)
        history = json.dumps(list(AuditEntry.objects.values()), default=str)
        secret = printed["key"].partition(".")[2]
        assert secret not in stored
        assert secret not in history

    @pytest.mark.parametrize("arguments", [["--role", "king"], ["--role", "rest_client", "--company", "999"]])
    def test_it_refuses_what_does_not_exist(self, company: Company, arguments: list[str]) -> None:
        with pytest.raises(CommandError):
            made("X", *arguments)
        assert not ApiClient.objects.exists()


class TestAKeyThatFails:
    @pytest.mark.parametrize("header", ["Api-Key nonsense", "Api-Key ", "Api-Key a.b", "Api-Key \xff.x"])
    def test_not_a_key(self, company: Company, header: str) -> None:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=header)

        answer = client.get(URL)

        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_api_key")
        assert answer["WWW-Authenticate"] == "Api-Key"

    def test_none(self, db: None) -> None:
        answer = APIClient().get(URL)

        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")

    def test_revoked(self, company: Company) -> None:
        key = made("X", "--role", "rest_client")["key"]
        revoke_client(client=ApiClient.objects.get(), actor="test")

        assert with_key(key).get(URL).json()["code"] == "invalid_api_key"

    def test_expired(self, company: Company) -> None:
        key = made("X", "--role", "rest_client")["key"]
        ApiClient.objects.update(expiry_date=timezone.now() - datetime.timedelta(seconds=1))

        assert with_key(key).get(URL).json()["code"] == "invalid_api_key"

    def test_the_right_prefix_with_another_secret(self, company: Company) -> None:
        key = made("X", "--role", "rest_client")["key"]

        assert with_key(f"{key.partition('.')[0]}.{'x' * 32}").get(URL).status_code == 401


def test_signing_in_costs_two_queries(
    company: Company, client_of: ClientOf, django_assert_num_queries: Callable[[int], Any]
) -> None:
    client = client_of(company, role=Role.PARTNER)
    assert client.get(URL).status_code == 403  # notes the use, once a minute

    with django_assert_num_queries(2):
        assert client.get(URL).status_code == 403


class TestCompanies:
    @pytest.fixture
    def posting_id(self, company: Company, configuration: IntacctConfiguration, client_of: ClientOf) -> str:
        return str(client_of(company).post(URL, sales_invoice()).json()["id"])

    def test_another_companys_posting_is_not_there(
        self, posting_id: str, other_company: Company, client_of: ClientOf
    ) -> None:
        stranger = client_of(other_company)

        assert stranger.get(URL).json()["results"] == []
        for method, path in (("get", ""), ("get", "attempts/"), ("post", "retry/"), ("post", "cancel/")):
            answer = getattr(stranger, method)(f"{URL}{posting_id}/{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path

    def test_another_company_can_not_be_submitted_for(
        self, company: Company, other_company: Company, configuration: IntacctConfiguration, client_of: ClientOf
    ) -> None:
        answer = client_of(other_company).post(URL, sales_invoice())

        (flaw,) = answer.json()["errors"]
        assert (answer.status_code, flaw["code"]) == (422, "unknown_company")

    def test_a_client_without_companies_sees_none(self, posting_id: str, client_of: ClientOf) -> None:
        nobody = client_of()

        assert nobody.get(URL).json()["results"] == []
        assert nobody.get("/api/v1/companies/").json()["results"] == []

    @pytest.mark.parametrize("role", [Role.INTEGRATION_ADMIN, Role.OPERATOR, Role.AUDITOR])
    def test_some_roles_see_all(self, posting_id: str, client_of: ClientOf, role: Role) -> None:
        assert client_of(role=role).get(f"{URL}{posting_id}/").status_code == 200

    def test_unless_their_key_is_limited(self, posting_id: str, other_company: Company, client_of: ClientOf) -> None:
        limited = client_of(other_company, role=Role.OPERATOR)

        assert limited.get(f"{URL}{posting_id}/").status_code == 404
