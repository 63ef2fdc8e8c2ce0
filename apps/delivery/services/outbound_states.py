"""The life of the integration states of records that go out: due, in flight, sent, or waiting for another record."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection as database
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery, IntegrationState, Operation
from apps.delivery.services.enqueue import NewDelivery, add_deliveries
from apps.delivery.states import IntegrationStatus
from apps.foundation import clock
from apps.foundation.crash_points import reached


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
    now = clock.database_now()
    values = {
        "is_due": True,
        "status": IntegrationStatus.PENDING,
        "last_message": "",
        "next_step": "",
        "waits_for": "",
        "replans": 0,
        "updated_at": now,
    }
    if forced:
        values["is_forced"] = True
    known = IntegrationState.objects.filter(connection=connection, object_name=object_name, key__in=keys)
    known.update(**values)
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
            for key in dict.fromkeys(keys)
        ],
        ignore_conflicts=True,
    )


def due_states(connection: IntacctConfiguration, object_name: str, limit: int) -> list[IntegrationState]:
    """The oldest states of an object that are to be sent and have nothing in flight."""
    due = IntegrationState.objects.filter(
        connection=connection, object_name=object_name, is_due=True, is_in_flight=False
    )
    return list(due.select_related("delivery").order_by("id")[:limit])


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
        _write(states, ("version", "delivery", "is_in_flight", "is_due", "updated_at", "record_no"))
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


def _lock(rows: QuerySet[IntegrationState, IntegrationState]) -> QuerySet[IntegrationState, IntegrationState]:
    return rows.select_for_update(of=("self",)) if database.features.has_select_for_update else rows


def _write(states: Sequence[IntegrationState], names: Sequence[str]) -> None:
    """Write fields of rows that are locked: an upsert, because an UPDATE of many rows by CASE is ten times slower."""
    IntegrationState.objects.bulk_create(states, update_conflicts=True, unique_fields=["id"], update_fields=list(names))


def note_unchanged(states: Iterable[IntegrationState]) -> None:
    """Nothing to send: Intacct has it as it is here."""
    _end(states, status=IntegrationStatus.SUCCESS)


def note_nothing_there(states: Iterable[IntegrationState]) -> None:
    """Deleted here before it was ever sent."""
    _end(states, status=IntegrationStatus.NOT_INTEGRATED, last_message="Deleted before it was sent.")


@transaction.atomic
def _end(states: Iterable[IntegrationState], **values: object) -> None:
    ids = [state.pk for state in _as_they_were(states)]
    if ids:
        IntegrationState.objects.filter(pk__in=ids).update(
            **{
                "is_due": False, "is_forced": False, "last_message": "", "next_step": "", "waits_for": "",
                "difference": [], "updated_at": clock.database_now(), **values,
            }
        )  # fmt: skip


def _as_they_were(states: Iterable[IntegrationState]) -> list[IntegrationState]:
    """Those that nobody touched since they were read, locked: a record that changed meanwhile stays due."""
    seen = {state.pk: state.updated_at for state in states}
    rows = _lock(IntegrationState.objects.filter(pk__in=seen, is_due=True, is_in_flight=False))
    return [state for state in rows if state.updated_at == seen[state.pk]]


@transaction.atomic
def note_trouble(troubles: Mapping[IntegrationState, Trouble]) -> None:
    """These can't be sent as they are; what waits for another record goes on by itself when that arrives."""
    now = clock.database_now()
    words = {state.pk: trouble for state, trouble in troubles.items()}
    states = _as_they_were(troubles)
    for state in states:
        trouble = words[state.pk]
        state.is_due, state.status, state.updated_at = False, IntegrationStatus.ERROR, now
        state.last_message, state.next_step, state.waits_for = trouble.message, trouble.next_step, trouble.waits_for
    _write(states, ("is_due", "status", "updated_at", "last_message", "next_step", "waits_for"))


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


def awaited(object_name: str, key: str) -> str:
    """How a state names the record that it waits for."""
    return f"{object_name} {key}"[:240]


def has_work(connection: IntacctConfiguration) -> bool:
    """Whether anything is to be sent, or is on its way."""
    rows = IntegrationState.objects.filter(connection=connection)
    return rows.filter(is_due=True).exists() or rows.filter(is_in_flight=True).exists()


def settled(connection: IntacctConfiguration, limit: int) -> list[IntegrationState]:
    """States whose delivery has ended, with it."""
    ended = IntegrationState.objects.filter(
        connection=connection, is_in_flight=True, delivery__state__in=("posted", "error", "cancelled")
    )
    return list(ended.select_related("delivery").order_by("id")[:limit])


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
