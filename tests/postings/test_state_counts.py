"""The counts above the list of postings: exact while a person can use the number, and *at least* beyond."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth
from apps.delivery.models.connection_health import Flow
from apps.delivery.states import State
from apps.organisation.models import Company
from apps.postings import state_counts as counting
from tests.conftest import ClientOf
from tests.factories.documents import sales_invoice
from tests.status.standing import put, submit

pytestmark = pytest.mark.django_db
LIST = "/admin/postings/posting/"
STANDING = [State.ERROR] * 3 + [State.PENDING] * 4 + [State.HELD, State.VERIFYING] + [State.POSTED] * 3


@pytest.fixture
def operator(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.OPERATOR))
    return client


@pytest.fixture
def stand(company: Company, configuration: IntacctConfiguration, client_of: ClientOf) -> APIClient:
    rest = client_of(company)
    for number, state in enumerate(STANDING):
        (pk,) = submit(rest, sales_invoice(number=f"SI-{number}"))
        if state != State.PENDING:
            put(pk, state)
    return rest


def tabs(page: Client) -> dict[str, str]:
    return {tab["label"]: str(tab["count"]) for tab in page.get(LIST).context["state_tabs"]}


def test_each_state_has_the_length_of_its_list(operator: Client, stand: APIClient) -> None:
    assert tabs(operator) == {"Error": "3", "Verifying": "1", "Held": "1", "Pending": "4", "Posted": "3"}
    for state in State:
        shown = operator.get(f"{LIST}?state={state}").context["cl"].result_list
        assert {posting.state for posting in shown} <= {state}
        assert len(shown) == STANDING.count(state)


def test_many_are_at_least_so_many_and_few_beside_them_are_exact(
    operator: Client, stand: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_OF_A_STATE", 2)
    assert tabs(operator) == {"Error": "2+", "Verifying": "1", "Held": "1", "Pending": "2+", "Posted": "2+"}


def test_while_the_connection_is_paused_all_that_is_pending_is_held(
    operator: Client, stand: APIClient, configuration: IntacctConfiguration, monkeypatch: pytest.MonkeyPatch
) -> None:
    ConnectionHealth.objects.update_or_create(connection=configuration, defaults={"flow": Flow.PAUSED})
    assert tabs(operator) == {"Error": "3", "Verifying": "1", "Held": "5", "Posted": "3"}
    monkeypatch.setattr(counting, "MOST_OF_A_STATE", 2)
    assert tabs(operator) == {"Error": "2+", "Verifying": "1", "Held": "2+", "Posted": "2+"}
