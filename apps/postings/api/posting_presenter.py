"""A posting as REST gives it (contract 5.1): everything submitted, and where it stands."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from apps.delivery.models import Attempt
from apps.delivery.states import State
from apps.foundation.money import plain
from apps.postings.models import PaymentStanding, Posting, PostingLine, TargetDocument
from apps.postings.selectors import last_changed_at, waits_for


def posting_json(posting: Posting) -> dict[str, Any]:
    """A posting from `selectors.answered_postings`."""
    named: Any = posting  # with the codes that the selector annotates
    deliveries = [document.delivery for document in posting.documents.all()]
    main = deliveries[0]
    posted = [one.posted_at for one in deliveries if one.posted_at]
    return {
        "id": posting.pk,
        "state": posting.state.value,
        "integration_status": posting.integration_status.value,
        "created_at": posting.created_at,
        "updated_at": last_changed_at(posting),
        "posted_at": max(posted) if posting.state == State.POSTED else None,
        "integration_level": main.integration_level,
        "entity": main.entity or None,
        "company": named.company_code,
        "financial_site": named.site_code,
        "document_type": posting.document_type,
        "number": posting.number,
        "supplier_document_number": posting.supplier_document_number or None,
        "posting_date": posting.posting_date,
        "document_date": posting.document_date,
        "due_date": posting.due_date,
        "currency": posting.currency,
        "exchange_rate": None if posting.exchange_rate is None else _number(posting.exchange_rate),
        "customer": posting.customer or None,
        "supplier": posting.supplier or None,
        "payment_term": posting.payment_term or None,
        "reference": posting.reference or None,
        "description": posting.description or None,
        "origin": {"document_type": posting.origin_document_type, "number": posting.origin_number}
        if posting.origin_number
        else None,
        "payment_method": posting.payment_method or None,
        "bank_account": posting.bank_account or None,
        "undeposited_account": posting.undeposited_account or None,
        "lines": [_line_json(line, posting.currency) for line in posting.lines.all()],
        "documents": [_document_json(one) for one in posting.documents.all()],
        "problem": next((_problem_json(one.problem) for one in deliveries if one.problem), None),
        "waits_for": waits_for(posting),
        "reverses": posting.reverses_id,
        "reversed_by": named.reversal_id,
        "links": {
            "self": absolute(reverse("api:posting-detail", args=[posting.pk])),
            "attempts": absolute(reverse("api:posting-attempts", args=[posting.pk])),
            "admin": absolute(reverse("admin:postings_posting_change", args=[posting.pk])),
        },
    }


def _document_json(document: TargetDocument) -> dict[str, Any]:
    delivery = document.delivery
    return {
        "part": document.part,
        "object": delivery.object_name,
        "state": document.shown_state,  # type: ignore[attr-defined]  # annotated by the selector
        "record_no": delivery.record_no or None,
        "url": delivery.record_url or None,
        **_payment_json(document.standing),
    }


def _payment_json(payment: PaymentStanding | None) -> dict[str, Any]:
    """What is paid and due, as last read; null until it was read, and for what can't be paid."""
    if payment is None or payment.prepaid_amount is None or payment.total_due is None:
        return dict.fromkeys(("prepaid_amount", "total_due", "payment_state", "payment_read_at"))
    return {
        "prepaid_amount": plain(payment.prepaid_amount, payment.currency),
        "total_due": plain(payment.total_due, payment.currency),
        "payment_state": payment.state,
        "payment_read_at": payment.read_at,
    }


def _problem_json(problem: Mapping[str, Any]) -> dict[str, Any]:
    return {key: problem[key] for key in ("kind", "code", "detail", "next_step", "errors")}


def _line_json(line: PostingLine, currency: str) -> dict[str, Any]:
    return {
        "movement_type": line.movement_type,
        "amount_type": line.amount_type,
        "account": line.account,
        "account_type": line.account_type or None,
        "account_origin": {"source": line.account_source, "words": line.account_words},
        "amount": plain(line.amount, currency),
        "side": line.side,
        "quantity": None if line.quantity is None else _number(line.quantity),
        "unit": line.unit or None,
        "item": line.item or None,
        "site": line.site_code,  # type: ignore[attr-defined]  # annotated by the selector
        "description": line.description or None,
        "tax": {
            "detail": line.tax_detail,
            "amount": None if line.tax_amount is None else plain(line.tax_amount, currency),
        }
        if line.tax_detail
        else None,
        "attributes": line.attributes,
        "dimensions": line.dimensions,
    }


def attempt_json(attempt: Attempt, *, with_messages: bool) -> dict[str, Any]:
    """An attempt; the redacted messages only for who may see them."""
    shown: dict[str, Any] = {
        "id": attempt.pk,
        "object": attempt.delivery.object_name,
        "started_at": attempt.started_at,
        "finished_at": attempt.finished_at,
        "outcome": attempt.outcome,
        "control_id": attempt.control_id,
        "note": attempt.note,
        "errors": attempt.errors,
    }
    if with_messages:
        shown |= {"request_xml": attempt.request_xml, "response_xml": attempt.response_xml}
    return shown


def _number(value: Decimal) -> str:
    """A quantity or rate without the zeros that its column adds."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def absolute(path: str) -> str:
    return f"{settings.PORTAL_BASE_URL}{path}"
