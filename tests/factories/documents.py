"""Documents as a REST client submits them (contract 5.1)."""

import copy
import itertools
from typing import Any

_numbers = itertools.count(1)

SALES_INVOICE: dict[str, Any] = {
    "company": "100",
    "financial_site": "100",
    "document_type": "sales_invoice",
    "posting_date": "2026-10-20",
    "document_date": "2026-10-20",
    "due_date": "2026-11-19",
    "currency": "USD",
    "customer": "CUST-01",
    "payment_term": "NET30",
    "reference": "PO 4711",
    "description": "October delivery",
    "lines": [
        {
            "amount_type": "amount_excluding_tax",
            "account": "4000",
            "amount": "100.00",
            "item": "ITEM-1",
            "site": "100-WH1",
            "description": "Widget",
            "tax": {"detail": "US-NY-8.875", "amount": "8.88"},
            "dimensions": {"department": "SALES", "channel": "WEB"},
        }
    ],
}
PURCHASE_INVOICE: dict[str, Any] = {
    "company": "100",
    "financial_site": "100",
    "document_type": "purchase_invoice",
    "posting_date": "2026-10-21",
    "due_date": "2026-11-20",
    "currency": "USD",
    "supplier": "SUPP-01",
    "supplier_document_number": "77-001",
    "lines": [{"account": "6000", "amount": "129.90", "description": "Paper", "dimensions": {"department": "ADMIN"}}],
}
SALES_SHIPMENT: dict[str, Any] = {
    "company": "100",
    "financial_site": "100",
    "document_type": "sales_shipment",
    "posting_date": "2026-10-19",
    "currency": "USD",
    "customer": "CUST-01",
    "lines": [
        {"account": "5000", "amount": "58.75", "side": "debit", "movement_type": "stock_journal", "item": "ITEM-2"},
        {"account": "1210", "amount": "58.75", "side": "credit", "movement_type": "stock_journal", "item": "ITEM-2"},
    ],
}

SALES_CREDIT_NOTE: dict[str, Any] = {
    **SALES_INVOICE,
    "document_type": "sales_credit_note",
    "due_date": None,
    "payment_term": None,
    "reference": "RMA 12",
    "description": "Returned goods",
}
PURCHASE_CREDIT_NOTE: dict[str, Any] = {
    **PURCHASE_INVOICE,
    "document_type": "purchase_credit_note",
    "due_date": None,
    "supplier_document_number": "77-001-C",
}
PREPAYMENT: dict[str, Any] = {
    "company": "100",
    "financial_site": "100",
    "document_type": "ar_advance",
    "posting_date": "2026-10-22",
    "document_date": "2026-10-21",
    "currency": "USD",
    "customer": "CUST-01",
    "payment_method": "eft",
    "bank_account": "BANK-1",
    "description": "Deposit for order 4711",
    "lines": [{"account": "1100", "amount": "250.00", "description": "Deposit"}],
}
RECEIVED_NOT_INVOICED: list[dict[str, Any]] = [
    {"account": "2100", "amount": "80.00", "side": "debit", "movement_type": "stock_journal"},
    {"account": "1200", "amount": "80.00", "side": "credit", "movement_type": "stock_journal"},
]
"""What moves with an invoice: an entry of its own beside it."""


def document(template: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A fresh document with a number of its own, with these changes."""
    made = copy.deepcopy(template)
    made["number"] = f"DOC-{next(_numbers):06}"
    return {**made, **changes}


def sales_invoice(**changes: Any) -> dict[str, Any]:
    return document(SALES_INVOICE, **changes)


def purchase_invoice(**changes: Any) -> dict[str, Any]:
    return document(PURCHASE_INVOICE, **changes)


def sales_shipment(**changes: Any) -> dict[str, Any]:
    return document(SALES_SHIPMENT, **changes)


def sales_credit_note(**changes: Any) -> dict[str, Any]:
    return document(SALES_CREDIT_NOTE, **changes)


def purchase_credit_note(**changes: Any) -> dict[str, Any]:
    return document(PURCHASE_CREDIT_NOTE, **changes)


def prepayment(**changes: Any) -> dict[str, Any]:
    return document(PREPAYMENT, **changes)


def with_movements(made: dict[str, Any]) -> dict[str, Any]:
    """The document with stock movements on it."""
    return {**made, "lines": [*made["lines"], *copy.deepcopy(RECEIVED_NOT_INVOICED)]}
