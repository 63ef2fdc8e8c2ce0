"""Accounting documents with everything resolved, for what renders and books them."""

import datetime
from decimal import Decimal
from typing import Any

from apps.postings.document import AccountingDocument, AccountingLine
from apps.postings.document_types import TARGETS, Part, Side

DAY = datetime.date(2026, 10, 20)


def accounting_line(amount: Decimal, side: Side = Side.CREDIT, **changes: Any) -> AccountingLine:
    """A line on the sales account."""
    values = {
        "index": 0, "account": "4000", "side": side, "amount": amount, "entity": "100", "description": "", "taxes": (),
        "attributes": {}, "dimensions": {},
    }  # fmt: skip
    return AccountingLine(**{**values, **changes})


def accounting_document(document_type: str, object_name: str, *lines: AccountingLine, **changes: Any) -> Any:
    """A document of company 100 that any of its type's objects can take."""
    values = {
        "company": "100", "document_type": document_type, "type_label": "Document", "part": Part.DOCUMENT,
        "object_name": object_name, "flow": TARGETS[document_type].flow, "journal": "SJ", "number": "SI-1",
        "posting_date": DAY, "document_date": DAY, "due_date": datetime.date(2026, 11, 20), "currency": "USD",
        "base_currency": "USD", "exchange_rate": None, "customer": "CUST-01", "supplier": "SUPP-01",
        "supplier_document_number": "", "payment_term": "NET30", "reference": "", "description": "",
        "origin_number": "", "payment_method": "eft", "bank_account": "BANK-1", "undeposited_account": "",
        "entity": "100", "is_at_top_level": True, "tax_solution": "", "contra_account": "",
        "lines": lines or (accounting_line(Decimal("1.00")),),
    }  # fmt: skip
    return AccountingDocument(**{**values, **changes})
