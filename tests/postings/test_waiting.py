"""A posting waits for what it needs in Sage Intacct, says so, and goes on by itself when that arrives."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Wait
from apps.foundation.audit import AuditEntry
from apps.organisation.models import Company
from apps.synchronisation.services.outbound import work
from tests.factories.documents import sales_invoice, sales_shipment
from tests.factories.masterdata import PaymentTermFactory
from tests.sandbox_process import SandboxProcess

Send = Callable[[], None]
Drained = Callable[[], object]
POSTINGS = "/api/v1/postings/"
LIST = "admin:postings_posting_changelist"


@pytest.fixture
def rest(company: Company, connection: IntacctConfiguration, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(company)


@pytest.fixture
def send(connection: IntacctConfiguration) -> Send:
    """Master data goes out, as a worker sends it."""

    def to_the_end() -> None:
        work(connection=connection, budget_seconds=30)

    return to_the_end


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def put(rest: APIClient, path: str, **body: Any) -> None:
    answer = rest.put(f"/api/v1/{path}/", {"name": f"Name of {path}", **body}, format="json")
    assert answer.status_code in (200, 201), answer.json()


def submit(rest: APIClient, body: dict[str, Any]) -> str:
    answer = rest.post(POSTINGS, body, format="json")
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["id"])


def shown(rest: APIClient, pk: str) -> dict[str, Any]:
    answer: dict[str, Any] = rest.get(f"{POSTINGS}{pk}/").json()
    return answer


def test_an_invoice_waits_for_its_customer_and_item_and_is_posted_once_they_are_there(
    rest: APIClient, send: Send, drained: Drained, sandbox: SandboxProcess
) -> None:
    put(rest, "customers/C-1")
    put(rest, "items/PUMP-9")
    lines = [{"account": "4000", "amount": "10.00", "item": "PUMP-9", "description": "Pump"}]
    body = sales_invoice(customer="C-1", lines=lines)
    warned = rest.post(f"{POSTINGS}preview/", body, format="json").json()["warnings"]
    assert "It would wait: Customer C-1 is not in Sage Intacct yet." in warned
    pk = submit(rest, body)
    drained()
    answer = shown(rest, pk)
    assert (answer["state"], answer["problem"], sandbox.objects("ARINVOICE")) == ("held", None, [])
    assert sorted(answer["waits_for"]) == [
        "Customer C-1 is not in Sage Intacct yet.", "Item PUMP-9 is not in Sage Intacct yet.",
    ]  # fmt: skip
    assert [one["id"] for one in rest.get(f"{POSTINGS}?state=held").json()["results"]] == [pk]

    send()
    drained()
    answer = shown(rest, pk)
    assert (answer["state"], answer["waits_for"]) == ("posted", [])
    (invoice,) = sandbox.objects("ARINVOICE")
    assert invoice["CUSTOMERID"] == "C-1"
    assert not Wait.objects.exists()


def test_what_intacct_has_or_the_portal_does_not_know_is_not_waited_for(
    rest: APIClient, send: Send, drained: Drained, sandbox: SandboxProcess
) -> None:
    put(rest, "customers/C-1")
    send()
    put(rest, "customers/C-1", comments="Changed, and not sent yet")
    known, unknown = (submit(rest, sales_invoice(customer=code)) for code in ("C-1", "CUST-01"))
    drained()
    assert {shown(rest, known)["state"], shown(rest, unknown)["state"]} == {"posted"}
    assert len(sandbox.objects("ARINVOICE")) == 2


def test_a_journal_entry_waits_only_for_what_goes_with_its_lines(rest: APIClient) -> None:
    put(rest, "suppliers/CUST-01")
    put(rest, "items/ITEM-2")
    answer = shown(rest, submit(rest, sales_shipment()))
    assert answer["waits_for"] == ["Item ITEM-2 is not in Sage Intacct yet."], "a supplier of that ID is another record"


def test_a_record_in_error_says_what_to_correct_and_correcting_it_lets_the_posting_go(
    rest: APIClient, send: Send, drained: Drained
) -> None:
    put(rest, "customers/C-1", payment_term="NET45")
    pk = submit(rest, sales_invoice(customer="C-1"))
    send()
    (words,) = shown(rest, pk)["waits_for"]
    assert words.startswith("Customer C-1 is not in Sage Intacct: Payment term NET45 is not known")
    assert "Correct the customer; this goes on by itself" in words
    later = submit(rest, sales_invoice(customer="C-1"))
    assert shown(rest, later)["waits_for"] == [words], "who comes later is told the same"

    PaymentTermFactory()
    put(rest, "customers/C-1", payment_term="NET30")
    send()
    drained()
    assert [shown(rest, one)["state"] for one in (pk, later)] == ["posted", "posted"]


def test_a_record_deleted_before_it_was_sent_holds_nothing_back(rest: APIClient, send: Send, drained: Drained) -> None:
    put(rest, "customers/C-1")
    pk = submit(rest, sales_invoice(customer="C-1"))
    assert rest.delete("/api/v1/customers/C-1/").status_code == 204
    send()
    drained()
    answer = shown(rest, pk)
    assert (answer["state"], answer["waits_for"]) == ("error", []), "Intacct says that there is no such customer"


def test_a_return_goes_after_its_shipment_even_when_that_waits(
    rest: APIClient, send: Send, drained: Drained, sandbox: SandboxProcess
) -> None:
    put(rest, "items/ITEM-2")
    shipment = submit(rest, sales_shipment(number="SH-1"))
    origin = {"document_type": "sales_shipment", "number": "SH-1"}
    taken_back = sales_shipment(document_type="sales_return_receipt", origin=origin)
    for line in taken_back["lines"]:
        line.pop("item")
    back = submit(rest, taken_back)
    assert shown(rest, back)["waits_for"] == [
        "Sales shipment SH-1 is not in Sage Intacct yet; this takes it back, and follows it."
    ]
    drained()
    assert sandbox.objects("GLBATCH") == []
    send()
    drained()
    assert [shown(rest, one)["state"] for one in (shipment, back)] == ["posted", "posted"]
    first, second = sorted(sandbox.objects("GLBATCH"), key=lambda one: int(one["RECORDNO"]))
    assert (first["REFERENCENO"], second["REFERENCENO"]) == ("SH-1", taken_back["number"])


def test_a_return_of_a_cancelled_shipment_goes_on_and_other_documents_never_wait(rest: APIClient) -> None:
    shipment = submit(rest, sales_shipment(number="SH-1"))
    origin = {"document_type": "sales_shipment", "number": "SH-1"}
    back = submit(rest, sales_shipment(document_type="sales_return_receipt", origin=origin))
    invoice = submit(rest, sales_invoice(origin=origin))
    assert [shown(rest, one)["state"] for one in (back, invoice)] == ["held", "pending"]
    assert rest.post(f"{POSTINGS}{shipment}/cancel/").status_code == 200
    assert shown(rest, back)["state"] == "pending"


def test_retrying_a_posting_that_waits_is_refused_and_cancelling_it_ends_the_wait(rest: APIClient) -> None:
    put(rest, "customers/C-1")
    pk = submit(rest, sales_invoice(customer="C-1"))
    refused = rest.post(f"{POSTINGS}{pk}/retry/")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_retryable")
    assert "it is held" in refused.json()["detail"]
    assert rest.post(f"{POSTINGS}{pk}/cancel/").json()["waits_for"] == []
    assert not Wait.objects.exists()


def test_pages_say_why_and_a_person_may_send_it_anyway(
    rest: APIClient, admin: Client, drained: Drained, sandbox: SandboxProcess
) -> None:
    put(rest, "customers/CUST-02")  # Intacct has had it all along
    held = submit(rest, sales_invoice(customer="CUST-02"))
    other = submit(rest, sales_invoice())
    why = "Customer CUST-02 is not in Sage Intacct yet."
    assert why in admin.get(reverse(LIST)).text
    page = admin.get(reverse("admin:postings_posting_change", args=[held])).text
    assert why in page
    assert "The configuration is not active." not in page

    posted = {"action": "send_anyway_selected", ACTION_CHECKBOX_NAME: [held, other], "index": "0"}
    assert "Send 2 postings anyway?" in admin.post(reverse(LIST), posted).text
    said = admin.post(reverse(LIST), {**posted, "confirmed": "yes"}, follow=True).text
    assert "1 posting goes on." in said
    assert "1 did not wait." in said
    drained()
    assert shown(rest, held)["state"] == "posted"
    assert len(sandbox.objects("ARINVOICE")) == 2
    entry = AuditEntry.objects.get(detail__note="Sent without waiting.")
    assert (entry.actor, entry.action) == ("integration_admin", "delivery_pending")


def test_one_is_sent_anyway_from_its_page(
    rest: APIClient, admin: Client, drained: Drained, sandbox: SandboxProcess
) -> None:
    put(rest, "customers/CUST-02")
    held = submit(rest, sales_invoice(customer="CUST-02"))
    action = reverse("admin:postings_posting_send_anyway", args=[held])
    assert action in admin.get(reverse("admin:postings_posting_change", args=[held])).text

    assert "anyway?" in admin.post(action).text
    assert shown(rest, held)["state"] == "held"
    assert "1 posting goes on." in admin.post(action, {"confirmed": "yes"}, follow=True).text

    drained()
    assert shown(rest, held)["state"] == "posted"
    assert action not in admin.get(reverse("admin:postings_posting_change", args=[held])).text


def test_waits_cost_no_further_query_for_many(rest: APIClient, django_assert_max_num_queries: Any) -> None:
    put(rest, "customers/C-1")
    for _ in range(3):
        submit(rest, sales_invoice(customer="C-1"))
    with django_assert_max_num_queries(12):
        assert len(rest.get(f"{POSTINGS}?state=held").json()["results"]) == 3
