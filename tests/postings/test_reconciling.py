"""Reconcile: what the portal posted in a period and what Intacct holds of it, by command and on a page."""

import csv
import dataclasses
import datetime
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.access.viewer import SYSTEM_VIEWER
from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.delivery import keys
from apps.delivery.models import Delivery
from apps.delivery.services.drain import DrainReport
from apps.delivery.states import State
from apps.foundation.models import AuditEntry
from apps.intacct import Create, Delete, Function, Record, Update
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.organisation.models import Company
from apps.postings.models import Posting
from apps.postings.reconciliation import Period
from apps.postings.services.reconcile import reconcile
from tests.conftest import ClientOf, Person
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.sandbox_process import SandboxProcess

PAGE = "/admin/postings/posting/reconciliation/"
OCTOBER = ("--from", "2026-10-01", "--to", "2026-10-31")
ASKED = {"from": "2026-10-01", "to": "2026-10-31", "compare": "yes"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def post(company: Company, connection: IntacctConfiguration, client_of: ClientOf, drained: Callable[..., DrainReport]):  # type: ignore[no-untyped-def]
    """Submits documents and sends them to the sandbox."""
    rest: APIClient = client_of(company)

    def work(*documents: dict[str, Any]) -> list[Delivery]:
        for one in documents:
            answer = rest.post("/api/v1/postings/", one, format="json")
            assert answer.status_code == 201, answer.json()
        drained()
        found = [Delivery.objects.get(number=one["number"]) for one in documents]
        assert [one.state for one in found] == [State.POSTED] * len(found), [one.problem for one in found]
        return found

    return work


@pytest.fixture
def in_intacct(connection: IntacctConfiguration) -> Iterator[Callable[[Function], Any]]:
    """Does something in Intacct as somebody would who signed in there."""
    client = client_for(connection)
    yield client.ask
    client.close()


def compared(*arguments: str) -> tuple[dict[str, Any], bool]:
    """The command's JSON, and whether it succeeded."""
    out = io.StringIO()
    try:
        call_command("reconcile", *(arguments or OCTOBER), "--json", stdout=out)
    except CommandError:
        return json.loads(out.getvalue()), False
    return json.loads(out.getvalue()), True


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("reconcile", *(arguments or OCTOBER), stdout=out)
    return out.getvalue()


def found(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["number"], one["words"]) for one in result["differences"]]


def entry_by_hand(journal: str = "SJ", marker: str = "", day: str = "10/12/2026", number: str = "HAND") -> Create:
    lines = [
        {"ACCOUNTNO": account, "TRX_AMOUNT": "12.34", "TR_TYPE": side, "LOCATION": "100", "CURRENCY": "USD"}
        for account, side in (("5000", "1"), ("1210", "-1"))
    ]
    fields: dict[str, Any] = {
        "JOURNAL": journal, "BATCH_DATE": day, "BATCH_TITLE": "By hand", "REFERENCENO": number,
        **({"DMO_POSTING_KEY": marker} if marker else {}),
        "ENTRIES": [Record.of("GLENTRY", line) for line in lines],
    }  # fmt: skip
    return Create("by-hand", Record.of("GLBATCH", fields))


def change(delivery: Delivery, **fields: Any) -> Update:
    return Update("by-hand", Record.of(delivery.object_name, {"RECORDNO": delivery.record_no, **fields}))


def test_a_period_in_which_everything_agrees_succeeds_with_totals_to_the_cent(post: Any) -> None:
    post(
        sales_invoice(), sales_invoice(currency="EUR", exchange_rate="1.10"), purchase_invoice(), sales_shipment(),
        sales_shipment(posting_date="2026-11-01", document_date="2026-11-01"),
    )  # fmt: skip
    result, succeeded = compared()
    assert succeeded
    assert (result["agrees"], result["posted"], result["agreeing"], result["differences"]) == (True, 4, 4, [])
    assert [
        (one["object"], one["journal"], one["entity"], one["currency"], one["portal"], one["intacct"], one["difference"])
        for one in result["totals"]
    ] == [
        ("APBILL", "", "100", "USD", "129.90", "129.90", "0.00"),
        ("ARINVOICE", "", "100", "EUR", "108.88", "108.88", "0.00"),
        ("ARINVOICE", "", "100", "USD", "108.88", "108.88", "0.00"),
        ("GLBATCH", "SJ", "100", "USD", "58.75", "58.75", "0.00"),
    ]
    assert [(one["currency"], one["portal"], one["difference"]) for one in result["grand_totals"]] == [
        ("EUR", "108.88", "0.00"),
        ("USD", "297.53", "0.00"),
    ]
    assert "4 documents agree." in said()
