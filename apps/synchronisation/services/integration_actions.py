"""What a person may do to records on the *Integration* page (dmo-facts 3.4): synchronise, force, compare, reset."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.foundation import audit, clock
from apps.foundation.wakeups import Wakeup, enqueue
from apps.intacct import Client
from apps.mapping.sending import differences, outbound_map, question_for_ids, render_record
from apps.options.models import OptionCode
from apps.options.selectors import require
from apps.synchronisation.services.asking import ask
from apps.synchronisation.services.read_again import ReadAgain, read_again
from apps.synchronisation.sources import SOURCES

States = QuerySet[IntegrationState, IntegrationState]
AT_ONCE = 500


@dataclass(frozen=True)
class Synchronised:
    """What came of it: records read again, records handed over to be sent, and those that are pending already."""

    read: ReadAgain
    handed_over: int
    pending: int


def synchronise_states(
    *, states: States, connection: IntacctConfiguration, actor: str, forced: bool = False
) -> Synchronised:
    """What comes in is read again now; what goes out is handed over in one statement, however many they are.

    `forced`: sent even if unchanged; not for what is pending. Raises `OptionOff`, and `IntacctError` for what comes in.
    """
    require(OptionCode.SAGE_INTACCT)
    outbound = states.filter(connection=connection, object_name__in=SOURCES)
    waiting = Q(is_due=True) | Q(is_in_flight=True)
    with transaction.atomic():
        pending = outbound.filter(waiting).count()
        values = {
            "is_due": True,
            "is_forced": forced,
            "status": IntegrationStatus.PENDING,
            "last_message": "",
            "next_step": "",
            "waits_for": "",
            "replans": 0,
            "updated_at": clock.database_now(),
        }
        handed_over = outbound.exclude(waiting).order_by().update(**values)
        if handed_over:
            _record(connection, actor, "records_forced" if forced else "records_handed_over", f"{handed_over} records.")
            enqueue(Wakeup.SEND_MASTER_DATA, connection.pk)
    inbound = states.exclude(object_name__in=SOURCES)
    read = read_again(states=inbound, connection=connection, actor=actor) if inbound.exists() else ReadAgain()
    return Synchronised(read, handed_over, pending)


@transaction.atomic
def reset_states(*, states: States, connection: IntacctConfiguration, actor: str) -> int:
    """Forget the Intacct key of records that go out: the next synchronisation asks Intacct anew. Returns how many.

    Not of what is on its way. Nothing changes over there.
    """
    ours = states.filter(connection=connection, object_name__in=SOURCES, is_in_flight=False)
    named = list(ours.order_by("id").values_list("object_name", "key")[:20])
    reset = ours.order_by().update(
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
    if reset:
        words = ", ".join(f"{object_name} {key}" for object_name, key in named)
        _record(connection, actor, "records_reset", f"{reset} records: {words}")
    return reset


@dataclass(frozen=True)
class Compared:
    """How many are there as they are here, how many differ, how many are not there."""

    equal: int = 0
    different: int = 0
    missing: int = 0


def compare_states(*, states: Sequence[IntegrationState], connection: IntacctConfiguration, actor: str) -> Compared:
    """Ask Intacct for these records, link them by their ID, and note what differs. Nothing is sent.

    Raises `OptionOff`, `IntacctError`.
    """
    by_object: dict[str, list[IntegrationState]] = {}
    for state in states:
        if state.connection_id == connection.pk and state.object_name in SOURCES and not state.is_in_flight:
            by_object.setdefault(state.object_name, []).append(state)
    totals = Compared()
    client = client_for(connection)
    try:
        for object_name, some in by_object.items():
            for start in range(0, len(some), AT_ONCE):
                one = _compare(client, connection, object_name, some[start : start + AT_ONCE])
                totals = Compared(
                    totals.equal + one.equal, totals.different + one.different, totals.missing + one.missing
                )
    finally:
        client.close()
    words = f"{totals.equal} equal, {totals.different} different, {totals.missing} not there."
    _record(connection, actor, "records_compared", words)
    return totals


def _compare(
    client: Client, connection: IntacctConfiguration, object_name: str, states: Sequence[IntegrationState]
) -> Compared:
    source, mapped = SOURCES[object_name], outbound_map(object_name)
    loaded = source.load(connection, [state.key for state in states])
    values = {
        key: render_record(mapped, source.node, record).values(creating=True) for key, record in loaded.records.items()
    }
    paths = dict.fromkeys(path for one in values.values() for path in one)
    answer = ask(client, question_for_ids(mapped, [state.key for state in states], list(paths)))
    there = {(row.text(mapped.key.field) or "").strip().casefold(): row for row in answer.rows}
    now = clock.database_now()
    equal = different = missing = 0
    for state in states:
        row = there.get(state.key.casefold())
        state.updated_at = now
        if row is None:
            missing += 1
            state.record_no, state.fingerprint, state.difference = "", "", []
            state.status = IntegrationStatus.NOT_INTEGRATED
            state.last_message, state.next_step = "Not in Sage Intacct.", "Synchronise it to create it there."
            continue
        state.record_no, state.intacct_id = (row.text("RECORDNO") or "").strip(), state.key
        found = differences(values.get(state.key, {}), row)
        state.difference = [{"field": one.field, "here": one.ours, "there": one.theirs} for one in found]
        if found:
            different += 1
            state.status = IntegrationStatus.DESYNCHRONISED
            state.last_message = "; ".join(str(one) for one in found) + "."
            state.next_step = "Synchronise it to send what is here, or correct it here as it is there."
            state.fingerprint = ""
        else:
            equal += 1
            state.status, state.last_message, state.next_step = IntegrationStatus.SUCCESS, "", ""
    IntegrationState.objects.bulk_update(
        states,
        ["record_no", "intacct_id", "fingerprint", "difference", "status", "last_message", "next_step", "updated_at"],
    )
    return Compared(equal, different, missing)


def _record(connection: IntacctConfiguration, actor: str, action: str, words: str) -> None:
    audit.record(
        audit.Event(
            actor=actor,
            action=action,
            subject_type="synchronisation",
            subject_id=str(connection.pk),
            subject_label=connection.code,
            detail={"note": words},
        )
    )
