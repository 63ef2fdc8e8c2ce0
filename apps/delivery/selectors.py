"""What deliveries wait for, and whether it has arrived."""

from collections.abc import Collection, Iterable

from django.db import connection as database
from django.db.models import Q

from apps.delivery.keys import awaited
from apps.delivery.models import Delivery, IntegrationState, WaitKind
from apps.delivery.states import FINAL_STATES, IntegrationStatus

Awaited = tuple[int, str, str]
"""A connection's ID, the kind of what is waited for, and its key."""

MISSING = Q(record_no="", status__in=(IntegrationStatus.PENDING, IntegrationStatus.ERROR))
"""Intacct does not have the record, and it is to be sent. One that nobody is to send will never arrive."""


def unmet(waits: Iterable[Awaited], *, is_locked: bool = False) -> dict[tuple[int, str], str]:
    """Those of these that are not met, by connection and key, with why. Two queries, however many.

    Why is empty for another document: who waits for it has said it. `is_locked`: they stay as they are until this
    transaction ends; records before documents, as everybody locks them.
    """
    waits = list(waits)
    records = {one for one in waits if one[1] == WaitKind.MASTER_DATA}
    documents = {one for one in waits if one[1] == WaitKind.DELIVERY}
    found = _missing(records, is_locked) if records else {}
    if documents:
        rows = Delivery.objects.filter(pk__in={key for _, _, key in documents}).exclude(state__in=FINAL_STATES)
        rows = rows.order_by("pk")
        if is_locked and database.features.has_select_for_update:
            rows = rows.select_for_update(no_key=True)
        still_open = set(rows.values_list("pk", flat=True))
        found |= {(connection, key): "" for connection, _, key in documents if key in still_open}
    return found


def _missing(records: Collection[Awaited], is_locked: bool) -> dict[tuple[int, str], str]:
    named = [key.partition(" ") for _, _, key in records]
    rows = IntegrationState.objects.filter(
        MISSING,
        connection__in={connection for connection, _, _ in records},
        object_name__in={object_name for object_name, _, _ in named},
        key__in={key for _, _, key in named},
    ).order_by("-pk")
    if is_locked and database.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",), no_key=True)
    wanted = {(connection, key) for connection, _, key in records}
    found = {}
    for state in rows.only("connection", "node", "object_name", "key", "status", "last_message"):
        name = (state.connection_id, awaited(state.object_name, state.key))
        if name in wanted:
            found[name] = why_missing(state)
    return found


def why_missing(state: IntegrationState) -> str:
    """Why something waits for this record, in words."""
    kind = state.node.replace("_", " ")
    name = f"{kind.capitalize()} {state.key}"
    if state.status != IntegrationStatus.ERROR:
        return f"{name} is not in Sage Intacct yet."
    why = state.last_message.rstrip(". ")
    return f"{name} is not in Sage Intacct: {why}. Correct the {kind}; this goes on by itself once it is there."
