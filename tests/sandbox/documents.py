"""Documents that the sandbox's company takes, to be made wrong one way at a time."""

import itertools
from typing import Any

_numbers = itertools.count(1)
GL_LINES = [
    {"ACCOUNTNO": "1200", "TRX_AMOUNT": "60.00", "TR_TYPE": "1", "LOCATION": "100"},
    {"ACCOUNTNO": "1210", "TRX_AMOUNT": "60.00", "TR_TYPE": "-1", "LOCATION": "100"},
]


def journal_entry(*lines: dict[str, str], **changes: Any) -> dict[str, Any]:
    """A GLBATCH that balances."""
    return {
        "JOURNAL": "IJ",
        "BATCH_DATE": "10/21/2026",
        "BATCH_TITLE": "Stock of October",
        **changes,
        "ENTRIES": {"GLENTRY": list(lines) or GL_LINES},
    }


def bill(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An APBILL with a number that no other one has."""
    line = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "129.90", "ENTRYDESCRIPTION": "Paper", "LOCATIONID": "100"}
    fields = {
        "VENDORID": "SUPP-01",
        "WHENCREATED": "10/21/2026",
        "WHENDUE": "11/20/2026",
        "RECORDID": f"BILL-{next(_numbers)}",
        **changes,
        "APBILLITEMS": {"APBILLITEM": list(lines) or [line]},
    }
    return {name: value for name, value in fields.items() if value is not None}


def advance(**changes: Any) -> dict[str, Any]:
    """An ARADVANCE."""
    line = {"ACCOUNTNO": "1100", "TRX_AMOUNT": "50.00", "LOCATIONID": "100"}
    return {
        "CUSTOMERID": "CUST-01",
        "PAYMENTMETHOD": "EFT",
        "PAYMENTDATE": "10/21/2026",
        "RECEIPTDATE": "10/21/2026",
        "FINANCIALENTITY": "BANK-1",
        **changes,
        "ARADVANCEITEMS": {"ARADVANCEITEM": [line]},
    }


def day(year: str, month: str, number: str) -> dict[str, str]:
    return {"year": year, "month": month, "day": number}


LINE_ITEM = {"glaccountno": "4000", "amount": "100.00", "memo": "Pump", "locationid": "100"}
GL_ENTRIES = [
    {"trtype": "debit", "amount": "60.00", "glaccountno": "1200", "locationid": "100"},
    {"trtype": "credit", "amount": "60.00", "glaccountno": "1210", "locationid": "100"},
]
_DATES = {"datecreated": day("2026", "10", "21")}
_LEGACY: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "create_invoice": (
        {"customerid": "CUST-01", **_DATES, "termname": "NET30"}, "invoiceno", "invoiceitems", "lineitem",
    ),
    "create_bill": ({"vendorid": "SUPP-01", **_DATES, "termname": "NET30"}, "billno", "billitems", "lineitem"),
    "create_aradjustment": ({"customerid": "CUST-01", **_DATES}, "adjustmentno", "aradjustmentitems", "lineitem"),
    "create_apadjustment": ({"vendorid": "SUPP-01", **_DATES}, "adjustmentno", "apadjustmentitems", "lineitem"),
    "create_gltransaction": (
        {"journalid": "IJ", **_DATES, "description": "Stock of October"}, "referenceno", "gltransactionentries",
        "glentry",
    ),
}  # fmt: skip


def legacy(function: str, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A legacy creator's fields in the schema's order, with a number that no other one has."""
    header, number, items, item = _LEGACY[function]
    default = GL_ENTRIES if item == "glentry" else [LINE_ITEM]
    fields = {**header, number: f"L-{next(_numbers)}", **changes, items: {item: list(lines) or default}}
    return {name: value for name, value in fields.items() if value is not None}
