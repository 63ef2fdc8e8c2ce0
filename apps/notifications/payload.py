"""What a message says: written once, when it is made, and the same bytes on every try."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from apps.notifications.event_kinds import TEST
from apps.notifications.models import WebhookEndpoint
from apps.postings.models import Posting, TargetDocument
from apps.postings.selectors import last_changed_at

PROBLEM_TOLD = ("code", "detail", "next_step")


def posting_body(posting: Posting, *, kind: str, at: datetime.datetime) -> str:
    """A posting of `selectors.visible_postings`: where it stands, no amounts; the rest is at `links.self`."""
    documents = list(posting.documents.all())
    problems = [document.delivery.problem for document in documents if document.delivery.problem]
    return _body(
        kind,
        at,
        {
            "id": posting.pk,
            "company": posting.company.code,
            "document_type": posting.document_type,
            "number": posting.number,
            "state": posting.state.value,
            "integration_status": posting.integration_status.value,
            "updated_at": moment(last_changed_at(posting)),
            "documents": [_document(one) for one in documents],
            "problem": {name: problems[0].get(name) for name in PROBLEM_TOLD} if problems else None,
            "links": {"self": f"{settings.PORTAL_BASE_URL}{reverse('api:posting-detail', args=[posting.pk])}"},
        },
    )


def test_body(endpoint: WebhookEndpoint, *, at: datetime.datetime) -> str:
    return _body(TEST, at, {"webhook": endpoint.name, "events": endpoint.event_kinds})


def moment(at: datetime.datetime) -> str:
    """As REST writes times."""
    return at.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def _body(kind: str, at: datetime.datetime, data: Mapping[str, Any]) -> str:
    return json.dumps({"type": kind, "timestamp": moment(at), "data": data}, ensure_ascii=False, separators=(",", ":"))


def _document(document: TargetDocument) -> dict[str, Any]:
    payment = document.standing
    return {
        "part": document.part,
        "object": document.delivery.object_name,
        "state": document.shown_state,  # type: ignore[attr-defined]  # annotated by the selector
        "record_no": document.delivery.record_no or None,
        "payment_state": (payment.state or None) if payment else None,
    }
