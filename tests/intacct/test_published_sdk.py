"""What we send beside what the published `sageintacctsdk` sends for the same record, element by element."""

from datetime import date
from decimal import Decimal

import pytest
import responses
from lxml import etree

from apps.intacct import Create, LegacyCreate, Record
from tests.intacct.answers import HOST, ScriptedTransport, created, response

bills = pytest.importorskip("sageintacctsdk.apis.bills")
invoices = pytest.importorskip("sageintacctsdk.apis.ar_invoices")
entries = pytest.importorskip("sageintacctsdk.apis.journal_entries")

# Deliberate, for every request:
INTENDED = {
    "uniqueid": ("false", "true"),  # the SDK lets a repeat run again; ours is refused by the gateway
    "showadditionalerrorinfo": (None, "true"),  # the stable identifiers of errors
}


def sent_by_sdk(api, record):
    api.set_sender_id("XT_mfg")
    api.set_sender_password("sender-secret-1")
    api.set_session_id("S1-session-secret")
    api.set_show_private(False)
    with responses.RequestsMock() as mocked:
        mocked.post(HOST, body=response(created("f1")))
        api.post(record)
        return etree.fromstring(mocked.calls[0].request.body)


def sent_by_us(client_over, function):
    transport = ScriptedTransport(response(created("f1")))
    client_over(transport).execute([function], control_id="r1")
    return etree.fromstring(transport.documents[0][1])


def content(root):
    """The function's content: path, text, in order."""
    function = root.find("operation/content/function")[0]
    tree = etree.ElementTree(function)
    return [(tree.getpath(element), (element.text or "").strip()) for element in function.iter()]


def test_a_bill_is_the_same(client_over):
    theirs = sent_by_sdk(
        bills.Bills(),
        {
            "WHENCREATED": "03/09/2026",
            "VENDORID": "V100",
            "RECORDID": "B-1",
            "WHENDUE": "04/09/2026",
            "CURRENCY": "EUR",
            "APBILLITEMS": {
                "APBILLITEM": [
                    {"ACCOUNTNO": "6000", "TRX_AMOUNT": "100.50", "ENTRYDESCRIPTION": "R&D <1>"},
                    {"ACCOUNTNO": "6100", "TRX_AMOUNT": "-3", "LOCATIONID": "100"},
                ]
            },
        },
    )
    ours = sent_by_us(
        client_over,
        Create(
            "f1",
            Record.of(
                "APBILL",
                {
                    "WHENCREATED": date(2026, 3, 9),
                    "VENDORID": "V100",
                    "RECORDID": "B-1",
                    "WHENDUE": date(2026, 4, 9),
                    "CURRENCY": "EUR",
                    "APBILLITEMS": [
                        Record.of("APBILLITEM", {"ACCOUNTNO": "6000", "TRX_AMOUNT": Decimal("100.50"),
                                                 "ENTRYDESCRIPTION": "R&D <1>"}),
                        Record.of("APBILLITEM", {"ACCOUNTNO": "6100", "TRX_AMOUNT": Decimal("-3"),
                                                 "LOCATIONID": "100"}),
                    ],
                },
            ),
        ),
    )  # fmt: skip
    assert content(ours) == content(theirs)


def test_a_journal_entry_is_the_same(client_over):
    def lines(build, amount):
        return [
            build({"ACCOUNTNO": "4000", "TRX_AMOUNT": amount, "TR_TYPE": "1", "LOCATION": "100"}),
            build({"ACCOUNTNO": "2000", "TRX_AMOUNT": amount, "TR_TYPE": "-1", "LOCATION": "100"}),
        ]

    theirs = sent_by_sdk(
        entries.JournalEntries(),
        {
            "JOURNAL": "GJ",
            "BATCH_DATE": "03/09/2026",
            "BATCH_TITLE": "Stock of March",
            "ENTRIES": {"GLENTRY": lines(dict, "12.00")},
        },
    )
    ours = sent_by_us(
        client_over,
        Create(
            "f1",
            Record.of(
                "GLBATCH",
                {
                    "JOURNAL": "GJ",
                    "BATCH_DATE": date(2026, 3, 9),
                    "BATCH_TITLE": "Stock of March",
                    "ENTRIES": lines(lambda fields: Record.of("GLENTRY", fields), Decimal("12.00")),
                },
            ),
        ),
    )
    assert content(ours) == content(theirs)


def test_an_invoice_is_the_same_once_the_sdk_is_given_the_right_order(client_over):
    """The SDK sends a legacy creator in the order of its dictionary; ours is put in order."""

    def day(value):
        return {"year": f"{value.year:04d}", "month": f"{value.month:02d}", "day": f"{value.day:02d}"}

    theirs = sent_by_sdk(
        invoices.ARInvoices(),
        {
            "customerid": "C1",
            "datecreated": day(date(2026, 3, 9)),
            "datedue": day(date(2026, 4, 9)),
            "invoiceno": "I-1",
            "billto": {"contactname": "Ann"},
            "invoiceitems": {
                "lineitem": [
                    {
                        "glaccountno": "4000",
                        "amount": "10.50",
                        "memo": "Chairs",
                        "customfields": {
                            "customfield": {"customfieldname": "GLDIMREGION", "customfieldvalue": "10001"}
                        },
                    }
                ]
            },
        },
    )
    ours = sent_by_us(
        client_over,
        LegacyCreate(
            "f1",
            "create_invoice",
            Record.of(
                "ARINVOICE",
                {
                    "invoiceitems": [
                        Record.of(
                            "lineitem",
                            {
                                "customfields": Record.of("customfields", {"GLDIMREGION": 10001}),
                                "memo": "Chairs",
                                "amount": Decimal("10.50"),
                                "glaccountno": "4000",
                            },
                        )
                    ],
                    "billto": "Ann",
                    "invoiceno": "I-1",
                    "datedue": date(2026, 4, 9),
                    "datecreated": date(2026, 3, 9),
                    "customerid": "C1",
                },
            ),
        ),
    )
    assert content(ours) == content(theirs)


def test_the_envelope_differs_only_where_intended(client_over):
    record = {"VENDORID": "V100"}
    theirs = sent_by_sdk(bills.Bills(), record)
    ours = sent_by_us(client_over, Create("f1", Record.of("APBILL", record)))
    control = {
        name: (theirs.findtext(f"control/{name}"), ours.findtext(f"control/{name}"))
        for name in {child.tag for root in (theirs, ours) for child in root.find("control")} - {"controlid"}
    }
    assert {name: pair for name, pair in control.items() if pair[0] != pair[1]} == INTENDED
    assert theirs.find("operation").get("transaction") is None
    assert ours.find("operation").get("transaction") == "false"
    assert [child.tag for child in theirs.find("operation/authentication")] == ["sessionid"]
    assert [child.tag for child in ours.find("operation/authentication")] == ["sessionid"]
