"""Fields of dimensions beside what the published `sageintacctsdk` knows and sends: no name is made up."""

import copy
import datetime
from decimal import Decimal
from typing import Any

import pytest
import responses
from lxml import etree

from apps.mapping.object_maps import delivered_object_map
from apps.mapping.reading import inbound_map
from apps.mapping.rendering import NO_MARKING
from apps.postings.document_types import Side
from apps.postings.services.check import rendered_object
from tests.factories.accounting import accounting_document, accounting_line
from tests.intacct.answers import HOST, created, response

constants = pytest.importorskip("sageintacctsdk.apis.constants")
bills = pytest.importorskip("sageintacctsdk.apis.bills")
entries = pytest.importorskip("sageintacctsdk.apis.journal_entries")
invoices = pytest.importorskip("sageintacctsdk.apis.ar_invoices")

DAY = datetime.date(2026, 10, 20)
OF_THE_PROTOCOL = {"BEGINDATE", "ENDDATE", "WHENMODIFIED"}
"""Fields of intacct-protocol.md 5.1 that the package does not list."""

ANALYSIS: dict[str, str] = {"item": "I-1", "customer": "C-1", "supplier": "V-1", "project": "P-1", "task": "T-1"}
DIMENSIONS = {"department": "SALES", "channel": "WEB", "region": "10001"}
SUBLEDGER = {
    "ACCOUNTNO": "4000", "TRX_AMOUNT": "5.00", "LOCATIONID": "100", "DEPARTMENTID": "SALES", "PROJECTID": "P-1",
    "TASKID": "T-1", "CUSTOMERID": "C-1", "VENDORID": "V-1", "ITEMID": "I-1", "CLASSID": "WEB", "GLDIMREGION": "10001",
}  # fmt: skip
ENTRY = {
    "ACCOUNTNO": "4000", "CURRENCY": "USD", "TRX_AMOUNT": "5.00", "TR_TYPE": "1", "EXCHANGE_RATE": "1",
    "DEPARTMENT": "SALES", "LOCATION": "100", "PROJECTID": "P-1", "TASKID": "T-1", "CUSTOMERID": "C-1",
    "VENDORID": "V-1", "ITEMID": "I-1", "CLASSID": "WEB", "GLDIMREGION": "10001",
}  # fmt: skip
LEGACY = {
    "glaccountno": "4000", "amount": "5.00", "locationid": "100", "departmentid": "SALES",
    "customfields": {"customfield": {"customfieldname": "GLDIMREGION", "customfieldvalue": "10001"}},
    "projectid": "P-1", "taskid": "T-1", "customerid": "C-1", "vendorid": "V-1", "itemid": "I-1", "classid": "WEB",
}  # fmt: skip
CASES: list[tuple[str, Side, str, Any, str, dict[str, Any]]] = [
    ("purchase_invoice", Side.DEBIT, "APBILL", bills.Bills, "APBILLITEM", SUBLEDGER),
    ("sales_shipment", Side.DEBIT, "GLBATCH", entries.JournalEntries, "GLENTRY", ENTRY),
    ("sales_invoice", Side.CREDIT, "ARINVOICE", invoices.ARInvoices, "lineitem", LEGACY),
]


def known(object_name: str) -> set[str]:
    tables = [table for table in vars(constants).values() if isinstance(table, dict)]
    return {name for table in tables for name in table.get(object_name, ())}


@pytest.mark.django_db
@pytest.mark.parametrize("object_name", ["DEPARTMENT", "CLASS", "PROJECT", "EMPLOYEE", "TASK"])
def test_only_fields_are_asked_for_that_are_known(object_name: str) -> None:
    asked = set(inbound_map(object_name).question(after=0).select)
    assert asked <= known(object_name) | OF_THE_PROTOCOL


def sent_by_sdk(api: Any, record: dict[str, Any]) -> etree._Element:
    api.set_sender_id("XT_mfg")
    api.set_sender_password("sender-secret-1")
    api.set_session_id("S1-session-secret")
    api.set_show_private(False)
    with responses.RequestsMock() as mocked:
        mocked.post(HOST, body=response(created("f1")))
        api.post(record)
        return etree.fromstring(mocked.calls[0].request.body)


def content(line: etree._Element) -> set[tuple[str, str]]:
    alone = copy.deepcopy(line)
    tree = etree.ElementTree(alone)
    return {(tree.getpath(one), (one.text or "").strip()) for one in alone.iter()}


@pytest.mark.parametrize(
    ("document_type", "side", "object_name", "api", "line_name", "line"), CASES, ids=[one[2] for one in CASES]
)
def test_a_line_carries_them_as_the_package_writes_them(
    document_type: str, side: Side, object_name: str, api: Any, line_name: str, line: dict[str, Any]
) -> None:
    ours = accounting_line(Decimal("5.00"), side, attributes=ANALYSIS, dimensions=DIMENSIONS)
    document = accounting_document(
        document_type, object_name, ours, exchange_rate=Decimal(1), own_dimensions=(("region", "REGION"),)
    )
    mapped = delivered_object_map(document.object_name)
    written = etree.fromstring(rendered_object(document, mapped, NO_MARKING).payload(mapped))

    theirs = sent_by_sdk(api(), {"lines": {line_name: [line]}})

    assert content(written.find(f".//{line_name}")) == content(theirs.find(f".//{line_name}"))
