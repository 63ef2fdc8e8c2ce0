"""What is due to go out becomes deliveries: created or changed over there is decided by asking, never by memory."""

import dataclasses
from collections.abc import Callable, Sequence

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState, Operation
from apps.delivery.services.outbound_states import (
    Sending,
    Trouble,
    due_states,
    hand_to_delivery,
    note_not_sent,
    note_nothing_there,
    note_trouble,
    note_unchanged,
    release,
)
from apps.delivery.states import State
from apps.intacct import Client, RenderError
from apps.mapping.selectors import is_sent
from apps.mapping.sending import OutboundMap, by_id, outbound_map, question_for_ids, render_record
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.masterdata.services.deletion import forget_deleted
from apps.synchronisation.sources import KIND, SOURCES, Loaded, Source

AT_ONCE = 500
"""Records that are looked at together: one question to Intacct, and bounded memory."""


@dataclasses.dataclass
class Planned:
    """What one turn of planning did with due records."""

    handed_over: int = 0
    unchanged: int = 0
    in_trouble: int = 0
    not_sent: int = 0
    later: int = 0

    @property
    def looked_at(self) -> int:
        return self.handed_over + self.unchanged + self.in_trouble + self.not_sent


def plan(connection: IntacctConfiguration, client_for: Callable[[], Client], *, is_patient: bool = True) -> Planned:
    """Look at a page of due records of each object, and hand over what must be sent: nothing where the mapping says so.

    What needs a record that is being sent itself is left for later; impatient, it is said to wait (two that name each
    other would be left for ever).

    No remote call runs inside a transaction. Raises `IntacctError`, `OptionOff` where Intacct can't be asked: nothing
    is lost, the records stay due.
    """
    planned = Planned()
    for source in SOURCES.values():
        states = due_states(connection, source.object_name, AT_ONCE)
        if states and not is_sent(source.object_name):
            planned.not_sent += note_not_sent(connection, source.object_name)
        elif states:
            _plan_page(connection, source, states, client_for, planned, is_patient)
    return planned


def _plan_page(
    connection: IntacctConfiguration,
    source: Source,
    states: Sequence[IntegrationState],
    client_for: Callable[[], Client],
    planned: Planned,
    is_patient: bool,
) -> None:
    mapped = outbound_map(source.object_name)
    loaded = source.load(connection, [state.key for state in states])
    to_ask: list[IntegrationState] = []
    unchanged: list[IntegrationState] = []
    gone: list[IntegrationState] = []
    troubles: dict[IntegrationState, Trouble] = {}
    for state in states:
        if is_patient and state.key in loaded.later:
            planned.later += 1
        elif state.key in loaded.troubles:
            troubles[state] = loaded.troubles[state.key]
        elif _is_removed(state, loaded):
            (to_ask if state.version else gone).append(state)
        else:
            trouble, fingerprint = _rendering(mapped, source, loaded, state)
            if trouble is not None:
                troubles[state] = trouble
            elif state.record_no and state.fingerprint == fingerprint and not state.is_forced and not state.replans:
                unchanged.append(state)
            else:
                to_ask.append(state)
    note_trouble(troubles)
    _release_met_meanwhile(connection, source, troubles)
    note_unchanged(unchanged)
    wanted = _decided(client_for(), mapped, to_ask, loaded) if to_ask else []
    to_send = {sending.state.pk for sending in wanted}
    nothing_there = [one for one in to_ask if one.pk not in to_send]
    note_nothing_there([*gone, *nothing_there])
    if source.node.key in OUTBOUND_NODES:
        forget_deleted(node=source.node.key, codes=[state.key for state in (*gone, *nothing_there)])
    planned.handed_over += hand_to_delivery(connection=connection, kind=KIND, wanted=wanted)
    planned.unchanged += len(unchanged) + len(gone) + len(nothing_there)
    planned.in_trouble += len(troubles)


def _is_removed(state: IntegrationState, loaded: Loaded) -> bool:
    return state.key in loaded.deleted or state.key not in loaded.records


def _rendering(
    mapped: OutboundMap, source: Source, loaded: Loaded, state: IntegrationState
) -> tuple[Trouble | None, str]:
    """Why the record can't be written, or the fingerprint of its content."""
    rendered = render_record(mapped, source.node, loaded.records[state.key])
    if rendered.shortfalls:
        words = " ".join(one.detail for one in rendered.shortfalls)
        return Trouble(words, "Correct the record, or its mapping; it is then sent by itself."), ""
    try:
        return None, rendered.fingerprint
    except RenderError as error:
        return Trouble(str(error), "Correct the record; it is then sent by itself."), ""


def _decided(client: Client, mapped: OutboundMap, states: Sequence[IntegrationState], loaded: Loaded) -> list[Sending]:
    """Create what Intacct does not have, change what it has, remove what is deleted here and is there."""
    question = question_for_ids(mapped, [state.key for state in states])
    there = {key: row.record_no for key, row in by_id(mapped, client.ask(question).rows).items()}
    wanted = []
    for state in states:
        record_no = there.get(state.key.casefold(), "")
        if not _is_removed(state, loaded):
            wanted.append(Sending(state, Operation.UPDATE if record_no else Operation.CREATE, record_no))
        elif record_no:
            may_delete = mapped.can_delete and not _deletion_was_refused(state)
            wanted.append(Sending(state, Operation.DELETE if may_delete else Operation.UPDATE, record_no))
    return wanted


def _deletion_was_refused(state: IntegrationState) -> bool:
    """What Intacct does not let go of, because documents name it, is made inactive instead (dmo-facts 13.9)."""
    last = state.delivery
    return last is not None and last.operation == Operation.DELETE and last.state == State.ERROR


def _release_met_meanwhile(
    connection: IntacctConfiguration, source: Source, troubles: dict[IntegrationState, Trouble]
) -> None:
    """What a record waits for may have arrived between looking and writing down that it waits: look once more."""
    waiting = [state for state, trouble in troubles.items() if trouble.waits_for]
    if not waiting:
        return
    again = source.load(connection, [state.key for state in waiting])
    for state in waiting:
        if state.key not in again.troubles:
            object_name, _, key = troubles[state].waits_for.partition(" ")
            release(connection, object_name=object_name, keys=[key])
