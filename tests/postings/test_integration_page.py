"""*Integration*, its *Finance* half (dmo-facts 3.4): where each document stands, and sending again what is in error."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.delivery.states import State
from apps.postings.models import IntegratedDocument
from tests.factories.documents import sales_invoice

PAGE = "/admin/postings/integrateddocument/"


@pytest.fixture
def operator(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.OPERATOR))
    return client


@pytest.fixture
def in_error(rest: APIClient, configuration: IntacctConfiguration) -> Delivery:
    assert rest.post("/api/v1/postings/", sales_invoice(number="SI-1"), format="json").status_code == 201
    delivery = Delivery.objects.get()
    problem: dict[str, Any] = {"kind": "refused", "code": "x", "detail": "It was refused.", "next_step": "Correct it."}
    taken = {"state": State.SENDING, "lease_token": "t", "lease_until": delivery.due_at}
    Delivery.objects.filter(pk=delivery.pk).update(**taken)
    Delivery.objects.move(delivery.pk, from_=(State.SENDING,), to=State.ERROR, problem=problem)
    delivery.refresh_from_db()
    return delivery


def test_shows_status_in_dmo_words_with_the_last_message(operator: Client, in_error: Delivery) -> None:
    page = operator.get(PAGE, {"status": "error"}).text
    assert "SI-1" in page
    assert "It was refused." in page
    assert "SI-1" not in operator.get(PAGE, {"status": "success"}).text
    assert 'href="/admin/delivery/integrationstate/"' in page, "the quick filter to the master data"


@pytest.mark.parametrize("many", [1, 100_000])
@pytest.mark.parametrize(
    ("found", "not_found"),
    [
        ({"delivery__object_name": "ARINVOICE"}, {"delivery__object_name": "APBILL"}),
        ({"document_type": "sales_invoice"}, {"document_type": "stock_journal"}),
        ({"status": "error"}, {"status": "success"}),
        ({"q": "SI-"}, {"q": "I-1"}),
    ],
)
def test_filters_find_the_same_where_few_and_where_many_match(
    operator: Client,
    in_error: Delivery,
    found: dict[str, str],
    not_found: dict[str, str],
    many: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("apps.postings.admin.integration.MANY", many)
    assert "SI-1" in operator.get(PAGE, found).text
    assert "It was refused." not in operator.get(PAGE, not_found).text


def test_force_synchronise_sends_again_what_is_in_error_and_leaves_what_is_pending(
    operator: Client, in_error: Delivery
) -> None:
    chosen = {"action": "synchronise_chosen", ACTION_CHECKBOX_NAME: [str(IntegratedDocument.objects.get().pk)]}
    assert "1 sent again" in operator.post(PAGE, chosen, follow=True).text
    in_error.refresh_from_db()
    assert in_error.state == State.PENDING
    assert "0 sent again, 1 were not in error" in operator.post(PAGE, chosen, follow=True).text
