"""What a person may do to records on the *Integration* page (dmo-facts 3.4): synchronise, force, compare, reset."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.services.outbound_states import Comparison, forget_keys, make_due, note_compared
from apps.delivery.states import IntegrationStatus
from apps.foundation import audit
from apps.foundation.wakeups import Wakeup, enqueue
from apps.foundation.wording import in_english
from apps.intacct import Client, Record
from apps.mapping.sending import by_id, differences, outbound_map, question_for_ids, render_record
from apps.options.models import OptionCode
from apps.options.selectors import require
from apps.synchronisation.services.read_again import ReadAgain, read_again
from apps.synchronisation.sources import SOURCES

States = QuerySet[IntegrationState, IntegrationState]
AT_ONCE = 500
MOST_READ = 1000
"""Records that come in and are read again in one click; a whole object is read by a run."""


@dataclass(frozen=True)
class Synchronised:
    """What came of it: records read again, records handed over to be sent, and those that are pending already.

    `is_cut`: more that come in were chosen than are read one by one.
    """

    read: ReadAgain
    handed_over: int
    pending: int
    is_cut: bool = False


@in_english
def synchronise_states(
    *, states: States, connection: IntacctConfiguration, actor: str, forced: bool = False
) -> Synchronised:
    """What comes in is read again now; what goes out is handed over in one statement, however many they are.

    `forced`: sent even if unchanged; not for what is pending. Raises `OptionOff`, and `IntacctError` for what comes in.
    """
    require(OptionCode.SAGE_INTACCT)
    outbound = states.filter(connection=connection, object_name__in=SOURCES)
    with transaction.atomic():
        handed_over, pending = make_due(outbound, forced=forced)
        if handed_over:
            _record(connection, actor, "records_forced" if forced else "records_handed_over", f"{handed_over} records.")
            enqueue(Wakeup.SEND_MASTER_DATA, connection.pk)
    inbound = list(states.exclude(object_name__in=SOURCES).order_by("id")[: MOST_READ + 1])
    some = inbound[:MOST_READ]
    read = read_again(states=some, connection=connection, actor=actor) if some else ReadAgain()
    return Synchronised(read, handed_over, pending, is_cut=len(inbound) > MOST_READ)


@in_english
@transaction.atomic
def reset_states(*, states: States, connection: IntacctConfiguration, actor: str) -> int:
    """Forget the Intacct key of records that go out: the next synchronisation asks Intacct anew. Returns how many.

    Not of what is on its way. Nothing changes over there.
    """
    ours = states.filter(connection=connection, object_name__in=SOURCES, is_in_flight=False)
    named = list(ours.order_by("id").values_list("object_name", "key")[:20])
    reset = forget_keys(ours)
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


@in_english
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
    answer = client.ask(question_for_ids(mapped, [state.key for state in states], list(paths)))
    there = by_id(mapped, answer.rows)
    found = [_comparison(state, values.get(state.key, {}), there.get(state.key.casefold())) for state in states]
    note_compared(found)
    statuses = Counter(one.status for one in found)
    return Compared(
        statuses[IntegrationStatus.SUCCESS],
        statuses[IntegrationStatus.DESYNCHRONISED],
        statuses[IntegrationStatus.NOT_INTEGRATED],
    )


def _comparison(state: IntegrationState, ours: Mapping[str, str], there: Record | None) -> Comparison:
    if there is None:
        step = "Synchronise it to create it there."
        return Comparison(state, IntegrationStatus.NOT_INTEGRATED, message="Not in Sage Intacct.", next_step=step)
    record_no = there.record_no
    found = differences(ours, there)
    if not found:
        return Comparison(state, IntegrationStatus.SUCCESS, record_no)
    return Comparison(
        state,
        IntegrationStatus.DESYNCHRONISED,
        record_no,
        [{"field": one.field, "here": one.ours, "there": one.theirs} for one in found],
        "; ".join(str(one) for one in found) + ".",
        "Synchronise it to send what is here, or correct it here as it is there.",
    )


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
