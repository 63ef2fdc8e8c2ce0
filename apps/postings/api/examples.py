"""Requests and answers of postings as the OpenAPI document shows them; docs/api.md tells the same story."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from apps.foundation.documented_refusals import conflict

INVOICE: dict[str, Any] = {
    "company": "100",
    "financial_site": "100",
    "document_type": "sales_invoice",
    "number": "SI-900001",
    "posting_date": "2026-11-20",
    "due_date": "2026-12-20",
    "currency": "USD",
    "customer": "CUST-01",
    "lines": [
        {
            "account": "4000",
            "amount": "100.00",
            "item": "ITEM-1",
            "dimensions": {"department": "SALES"},
            "tax": {"detail": "US-NY-8.875", "amount": "8.88"},
        }
    ],
}
_ADDRESS = "https://portal.example/api/v1/postings/01M84JR7S47NFFN0F9S7M4PGJF/"
POSTING: dict[str, Any] = {
    "id": "01M84JR7S47NFFN0F9S7M4PGJF",
    "state": "pending",
    "integration_status": "pending",
    "created_at": "2026-11-20T08:15:01.204813Z",
    "updated_at": "2026-11-20T08:15:01.204813Z",
    "posted_at": None,
    "integration_level": "top",
    "entity": None,
    **INVOICE,
    "supplier_document_number": None,
    "document_date": "2026-11-20",
    "exchange_rate": None,
    "supplier": None,
    "payment_term": None,
    "reference": None,
    "description": None,
    "origin": None,
    "payment_method": None,
    "bank_account": None,
    "undeposited_account": None,
    "lines": [
        {
            "movement_type": "document",
            "amount_type": "amount",
            "account": "4000",
            "account_type": None,
            "account_origin": {"source": "explicit", "words": "Named by the document."},
            "amount": "100.00",
            "side": "credit",
            "quantity": None,
            "unit": None,
            "item": "ITEM-1",
            "site": "100",
            "description": None,
            "tax": {"detail": "US-NY-8.875", "amount": "8.88"},
            "attributes": {},
            "dimensions": {"department": "SALES"},
        }
    ],
    "documents": [
        {
            "part": "document",
            "object": "ARINVOICE",
            "state": "pending",
            "record_no": None,
            "url": None,
            "prepaid_amount": None,
            "total_due": None,
            "payment_state": None,
            "payment_read_at": None,
        }
    ],
    "problem": None,
    "waits_for": [],
    "reverses": None,
    "reversed_by": None,
    "links": {
        "self": _ADDRESS,
        "attempts": f"{_ADDRESS}attempts/",
        "admin": "https://portal.example/admin/postings/posting/01M84JR7S47NFFN0F9S7M4PGJF/change/",
    },
}
_POSTED: dict[str, Any] = {
    **POSTING,
    "state": "posted",
    "integration_status": "success",
    "updated_at": "2026-11-20T08:15:04.011902Z",
    "posted_at": "2026-11-20T08:15:04.011902Z",
    "documents": [{**POSTING["documents"][0], "state": "posted", "record_no": "4711"}],
}
_GATEWAY_ERROR: dict[str, Any] = {
    "errorno": "BL03000018",
    "description": "",
    "description2": "Customer CUST-01 is on hold.",
    "correction": "",
    "meaning": "The customer is on hold.",
    "next_step": "Release the customer in Sage Intacct, then retry.",
}
_IN_ERROR: dict[str, Any] = {
    **POSTING,
    "state": "error",
    "integration_status": "error",
    "updated_at": "2026-11-20T08:15:04.011902Z",
    "documents": [{**POSTING["documents"][0], "state": "error"}],
    "problem": {
        "kind": "refused",
        "code": "BL03000018",
        "detail": "The customer is on hold. Intacct says: Customer CUST-01 is on hold.",
        "next_step": "Release the customer in Sage Intacct, then retry.",
        "errors": [_GATEWAY_ERROR],
    },
}
_PROBLEM: dict[str, Any] = {
    "type": "urn:portal:problem:not_acceptable",
    "title": "The document is not acceptable",
    "status": 422,
    "code": "not_acceptable",
    "detail": "There is no account 9999.",
    "next_step": "Correct what the errors point to and submit the document again. Nothing was stored.",
    "errors": [{"pointer": "/lines/0/account", "code": "unknown_account", "detail": "There is no account 9999."}],
}
_PREVIEW_LINES: list[dict[str, Any]] = [
    {
        "account": "4000",
        "side": "credit",
        "amount": "100.00",
        "entity": "100",
        "description": "",
        "contra_account": "",
        "attributes": {"customer": "CUST-01", "item": "ITEM-1"},
        "dimensions": {"department": "SALES"},
        "analysed_by": [{"type": "department", "value": "SALES", "origin": "line"}],
        "account_type": None,
        "account_origin": {"source": "explicit", "words": "Named by the document."},
    },
    {
        "account": "",
        "side": "debit",
        "amount": "100.00",
        "entity": "100",
        "description": "Control account of CUST-01, set in Intacct",
        "contra_account": "",
        "attributes": {},
        "dimensions": {},
        "analysed_by": [],
        "account_type": None,
        "account_origin": None,
    },
]
_XML = "<create_invoice><customerid>CUST-01</customerid>…</create_invoice>"


def _asked(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _answered(name: str, value: Any, *statuses: str) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=list(statuses))


SUBMIT = [
    _asked("sales invoice", INVOICE),
    _asked(
        "journal entry",
        {
            "company": "100",
            "financial_site": "100",
            "document_type": "stock_journal",
            "number": "ST-900001",
            "posting_date": "2026-11-20",
            "currency": "USD",
            "lines": [
                {"account": "5000", "amount": "58.75", "side": "debit", "movement_type": "stock_journal"},
                {"account": "1210", "amount": "58.75", "side": "credit", "movement_type": "stock_journal"},
            ],
        },
    ),
    _answered("accepted", POSTING, "201"),
    _answered("accepted before, and posted meanwhile", _POSTED, "200"),
]
BULK = [
    _asked("two documents", {"postings": [INVOICE, {**INVOICE, "number": "SI-900002"}]}),
    _answered(
        "one accepted, one not",
        {
            "results": [
                {"index": 0, "status": 201, "posting": POSTING},
                {"index": 1, "status": 422, "problem": _PROBLEM},
            ]
        },
        "200",
    ),
]
PREVIEW = [
    _asked("sales invoice", INVOICE),
    _answered(
        "as it would be sent",
        {
            "documents": [{"part": "document", "object": "ARINVOICE", "xml": _XML, "lines": _PREVIEW_LINES}],
            "xml": _XML,
            "lines": _PREVIEW_LINES,
            "debit": "100.00",
            "credit": "100.00",
            "warnings": [],
        },
        "200",
    ),
]
READ = [_answered("posted", _POSTED, "200"), _answered("in error", _IN_ERROR, "200")]
ATTEMPTS = [
    _answered(
        "refused by Intacct",
        {
            "results": [
                {
                    "id": "01M84JR7SA3K0V7N8TQ5C1B2DE",
                    "object": "ARINVOICE",
                    "started_at": "2026-11-20T08:15:03.110204Z",
                    "finished_at": "2026-11-20T08:15:04.011902Z",
                    "outcome": "refused",
                    "control_id": "01M84JR7S47NFFN0F9S7M4PGJF-1",
                    "note": "The customer is on hold.",
                    "errors": [_GATEWAY_ERROR],
                }
            ]
        },
        "200",
    )
]
DOCUMENT_DIFFERS = conflict(
    "its number belongs to other content.",
    code="document_differs",
    title="Another document has this number",
    detail="Sales invoice SI-900001 of company 100 was accepted before, with other content.",
    next_step="Submit a correction as a document of its own, with a number of its own.",
)
KEY_IN_USE = conflict(
    "the first request with this Idempotency-Key is still being worked on.",
    code="idempotency_key_in_use",
    title="The first request with this key is still being worked on",
    detail="The first request with this Idempotency-Key is still being worked on.",
    next_step="Send the same request again after Retry-After seconds: it gets the first one's answer.",
)
NOT_RETRYABLE = conflict(
    "it is not in error or verifying.",
    code="not_retryable",
    title="The posting can't be retried",
    detail="Sales invoice SI-900001 is posted.",
    next_step="Reload it to see its state.",
)
NOT_CANCELLABLE = conflict(
    "it was sent, maybe sent, or posted.",
    code="not_cancellable",
    title="The posting can't be cancelled",
    detail="Sales invoice SI-900001 is posted.",
    next_step="Reverse it, or submit a credit note.",
)
NOT_REVERSIBLE = conflict(
    "not a posted journal entry, or a reversal itself.",
    code="not_reversible",
    title="The posting can't be reversed",
    detail="Sales invoice SI-900001 is no journal entry.",
    next_step="Submit a credit note.",
)
