"""The life of the integration states of records that go out: due, in flight, sent, or waiting for another record.

Every write of such a state is here; who may ask for it, and what Intacct says, is decided above.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.configuration.models import IntacctConfiguration
from apps.delivery.keys import awaited
from apps.delivery.models import Delivery, IntegrationState, Operation
from apps.delivery.services.enqueue import NewDelivery, add_deliveries
from apps.delivery.services.waiting import look_at_records
from apps.delivery.states import IntegrationStatus
from apps.foundation import clock
from apps.foundation.bulk import update_each
from apps.foundation.crash_points import reached

States = QuerySet[IntegrationState, IntegrationState]


@dataclass(frozen=True)
class Sending:
    """What planning decided about one due state: create, change or delete it there."""

    state: IntegrationState
    operation: Operation
    record_no: str = ""


@dataclass(frozen=True)
class Trouble:
    """Why a record can't be sent, in words; `waits_for` names the record whose arrival sends it by itself."""

    message: str
    next_step: str
    waits_for: str = ""


def mark_due(
    *,
    connection: IntacctConfiguration,
    node: str,
    object_name: str,
    keys: Sequence[str],
    owners: Mapping[str, str] | None = None,
    forced: bool = False,
) -> None:
    """These records are to be sent; inside the caller's transaction, in two statements. Idempotent.

    `owners`: by key, the record that each belongs to (a contact's customer).

    Unforced, one that did not change since it was sent is not sent again: its fingerprint is compared first.
    """
    values = _due(forced=forced)
    known = IntegrationState.objects.filter(connection=connection, object_name=object_name, key__in=keys)
    wanted = dict.fromkeys(keys)
    if known.update(**values) == len(wanted):
        return
    for key in known.order_by().values_list("key", flat=True):
        wanted.pop(key, None)
    IntegrationState.objects.bulk_create(
        [
            IntegrationState(
                connection=connection,
                node=node,
                object_name=object_name,
                key=key,
                owner=(owners or {}).get(key, ""),
                **values,
            )
            for key in wanted
        ],
        ignore_conflicts=True,
    )


def make_due(states: States, *, forced: bool) -> tuple[int, int]:
    """These states are to be sent: one statement, however many they are. Inside the caller's transaction.

    What is due or on its way already stays as it is. Returns how many are due now, and how many were pending already.
    """
    waiting = Q(is_due=True) | Q(is_in_flight=True)
    pending = states.filter(waiting).order_by().count()
    return states.exclude(waiting).order_by().update(**_due(forced=forced)), pending


def _due(*, forced: bool) -> dict[str, Any]:
    """What a state is when its record is to be sent, whatever it was before."""
    values = {
        "is_due": True,
        "status": IntegrationStatus.PENDING,
        "last_message": "",
        "next_step": "",
        "waits_for": "",
        "replans": 0,
        "updated_at": clock.database_now(),
    }
    return values | {"is_forced": True} if forced else values


def note_not_sent(connection: IntacctConfiguration, object_name: str) -> int:
    """Nothing of this object is to be sent any more. Returns how many were due. What is on its way ends as it ends."""
    due = IntegrationState.objects.filter(
        connection=connection, object_name=object_name, is_due=True, is_in_flight=False
    )
    return due.update(
        is_due=False,
        is_forced=False,
        replans=0,
        waits_for="",
        status=IntegrationStatus.NOT_INTEGRATED,
        last_message=f"The mapping of {object_name} says Not sent.",
        next_step=(
            "Choose its direction under Administration > Integrations > Sage Intacct > Mapping, then synchronise it."
        ),
        updated_at=clock.database_now(),
    )


def forget_keys(states: States) -> int:
    """Forget the Intacct key of what is not on its way: the next sending asks Intacct anew. Returns how many."""
    return (
        states.filter(is_in_flight=False)
        .order_by()
        .update(
            record_no="",
            intacct_id="",
            record_url="",
            fingerprint="",
            difference=[],
            is_due=False,
            status=IntegrationStatus.NOT_INTEGRATED,
            last_message="Reset: its Intacct key was forgotten.",
            next_step="Synchronise it: Intacct is asked whether it has the record.",
            updated_at=clock.database_now(),
        )
    )


@dataclass(frozen=True)
class Comparison:
    """What Intacct has of a record, beside what is here. Without record number: it has none."""

    state: IntegrationState
    status: IntegrationStatus
    record_no: str = ""
    difference: Sequence[Mapping[str, str]] = ()
    message: str = ""
    next_step: str = ""


@transaction.atomic
def note_compared(comparisons: Sequence[Comparison]) -> int:
    """Write down what was compared. Returns how many were written.

    What was sent, handed over or reset since it was read is left: the comparison is not about it as it is now.
    """
    by_id = {one.state.pk: one for one in comparisons}
    states = _as_they_were([one.state for one in comparisons])
    now = clock.database_now()
    for state in states:
        found = by_id[state.pk]
        state.record_no, state.intacct_id = found.record_no, state.key if found.record_no else ""
        state.difference, state.updated_at = list(found.difference), now
        if found.status != IntegrationStatus.SUCCESS:
            state.fingerprint = ""
        if not state.is_due:
            state.status, state.last_message, state.next_step = found.status, found.message, found.next_step
    _write(states, _COMPARED)
    look_at_records(states)
    return len(states)


_COMPARED = (
    "record_no", "intacct_id", "fingerprint", "difference", "status", "last_message", "next_step", "updated_at",
)  # fmt: skip


def due_states(connection: IntacctConfiguration, object_name: str, limit: int) -> list[IntegrationState]:
    """The oldest states of an object that are to be sent and have nothing in flight."""
    due = IntegrationState.objects.filter(
        connection=connection, object_name=object_name, is_due=True, is_in_flight=False
    )
    return list(due.select_related("delivery").only(*_PLANNED).order_by("id")[:limit])


_PLANNED = (
    "connection", "node", "object_name", "key", "record_no", "version", "fingerprint", "is_forced", "replans",
    "updated_at", "delivery__operation", "delivery__state",
)  # fmt: skip
"""What planning looks at: not the payload that was sent last."""


def hand_to_delivery(*, connection: IntacctConfiguration, kind: str, wanted: Sequence[Sending]) -> int:
    """Make a delivery for each, one version of the record, unless another worker did. Returns how many were made.

    The version is part of the delivery's key: however often this is tried, one version has one control ID.
    """
    if not wanted:
        return 0
    by_id = {one.state.pk: one for one in wanted}
    with transaction.atomic():
        states = list(_lock(IntegrationState.objects.filter(pk__in=by_id, is_due=True, is_in_flight=False)))
        for state in states:
            state.version += 1
        deliveries = add_deliveries(
            connection=connection, wanted=[_delivery(kind, state, by_id[state.pk]) for state in states]
        )
        now = clock.database_now()
        for state, delivery in zip(states, deliveries, strict=True):
            state.delivery, state.is_in_flight, state.is_due, state.updated_at = delivery, True, False, now
            state.record_no = by_id[state.pk].record_no or state.record_no
        _write(states, ("version", "delivery_id", "is_in_flight", "is_due", "updated_at", "record_no"))
        reached("before_plan_commit", document=wanted[0].state.key)
    reached("after_plan_commit", document=wanted[0].state.key)
    return len(states)


def _delivery(kind: str, state: IntegrationState, sending: Sending) -> NewDelivery:
    return NewDelivery(
        kind=kind,
        object_name=state.object_name,
        natural_key=(state.node, state.key, str(state.version)),
        number=state.key[:60],
        entity="",
        operation=sending.operation,
        at_top_level=True,
    )


def _lock(rows: States) -> States:
    return rows.select_for_update(of=("self",)) if database.features.has_select_for_update else rows


def _write(states: Sequence[IntegrationState], names: Sequence[str]) -> None:
    """Write fields of rows that are locked."""
    update_each(IntegrationState, names, ((one.pk, [getattr(one, name) for name in names]) for one in states))


def note_unchanged(states: Iterable[IntegrationState]) -> None:
    """Nothing to send: Intacct has it as it is here."""
    _end(states, status=IntegrationStatus.SUCCESS)


def note_nothing_there(states: Iterable[IntegrationState]) -> None:
    """Deleted here before it was ever sent."""
    _end(states, status=IntegrationStatus.NOT_INTEGRATED, last_message="Deleted before it was sent.")


@transaction.atomic
def _end(states: Iterable[IntegrationState], **values: object) -> None:
    ended = _as_they_were(states, is_due=True)
    if ended:
        IntegrationState.objects.filter(pk__in=[state.pk for state in ended]).update(
            **{
                "is_due": False, "is_forced": False, "last_message": "", "next_step": "", "waits_for": "",
                "difference": [], "updated_at": clock.database_now(), **values,
            }
        )  # fmt: skip
        look_at_records(ended)


def _as_they_were(states: Iterable[IntegrationState], **more: bool) -> list[IntegrationState]:
    """Those that nobody touched since they were read, locked: a record that changed meanwhile stays due."""
    seen = {state.pk: state.updated_at for state in states}
    if not seen:
        return []
    rows = _lock(IntegrationState.objects.filter(pk__in=seen, is_in_flight=False, **more))
    return [state for state in rows if state.updated_at == seen[state.pk]]


@transaction.atomic
def note_trouble(troubles: Mapping[IntegrationState, Trouble]) -> None:
    """These can't be sent as they are; what waits for another record goes on by itself when that arrives."""
    now = clock.database_now()
    words = {state.pk: trouble for state, trouble in troubles.items()}
    states = _as_they_were(troubles, is_due=True)
    for state in states:
        trouble = words[state.pk]
        state.is_due, state.status, state.updated_at = False, IntegrationStatus.ERROR, now
        state.last_message, state.next_step, state.waits_for = trouble.message, trouble.next_step, trouble.waits_for
    _write(states, ("is_due", "status", "updated_at", "last_message", "next_step", "waits_for"))
    look_at_records(states)


def release(connection: IntacctConfiguration, *, object_name: str, keys: Iterable[str]) -> int:
    """Send what waited for these records. Returns how many go on. One query where nothing waits."""
    waiting = IntegrationState.objects.filter(~Q(waits_for=""), connection=connection)
    if not waiting.exists():
        return 0
    arrived = [awaited(object_name, key) for key in keys]
    return waiting.filter(waits_for__in=arrived).update(
        is_due=True,
        status=IntegrationStatus.PENDING,
        waits_for="",
        last_message="",
        next_step="",
        updated_at=clock.database_now(),
    )


def has_work(connection: IntacctConfiguration) -> bool:
    """Whether anything is to be sent, or is on its way.

    In the order of the small indexes of such rows: unsorted, SQLite goes through all rows of the connection.
    """
    rows = IntegrationState.objects.filter(connection=connection).values_list("pk")
    due, flying = rows.filter(is_due=True), rows.filter(is_in_flight=True)
    return bool(due.order_by("object_name", "id")[:1]) or bool(flying.order_by("delivery_id")[:1])


def settled(connection: IntacctConfiguration, limit: int) -> list[IntegrationState]:
    """States whose delivery has ended, with it."""
    ended = IntegrationState.objects.filter(
        connection=connection, is_in_flight=True, delivery__state__in=("posted", "error", "cancelled")
    )
    return list(ended.select_related("delivery").only(*_ENDED).order_by("delivery_id")[:limit])


_ENDED = (
    "node", "object_name", "key", "record_url", "replans", "delivery__operation", "delivery__state",
    "delivery__expectation", "delivery__problem", "delivery__record_no", "delivery__record_url", "delivery__posted_at",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """How a version that was in flight ended, and whether it must be planned again."""

    state: IntegrationState
    delivery: Delivery
    status: IntegrationStatus
    message: str = ""
    next_step: str = ""
    again: bool = False
    fingerprint: str = ""
    record_no: str = ""
    record_url: str = ""
    integrated_at: datetime.datetime | None = None


def note_results(results: Sequence[Result]) -> None:
    """Write down how deliveries ended; what changed meanwhile stays due. Safe to repeat, and to do twice at once."""
    now = clock.database_now()
    with transaction.atomic():
        fresh = _lock(IntegrationState.objects.filter(pk__in=[one.state.pk for one in results], is_in_flight=True))
        states = {state.pk: state for state in fresh}
        changed = []
        for one in results:
            state = states.get(one.state.pk)
            if state is None or state.delivery_id != one.delivery.pk:
                continue
            _take(state, one, now)
            changed.append(state)
        _write(changed, _TAKEN)
        look_at_records(changed)


_TAKEN = (
    "is_in_flight", "is_due", "is_forced", "replans", "status", "last_message", "next_step", "fingerprint", "record_no",
    "record_url", "intacct_id", "last_integrated_at", "difference", "updated_at",
)  # fmt: skip


def _take(state: IntegrationState, result: Result, now: datetime.datetime) -> None:
    state.is_in_flight, state.updated_at = False, now
    if result.again:
        state.is_due, state.replans = True, state.replans + 1
    else:
        state.is_forced = False
    state.status = IntegrationStatus.PENDING if state.is_due else result.status
    state.last_message, state.next_step = result.message, result.next_step
    if result.integrated_at is not None:
        state.last_integrated_at, state.replans, state.difference = result.integrated_at, 0, []
        state.fingerprint, state.record_no, state.record_url = result.fingerprint, result.record_no, result.record_url
        state.intacct_id = state.key if result.record_no else ""
