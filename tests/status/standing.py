"""Postings that stand where a test wants them, without anything being sent."""

import datetime
from typing import Any

from rest_framework.test import APIClient

from apps.delivery.models import Delivery
from apps.delivery.states import State

PROBLEM = {"kind": "refused", "code": "refused", "detail": "No.", "next_step": "Mend it.", "errors": []}


def submit(rest: APIClient, *documents: dict[str, Any]) -> list[str]:
    """Submit them over REST; their IDs."""
    answers = [rest.post("/api/v1/postings/", one) for one in documents]
    assert [one.status_code for one in answers] == [201] * len(documents), [one.json() for one in answers]
    return [one.json()["id"] for one in answers]


def put(pk: str, *states: State) -> None:
    """As if the posting's deliveries, by part, had come into these states just now."""
    now = datetime.datetime.now(datetime.UTC)
    deliveries = Delivery.objects.filter(target_document__posting=pk).order_by("target_document__part")
    for delivery, state in zip(deliveries, states, strict=False):
        values: dict[str, Any] = {
            State.ERROR: {"problem": PROBLEM},
            State.POSTED: {"record_no": f"R{delivery.pk[-8:]}", "posted_at": now},
        }.get(state, {})
        rows = Delivery.objects.filter(pk=delivery.pk)
        if state not in (State.CANCELLED, State.HELD):
            rows.update(state=State.SENDING, lease_token="x", lease_until=now)
        rows.update(state=state, lease_token="", lease_until=None, updated_at=now, **values)
