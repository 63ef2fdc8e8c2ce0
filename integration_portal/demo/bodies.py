"""What the demo's documents are made of: goods, partners, days, and the JSON of a document and of a line."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
MONTH = (2026, 10)
CUSTOMERS = ("CUST-01", "CUST-02", "CUST-03", "CUST-04", "CUST-05", "CUST-06")
SUPPLIERS = ("SUPP-01", "SUPP-02", "SUPP-03", "SUPP-04", "SUPP-05")
CHANNELS = ("WEB", "RETAIL", "WHOLESALE", "EXPORT")
GOODS = {
    "ITEM-1": ("Centrifugal pump CP-40", Decimal("412.50"), Decimal("263.18")),
    "ITEM-2": ("Gate valve GV-80", Decimal("96.40"), Decimal("58.75")),
    "ITEM-3": ("Ball valve BV-25", Decimal("38.90"), Decimal("21.07")),
    "ITEM-4": ("Submersible pump SP-12", Decimal("689.00"), Decimal("431.62")),
}
RAW_MATERIALS = {
    "RM-01": ("Cast iron housing", Decimal("84.15")),
    "RM-02": ("Stainless impeller", Decimal("47.30")),
    "RM-03": ("Mechanical seal", Decimal("12.85")),
}


def money(amount: Decimal) -> str:
    return str(amount.quantize(CENT, ROUND_HALF_UP))


def working_days() -> list[datetime.date]:
    first = datetime.date(*MONTH, 1)
    days = (first + datetime.timedelta(days=offset) for offset in range(31))
    return [day for day in days if day.weekday() < 5]


def body(kind: str, number: str, day: datetime.date, **more: Any) -> dict[str, Any]:
    return {
        "company": "100",
        "financial_site": "100",
        "document_type": kind,
        "number": number,
        "posting_date": day.isoformat(),
        "document_date": day.isoformat(),
        "currency": "USD",
        **more,
    }


def line(account: str, amount: Decimal, **more: Any) -> dict[str, Any]:
    return {"account": account, "amount": money(amount), **more}


FOUND = "expected_account"
"""Beside the fields that are submitted: the account that determination must find."""


def without_account(account: str, amount: Decimal, **more: Any) -> dict[str, Any]:
    """A line that leaves its account to journal entry type and posting class; `account` is what they must give."""
    return {"amount": money(amount), FOUND: account, **more}


def submitted(one: dict[str, Any]) -> dict[str, Any]:
    """The body as it is sent."""
    lines = [{name: value for name, value in line.items() if name != FOUND} for line in one["lines"]]
    return {**one, "lines": lines}
