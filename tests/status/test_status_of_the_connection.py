"""The configuration's status view: data shared, when, and communication errors."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.services.drain import DrainReport
from apps.organisation.models import Company
from apps.synchronisation.services import inbound
from tests.factories.documents import purchase_invoice, sales_invoice
from tests.sandbox_process import SandboxProcess

PAGE = "/admin/status/connection/"
Person = Callable[[Role], User]


@pytest.fixture
def operator(person: Person, client: Client) -> Client:
    client.force_login(person(Role.OPERATOR))
    return client


def test_without_a_configuration_it_says_what_to_do(operator: Client) -> None:
    assert "Create one under" in operator.get(PAGE).content.decode()


def test_it_says_what_was_shared_and_when(
    operator: Client,
    company: Company,
    connection: IntacctConfiguration,
    drained: Callable[[], DrainReport],
    client_of: Callable[..., APIClient],
) -> None:
    rest = client_of(company)
    for document in (sales_invoice(number="SI-1"), sales_invoice(number="SI-2"), purchase_invoice(number="PI-1")):
        assert rest.post("/api/v1/postings/", document, format="json").status_code == 201
    drained()
    call_command("synchronise", "ACCOUNT")
    call_command("synchronise", "CUSTOMER")
    status = operator.get(PAGE).context["status"]
    assert [(row.object_name, row.posted, row.waiting, row.in_error) for row in status.sent] == [
        ("APBILL", 1, 0, 0),
        ("ARINVOICE", 2, 0, 0),
    ]
    assert all(row.last_at for row in status.sent)
    assert [(run.object, run.state) for run in status.received] == [("ACCOUNT", "finished")], "customers go out"
    assert status.errors == ()


def test_a_call_without_an_answer_is_a_communication_error(
    operator: Client,
    company: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    drained: Callable[[], DrainReport],
    client_of: Callable[..., APIClient],
) -> None:
    sandbox.arm("reset_after", match={"object": "ARINVOICE"})
    client_of(company).post("/api/v1/postings/", sales_invoice(number="SI-LOST"), format="json")
    drained()
    (error,) = operator.get(PAGE).context["status"].errors
    assert error.what == "ARINVOICE SI-LOST"
    assert "outcome is unknown" in error.words or "connection" in error.words.lower()


def test_a_synchronisation_that_failed_is_a_communication_error(
    operator: Client, configuration: IntacctConfiguration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "MOST_SETBACKS", 0)
    with pytest.raises(Exception, match="Not everything was synchronised"):
        call_command("synchronise", "ACCOUNT")
    (error,) = operator.get(PAGE).context["status"].errors
    assert error.what == "Accounts"


@pytest.mark.parametrize(("role", "status"), [(Role.PARTNER, 302), (Role.REST_CLIENT, 403)])
def test_who_may_not_see_the_status_is_refused(role: Role, status: int, person: Person, client: Client) -> None:
    client.force_login(person(role))
    assert client.get(PAGE).status_code == status


def test_it_needs_a_constant_number_of_queries(
    operator: Client,
    company: Company,
    configuration: IntacctConfiguration,
    client_of: Callable[..., APIClient],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    rest = client_of(company)
    rest.post(
        "/api/v1/postings/bulk/", {"postings": [sales_invoice(number=f"SI-{n}") for n in range(20)]}, format="json"
    )
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        operator.get(PAGE)
