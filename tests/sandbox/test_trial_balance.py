"""The trial balance, against figures worked out by hand."""

from typing import Any

import pytest
import requests

from tests.patience import PATIENCE
from tests.sandbox.conversation import Conversation, create, tags
from tests.sandbox.documents import LINE_ITEM, advance, bill, day, journal_entry, legacy

Rows = list[tuple[str, str, str, str, str]]


def read(gateway: Conversation, **days: str) -> requests.Response:
    return requests.get(f"{gateway.sandbox.base}control/trial-balance/", params=days, timeout=PATIENCE)


def balance(gateway: Conversation, first: str = "2026-10-01", last: str = "2026-10-31") -> Rows:
    """(account, entity, currency, debit, credit)"""
    answer = read(gateway, **{"from": first, "to": last})
    return [tuple(row.values()) for row in answer.json()["results"]]


def post(gateway: Conversation, *functions: str) -> None:
    assert set(gateway.ask(*functions).statuses) == {"success"}


def line(account: str, amount: str, location: str = "100", *entries: tuple[str, str]) -> dict[str, Any]:
    taxes = {"TAXENTRY": [{"DETAILID": detail, "TRX_TAX": tax} for detail, tax in entries]}
    return {"ACCOUNTNO": account, "TRX_AMOUNT": amount, "LOCATIONID": location} | (
        {"TAXENTRIES": taxes} if entries else {}
    )


def item(account: str, amount: str, location: str, detail: str = "", tax: str = "") -> dict[str, Any]:
    entry = {"taxentries": {"taxentry": {"detailid": detail, "trx_tax": tax}}} if detail else {}
    return {**LINE_ITEM, "glaccountno": account, "amount": amount, "locationid": location, **entry}


def invoice(*items: dict[str, Any], function: str = "create_invoice", **changes: Any) -> str:
    return f"<{function}>{tags(legacy(function, *items, **changes))}</{function}>"


def gl(account: str, side: str, amount: str, location: str = "100", **changes: Any) -> dict[str, Any]:
    return {"ACCOUNTNO": account, "TR_TYPE": side, "TRX_AMOUNT": amount, "LOCATION": location, **changes}


def test_nothing_is_posted(gateway: Conversation) -> None:
    assert read(gateway).json() == {"results": []}


def test_a_bill_debits_its_lines_and_taxes_and_credits_what_is_owed(gateway: Conversation) -> None:
    lines = (line("6000", "100.00", "200-WH1", ("GB-STD-IN", "20.00")), line("6100", "0.05", "200"))
    post(gateway, create("APBILL", bill(*lines, CURRENCY="EUR", EXCHANGE_RATE="1.1")))
    assert balance(gateway) == [
        ("1400", "200", "EUR", "20.00", "0.00"),
        ("2000", "200", "EUR", "0.00", "120.05"),
        ("6000", "200", "EUR", "100.00", "0.00"),
        ("6100", "200", "EUR", "0.05", "0.00"),
    ]


def test_a_bill_of_two_entities_owes_in_both_each_in_its_currency(gateway: Conversation) -> None:
    post(gateway, create("APBILL", bill(line("6000", "10", "100"), line("6000", "4", "300"))))
    assert balance(gateway) == [
        ("2000", "100", "USD", "0.00", "10.00"),
        ("2000", "300", "EUR", "0.00", "4.00"),
        ("6000", "100", "USD", "10.00", "0.00"),
        ("6000", "300", "EUR", "4.00", "0.00"),
    ]


def test_a_reverse_charge_goes_to_both_tax_accounts(gateway: Conversation) -> None:
    post(gateway, create("APBILL", bill(line("6000", "100", "400", ("DE-RC-IN", "19"), ("DE-RC-OUT", "-19")))))
    assert balance(gateway) == [
        ("1400", "400", "EUR", "19.00", "0.00"),
        ("2000", "400", "EUR", "0.00", "100.00"),
        ("2210", "400", "EUR", "0.00", "19.00"),
        ("6000", "400", "EUR", "100.00", "0.00"),
    ]


def test_an_invoice_and_its_credit(gateway: Conversation) -> None:
    """Sold for 100.00 and 8.88 of tax, of which 40.00 and 3.55 are credited."""
    post(
        gateway,
        invoice(item("4000", "100.00", "100", "US-NY-8.875", "8.88")),
        invoice(item("4900", "-40.00", "100", "US-NY-8.875", "-3.55"), function="create_aradjustment"),
    )
    assert balance(gateway) == [
        ("1100", "100", "USD", "108.88", "43.55"),
        ("2200", "100", "USD", "3.55", "8.88"),
        ("4000", "100", "USD", "0.00", "100.00"),
        ("4900", "100", "USD", "40.00", "0.00"),
    ]


def test_a_credit_within_an_invoice_lessens_what_is_due(gateway: Conversation) -> None:
    post(gateway, invoice(item("4000", "100.00", "100"), item("4100", "-30.00", "100")))
    assert balance(gateway) == [
        ("1100", "100", "USD", "70.00", "0.00"),
        ("4000", "100", "USD", "0.00", "100.00"),
        ("4100", "100", "USD", "30.00", "0.00"),
    ]


def test_a_suppliers_credit_debits_what_is_owed(gateway: Conversation) -> None:
    post(gateway, invoice(item("6000", "-25.00", "200", "GB-STD-IN", "-5.00"), function="create_apadjustment"))
    assert balance(gateway) == [
        ("1400", "200", "GBP", "0.00", "5.00"),
        ("2000", "200", "GBP", "30.00", "0.00"),
        ("6000", "200", "GBP", "0.00", "25.00"),
    ]


def test_an_advance_debits_the_bank_or_the_account_of_undeposited_funds(gateway: Conversation) -> None:
    without = {**advance(), "ARADVANCEITEMS": {"ARADVANCEITEM": [{"TRX_AMOUNT": "50.00", "LOCATIONID": "100"}]}}
    other = {**advance(FINANCIALENTITY="", UNDEPOSITEDACCOUNTNO="1300"),
             "ARADVANCEITEMS": {"ARADVANCEITEM": [line("2300", "5.00")]}}  # fmt: skip
    post(gateway, create("ARADVANCE", without), create("ARADVANCE", other))
    assert balance(gateway) == [
        ("1000", "100", "USD", "50.00", "0.00"),
        ("1100", "100", "USD", "0.00", "50.00"),
        ("1300", "100", "USD", "5.00", "0.00"),
        ("2300", "100", "USD", "0.00", "5.00"),
    ]


def test_a_journal_entry_as_it_is_with_its_tax(gateway: Conversation) -> None:
    tax = {"TAXENTRIES": {"TAXENTRY": {"DETAILID": "GB-STD-IN", "TRX_TAX": "10"}}}
    post(gateway, create("GLBATCH", journal_entry(gl("6000", "1", "50", "200", **tax), gl("1200", "-1", "60", "200"))))
    assert balance(gateway) == [
        ("1200", "200", "GBP", "0.00", "60.00"),
        ("1400", "200", "GBP", "10.00", "0.00"),
        ("6000", "200", "GBP", "50.00", "0.00"),
    ]


def test_debits_and_credits_are_not_netted_and_agree(gateway: Conversation) -> None:
    post(
        gateway,
        create("GLBATCH", journal_entry(gl("1200", "1", "60.00"), gl("1210", "-1", "60.00"))),
        create("GLBATCH", journal_entry(gl("1210", "1", "0.10"), gl("1200", "-1", "0.10"))),
    )
    assert balance(gateway) == [
        ("1200", "100", "USD", "60.00", "0.10"),
        ("1210", "100", "USD", "0.10", "60.00"),
    ]


def test_the_gl_date_decides_both_days_within_and_drafts_are_not_posted(gateway: Conversation) -> None:
    post(
        gateway,
        create("APBILL", bill(line("6000", "1"), WHENCREATED="09/15/2026", WHENPOSTED="10/01/2026")),
        create("APBILL", bill(line("6000", "2"), WHENPOSTED="10/31/2026")),
        create("APBILL", bill(line("6000", "4"), WHENPOSTED="11/01/2026")),
        create("APBILL", bill(line("6000", "8"), WHENPOSTED="09/30/2026")),
        create("APBILL", bill(line("6000", "16"), ACTION="Draft")),
        create("GLBATCH", journal_entry(gl("6000", "1", "32"), gl("1200", "-1", "32"), STATE="Draft")),
        create("GLBATCH", journal_entry(gl("6000", "1", "64"), gl("1200", "-1", "64"), BATCH_DATE="11/01/2026")),
        create("ARADVANCE", advance(PAYMENTDATE="10/31/2026", RECEIPTDATE="11/01/2026")),
        f"<create_invoice>{tags(dated_invoice('11'))}</create_invoice>",
    )
    october = [("2000", "100", "USD", "0.00", "3.00"), ("6000", "100", "USD", "3.00", "0.00")]
    assert balance(gateway) == october
    assert read(gateway, to="2026-10-01").json()["results"][1]["debit"] == "9.00"
    assert ("6000", "100", "USD", "68.00", "0.00") in balance(gateway, "2026-11-01", "2026-11-01")


def dated_invoice(month: str) -> dict[str, Any]:
    return {**legacy("create_invoice"), "datecreated": day("2026", month, "02")}


@pytest.mark.parametrize("days", [{"from": "10/01/2026"}, {"to": "soon"}])
def test_days_that_are_none(gateway: Conversation, days: dict[str, str]) -> None:
    answer = read(gateway, **days)
    assert (answer.status_code, answer.json()) == (400, {"detail": "?from= and ?to= are dates, yyyy-mm-dd."})
