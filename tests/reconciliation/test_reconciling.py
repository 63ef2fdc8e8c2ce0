"""Reconcile: what the portal posted in a period and what Intacct holds of it, by command and on a page."""

import datetime
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.access.viewer import SYSTEM_VIEWER
from apps.configuration.models import IntacctConfiguration, IntegrationLevel, MarkerMode
from apps.delivery import keys
from apps.delivery.models import Delivery
from apps.delivery.services.drain import DrainReport
from apps.foundation.models import AuditEntry
from apps.intacct import Delete, Function, Record
from apps.mapping.delivered_maps import DOCUMENTS
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.organisation.models import Company
from apps.reconciliation.result import Period
from apps.reconciliation.services.reconcile import reconcile
from tests.conftest import ClientOf
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.reconciliation.by_hand import change, entry_by_hand
from tests.sandbox_process import SandboxProcess

OCTOBER = ("--from", "2026-10-01", "--to", "2026-10-31")
pytestmark = pytest.mark.django_db


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


def test_a_period_in_which_everything_agrees_succeeds_with_totals_to_the_cent(post: Any) -> None:
    post(
        sales_invoice(), sales_invoice(currency="EUR", exchange_rate="1.10"), purchase_invoice(), sales_shipment(),
        sales_shipment(posting_date="2026-11-01", document_date="2026-11-01"),
    )  # fmt: skip
    result, succeeded = compared()
    assert succeeded
    assert (result["agrees"], result["posted"], result["agreeing"], result["differences"]) == (True, 4, 4, [])
    assert [
        (
            one["object"],
            one["journal"],
            one["entity"],
            one["currency"],
            one["portal"],
            one["intacct"],
            one["difference"],
        )
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


def test_a_record_that_was_deleted_in_intacct_is_missing(post: Any, in_intacct: Callable[[Function], Any]) -> None:
    gone, _kept = post(sales_invoice(), sales_invoice())
    in_intacct(Delete("by-hand", gone.object_name, [gone.record_no]))
    result, succeeded = compared()
    assert not succeeded
    words = f"Intacct no longer has record {gone.record_no}, nor another one with this document's key."
    assert found(result) == [("missing", gone.number, words)]
    assert (result["posted"], result["agreeing"], result["missing"]) == (2, 1, 1)
    (total,) = result["totals"]
    assert (total["portal"], total["intacct"], total["difference"]) == ("217.76", "108.88", "-108.88")


def test_what_was_changed_in_intacct_is_different_and_found_under_its_new_date(
    post: Any, in_intacct: Callable[[Function], Any]
) -> None:
    amount, moved, journal = post(purchase_invoice(), purchase_invoice(), sales_shipment())
    line = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "129.91", "LOCATIONID": "100", "DEPARTMENTID": "ADMIN"}
    in_intacct(change(amount, APBILLITEMS=[Record.of("APBILLITEM", line)]))
    in_intacct(change(moved, WHENPOSTED="11/02/2026"))
    in_intacct(change(journal, JOURNAL="GJ"))
    result, succeeded = compared()
    assert not succeeded
    assert found(result) == [
        ("different", amount.number, "In Intacct the amount is 129.91 USD, not 129.90 USD."),
        ("different", moved.number, "In Intacct the posting date is 2026-11-02, not 2026-10-21."),
        ("different", journal.number, "In Intacct the journal is GJ, not SJ."),
    ]
    assert (result["agreeing"], result["missing"], result["extra"]) == (0, 0, 0)
    assert [(one["object"], one["journal"], one["portal"], one["intacct"]) for one in result["totals"]] == [
        ("APBILL", "", "259.80", "129.91"),
        ("GLBATCH", "GJ", "0.00", "58.75"),
        ("GLBATCH", "SJ", "58.75", "0.00"),
    ]
    november, _ = compared("--from", "2026-11-01", "--to", "2026-11-30")
    assert found(november) == [("different", moved.number, found(result)[1][2])], "what came from another month"


def test_a_draft_is_not_in_the_books(post: Any, in_intacct: Callable[[Function], Any]) -> None:
    (bill,) = post(purchase_invoice())
    in_intacct(change(bill, ACTION="Draft"))
    result, _ = compared()
    assert found(result) == [("different", bill.number, "In Intacct the state is Draft, not in the books.")]
    assert result["totals"][0]["intacct"] == "0.00"


def test_an_entry_made_by_hand_is_shown_apart_and_is_no_difference(
    post: Any, in_intacct: Callable[[Function], Any]
) -> None:
    post(sales_shipment())
    in_intacct(entry_by_hand())
    in_intacct(entry_by_hand(journal="GJ", number="OTHER-JOURNAL"))
    result, succeeded = compared()
    assert succeeded
    assert [(one["number"], one["amount"]) for one in result["not_from_portal_records"]] == [("HAND", "12.34 USD")]
    assert [(one["entity"], one["intacct"], one["made_in_intacct"], one["difference"]) for one in result["totals"]] == [
        ("", "0.00", "12.34", "0.00"),
        ("100", "58.75", "0.00", "0.00"),
    ], "it was made at the top level"


def test_a_copy_and_an_unknown_key_are_extra_whoever_made_them(
    post: Any, in_intacct: Callable[[Function], Any]
) -> None:
    (posted,) = post(sales_shipment())
    in_intacct(entry_by_hand(marker=keys.marker(posted.key), number="COPY"))
    in_intacct(entry_by_hand(marker="0123456789abcdef0123", number="STRANGE"))
    result, succeeded = compared()
    assert not succeeded
    assert [(one["kind"], one["record_no"] != posted.record_no) for one in result["differences"]] == [
        ("extra", True),
        ("extra", True),
    ]
    words = [one["words"] for one in result["differences"]]
    copied = f"It carries the key of Sales shipment {posted.number}, which the portal posted as record"
    assert sorted(words) == sorted(
        [
            f"{copied} {posted.record_no}.",
            "It carries a key of the portal that belongs to none of its documents.",
        ]
    )


def test_what_was_made_again_with_its_key_is_different_and_not_missing(
    post: Any, in_intacct: Callable[[Function], Any]
) -> None:
    (posted,) = post(sales_shipment())
    in_intacct(Delete("by-hand", "GLBATCH", [posted.record_no]))
    in_intacct(entry_by_hand(marker=keys.marker(posted.key), number=posted.number, day="12/01/2026"))
    result, _ = compared()
    assert (result["missing"], result["extra"], result["different"]) == (0, 0, 1)
    assert [one["name"] for one in result["differences"][0]["values"]] == ["record number", "posting date", "amount"]


def test_what_is_open_is_listed_with_its_state_and_what_intacct_holds_of_it_is_extra(
    post: Any, rest: APIClient, in_intacct: Callable[[Function], Any]
) -> None:
    assert rest.post("/api/v1/postings/", sales_shipment(number="WAITS"), format="json").status_code == 201
    result, succeeded = compared()
    assert succeeded
    assert [(one["number"], one["state"]) for one in result["not_posted_documents"]] == [("WAITS", "pending")]
    in_intacct(entry_by_hand(marker=keys.marker(Delivery.objects.get(number="WAITS").key)))
    result, succeeded = compared()
    assert not succeeded
    words = "It carries the key of Sales shipment WAITS, which is not posted in the portal (pending)."
    assert found(result) == [("extra", "WAITS", words)]


def test_one_company_is_compared_alone(
    post: Any, other_company: Company, client_of: ClientOf, drained: Callable[..., DrainReport],
    in_intacct: Callable[[Function], Any],
) -> None:  # fmt: skip
    (ours,) = post(sales_shipment())
    theirs = sales_shipment(company="200", financial_site="200", currency="GBP")
    for line in theirs["lines"]:
        line.pop("item", None)
    answer = client_of(other_company).post("/api/v1/postings/", theirs, format="json")
    assert answer.status_code == 201, answer.json()
    drained()
    in_intacct(entry_by_hand())
    in_intacct(Delete("by-hand", "GLBATCH", [ours.record_no]))
    british, succeeded = compared(*OCTOBER, "--company", "200")
    assert succeeded
    assert (british["posted"], british["agreeing"], british["not_from_portal"]) == (1, 1, 0)
    assert [(one["entity"], one["currency"], one["intacct"]) for one in british["totals"]] == [("200", "GBP", "58.75")]
    assert found(compared(*OCTOBER, "--company", "100")[0])[0][:2] == ("missing", ours.number)
    with pytest.raises(CommandError, match="There is no company 'X'"):
        call_command("reconcile", *OCTOBER, "--company", "X")


def test_keys_in_the_description_are_matched_too(
    post: Any, connection: IntacctConfiguration, in_intacct: Callable[[Function], Any]
) -> None:
    IntacctConfiguration.objects.update(marker_mode=MarkerMode.DESCRIPTION)
    connection.refresh_from_db()
    (posted, _bill) = post(sales_shipment(), purchase_invoice())
    in_intacct(entry_by_hand(number="no key [at the end]"))
    assert compared()[1]
    in_intacct(change(posted, BATCH_DATE="11/05/2026"))
    assert [one[0] for one in found(compared()[0])] == ["different"]


def test_a_wrong_period_and_an_intacct_that_can_t_be_asked_fail_in_words(
    company: Company, configuration: IntacctConfiguration
) -> None:
    with pytest.raises(CommandError, match="before it begins on 2026-10-31"):
        call_command("reconcile", "--from", "2026-10-31", "--to", "2026-10-01")
    with pytest.raises(CommandError, match="are 401 days; 400 can be compared at once"):
        call_command("reconcile", "--from", "2026-01-01", "--to", "2027-02-05")
    with pytest.raises(CommandError, match="Intacct can't be asked"):
        call_command("reconcile", *OCTOBER)
    switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
    with pytest.raises(CommandError, match="is turned off"):
        call_command("reconcile", *OCTOBER)
    assert not AuditEntry.objects.filter(action="period_compared").exists()


def test_who_compared_what_with_which_outcome_is_in_the_audit_trail(post: Any) -> None:
    post(sales_shipment())
    compared()
    entry = AuditEntry.objects.get(action="period_compared")
    assert (entry.actor, entry.subject_label) == ("portal", "2026-10-01 – 2026-10-31")
    assert entry.detail["note"] == "1 of 1 agree; everything agrees."


def test_a_period_costs_as_many_queries_and_questions_for_many_documents_as_for_few(
    post: Any, sandbox: SandboxProcess
) -> None:
    def cost() -> tuple[int, int]:
        before = sandbox.stats()["functions"]
        with CaptureQueriesContext(database) as captured:
            reconcile(period=Period(datetime.date(2026, 10, 1), datetime.date(2026, 10, 31)), viewer=SYSTEM_VIEWER)
        return len(captured), sandbox.stats()["functions"] - before

    post(sales_shipment(), purchase_invoice(), sales_invoice())
    few = cost()
    post(*(sales_shipment() for _ in range(8)), *(purchase_invoice() for _ in range(8)))
    assert cost() == few
    assert few[1] == 1 + 3 + 1 + len(DOCUMENTS.objects()), (
        "signing in; what was posted as three objects, the lines of one; what there is besides of each"
    )


def test_documents_made_in_their_entity_agree_and_count_for_it(post: Any, connection: IntacctConfiguration) -> None:
    IntacctConfiguration.objects.update(integration_level=IntegrationLevel.ENTITY)
    connection.refresh_from_db()
    (posted,) = post(sales_shipment())
    assert posted.entity == "100"
    result, succeeded = compared(*OCTOBER, "--company", "100")
    assert succeeded
    assert [(one["entity"], one["portal"], one["intacct"]) for one in result["totals"]] == [("100", "58.75", "58.75")]
