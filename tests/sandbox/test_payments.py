"""Money applied to an AR invoice in the sandbox: totals and state move together, and the Smart Event is sent."""

from typing import Any

import pytest
import requests

from tests.patience import PATIENCE
from tests.sandbox.conversation import Conversation, tags
from tests.sandbox.documents import legacy
from tests.sandbox.packages import install, log_of, smart_event

FIGURES = ("TRX_TOTALPAID", "TOTALPAID", "TRX_TOTALDUE", "TOTALDUE", "STATE")


def figures(gateway: Conversation) -> tuple[Any, ...]:
    (invoice,) = gateway.sandbox.objects("ARINVOICE")
    return tuple(invoice[name] for name in FIGURES)


@pytest.fixture
def invoice(gateway: Conversation) -> str:
    """The record number of a posted invoice of 100.00."""
    answer = gateway.ask(f"<create_invoice>{tags(legacy('create_invoice'))}</create_invoice>")
    assert answer.statuses == ["success"], answer.http.text
    return answer.record_no


def test_a_part_then_the_rest(gateway: Conversation, invoice: str) -> None:
    answer = gateway.sandbox.pay(invoice, "25.00")
    assert (answer.status_code, answer.json()["STATE"]) == (200, "Partially Paid")
    assert figures(gateway) == ("25.00", "25.00", "75.00", "75.00", "Partially Paid")
    assert gateway.sandbox.pay(invoice, "75.00").json()["WHENPAID"] != ""
    assert figures(gateway) == ("100.00", "100.00", "0.00", "0.00", "Paid")


def test_its_smart_event_is_due(gateway: Conversation, invoice: str) -> None:
    install(gateway, smart_event("PORTAL_INVOICE", owner="ARINVOICE", events=["set"]))
    gateway.sandbox.pay(invoice, "25.00")
    (row,) = log_of(gateway)
    assert (row["topic"], row["objectkey"]) == ("SET_ARINVOICE", invoice)


@pytest.mark.parametrize("amount", ["100.01", "0.00", "-1.00"])
def test_more_than_is_due_is_refused(gateway: Conversation, invoice: str, amount: str) -> None:
    answer = gateway.sandbox.pay(invoice, amount)
    assert (answer.status_code, "is due" in answer.json()["detail"]) == (422, True)
    assert figures(gateway) == ("0.00", "0.00", "100.00", "100.00", "Posted")


def test_an_invoice_that_is_not_there_is_refused(gateway: Conversation) -> None:
    assert gateway.sandbox.pay("99999", "1.00").status_code == 422


@pytest.mark.parametrize("body", [{}, [], {"invoice": "1", "amount": 25}, {"invoice": "1", "amount": "much"}])
def test_what_is_no_payment_is_refused(gateway: Conversation, body: Any) -> None:
    address = f"{gateway.sandbox.base}control/payments/"
    assert requests.post(address, json=body, timeout=PATIENCE).status_code == 400
