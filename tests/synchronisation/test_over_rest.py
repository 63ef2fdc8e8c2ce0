"""Contract 5.2: synchronisations are started and followed over REST; financial data is read there."""

import pytest
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.masterdata.models import PaymentTerm
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.synchronisation.models import SynchronisationRun
from apps.synchronisation.services.inbound import synchronise, work_due_runs
from tests.conftest import ClientOf

ADDRESS = "/api/v1/synchronisations/"


@pytest.fixture
def operator(connection: IntacctConfiguration, client_of: ClientOf) -> APIClient:
    return client_of(role=Role.OPERATOR)


def test_a_run_is_started_worked_and_followed(operator: APIClient) -> None:
    started = operator.post(ADDRESS, {"object": "AP_TERM", "force": False}, format="json")
    assert started.status_code == 202, started.json()
    assert (started.json()["state"], started.json()["mode"]) == ("waiting", "full")
    work_due_runs()
    run = operator.get(f"{ADDRESS}{started.json()['id']}/").json()
    assert (run["state"], run["total"], run["done"], run["failed"]) == ("finished", 9, 9, 0)
    assert [one["id"] for one in operator.get(ADDRESS, {"object": "AP_TERM"}).json()["results"]] == [run["id"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/object"),
        ({"object": "COFFEE"}, "/object"),
        ({"object": "AP_TERM", "force": "perhaps"}, "/force"),
        ({"object": "AP_TERM", "speed": 3}, "/speed"),
    ],
)
def test_bad_input_is_refused_with_a_pointer_and_nothing_starts(
    operator: APIClient, body: dict[str, object], pointer: str
) -> None:
    answer = operator.post(ADDRESS, body, format="json")
    assert answer.status_code in (400, 422)
    assert [flaw["pointer"] for flaw in answer.json()["errors"]] == [pointer]
    assert not SynchronisationRun.objects.exists()


def test_a_second_run_of_the_object_is_a_conflict(operator: APIClient) -> None:
    operator.post(ADDRESS, {"object": "AP_TERM"}, format="json")
    answer = operator.post(ADDRESS, {"object": "AP_TERM"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "synchronisation_open")


def test_with_the_option_off_it_is_refused(operator: APIClient) -> None:
    switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
    answer = operator.post(ADDRESS, {"object": "AP_TERM"}, format="json")
    assert (answer.json()["code"], answer["Retry-After"]) == ("option_off", "300")
    assert not SynchronisationRun.objects.exists()


def test_terms_tax_details_accounts_and_journals_are_read(
    operator: APIClient, connection: IntacctConfiguration
) -> None:
    for wanted in ("AR_TERM", "TAX_DETAIL", "ACCOUNT", "JOURNAL"):
        synchronise(connection=connection, wanted=wanted, started_by="test")
    term = operator.get("/api/v1/payment-terms/", {"ledger": "ar", "page_size": 500}).json()["results"]
    assert len(term) == PaymentTerm.objects.count()
    assert next(one for one in term if one["id"] == "2-10-NET30")["discount"] == "2.0000"
    details = operator.get("/api/v1/tax-details/").json()["results"]
    assert next(one for one in details if one["id"] == "US-NY-8.875")["rate"] == "8.8750"
    accounts = operator.get("/api/v1/accounts/").json()["results"]
    assert next(one for one in accounts if one["id"] == "6300")["requires"] == ["department"]
    assert operator.get("/api/v1/journals/").json()["results"][0]["id"] == "ADJ"
