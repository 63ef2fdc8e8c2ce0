"""Taking over what is in Sage Intacct into records that originate here: the other end of a conflict (decision 0019)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.foundation import audit, clock
from apps.foundation.wording import in_english
from apps.intacct import Client, Record
from apps.mapping.selectors import notices_changes
from apps.mapping.sending import by_id, outbound_map, question_for_ids
from apps.masterdata.errors import RecordNotAcceptable
from apps.masterdata.models import OutboundRecord
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.masterdata.services.save_records import RecordInput, save_records
from apps.synchronisation.errors import GoesOneWay
from apps.synchronisation.nodes import PartnerToSend, owner_name
from apps.synchronisation.proposals import (
    IN_ADDRESSES,
    NOTHING,
    Left,
    Proposal,
    ToSend,
    addresses_of,
    compared_paths,
    owner_of,
    propose,
)
from apps.synchronisation.services.integration_actions import compare_states
from apps.synchronisation.sources import SOURCES, Source

AT_ONCE = 500
"""Records in one question to Sage Intacct."""


@dataclass(frozen=True)
class Offer:
    """What taking over one record means, or why it can't be done now.

    `stamp`: the record here as it was looked at; taken over with another one, it has changed since, and stays.
    """

    state: IntegrationState
    proposal: Proposal = NOTHING
    refusal: str = ""
    stamp: str = ""


@dataclass(frozen=True)
class TakenOver:
    """How many records became what they are over there, how many were so already, and in words what was not taken."""

    changed: int
    equal: int
    left: tuple[str, ...]


def can_be_taken_over(state: IntegrationState) -> bool:
    """Whether the mapping of its object says *Both*."""
    return state.object_name in SOURCES and notices_changes(state.object_name)


def offers(*, states: Sequence[IntegrationState], connection: IntacctConfiguration) -> list[Offer]:
    """What taking over would change, record by record, as Sage Intacct stands now. Changes nothing.

    Raises `GoesOneWay` where a mapping does not say *Both*, `OptionOff`, and `IntacctError` where it can't be asked.
    """
    return [offer for offer, _record in _looked_at(states, connection)]


@in_english
def take_over(
    *,
    states: Sequence[IntegrationState],
    connection: IntacctConfiguration,
    actor: str,
    seen: Mapping[str, str] | None = None,
) -> TakenOver:
    """Make these records what they are in Sage Intacct at this moment, and compare them again. Nothing is sent.

    `seen`: stamps by state, as they were offered; a record that changed here since stays as it is. So does one that
    changes between the question and the storing: the row is locked and looked at once more. Saved by the service that
    REST and the admin use. Raises as `offers` does.
    """
    looked_at = list(_looked_at(states, connection))
    held = {offer.state.pk for offer, _record in looked_at if not offer.refusal}
    by_node: dict[str, list[tuple[Offer, ToSend]]] = {}
    left: list[str] = []
    stays: dict[str, Sequence[Left]] = {offer.state.pk: offer.proposal.left for offer, _record in looked_at}
    equal = 0
    for offer, record in looked_at:
        if offer.refusal or (seen is not None and seen.get(offer.state.pk) != offer.stamp):
            left.append(f"{offer.state.key}: {offer.refusal or CHANGED_HERE}")
        elif offer.proposal.changes and record is not None:
            by_node.setdefault(offer.state.node, []).append((offer, record))
        else:
            equal += not offer.proposal.left
            left += _named(offer.state, offer.proposal)
    changed = 0
    for node, some in by_node.items():
        for start in range(0, len(some), AT_ONCE):
            stored = _store(node, some[start : start + AT_ONCE], connection, actor)
            changed += stored.changed
            left += stored.left
            held |= stored.held
            stays |= stored.stays
    _record(connection, actor, f"{changed} taken over, {equal} were as there, {len(left)} remarks.")
    to_compare = list(connection.integration_states.filter(pk__in=held, is_due=False, is_in_flight=False))
    if to_compare:
        compare_states(states=to_compare, connection=connection, actor=actor)
        _note_what_stays(connection, {pk: some for pk, some in stays.items() if some and pk in held})
    return TakenOver(changed, equal, tuple(left))


CHANGED_HERE = "it was changed here meanwhile, so it stays as it is; look at it again."
_PENDING = "it is on its way to Sage Intacct; wait until it has arrived."
_NOT_HERE = "it is deleted here; create it again first."
_NOT_THERE = "it is not in Sage Intacct; synchronise it to create it there."


def _looked_at(
    states: Sequence[IntegrationState], connection: IntacctConfiguration
) -> Iterator[tuple[Offer, ToSend | None]]:
    """Each state with what it means to take it over; the record has it applied, in memory."""
    by_object: dict[str, list[IntegrationState]] = {}
    for state in states:
        if state.connection_id == connection.pk:
            by_object.setdefault(state.object_name, []).append(state)
    _require_both(by_object)
    client = client_for(connection)
    try:
        for object_name, some in by_object.items():
            for start in range(0, len(some), AT_ONCE):
                yield from _page(client, connection, SOURCES[object_name], some[start : start + AT_ONCE])
    finally:
        client.close()


def _require_both(objects: Mapping[str, Any]) -> None:
    one_way = [name for name in objects if name not in SOURCES or not notices_changes(name)]
    if one_way:
        raise GoesOneWay(
            f"Only what goes both ways is taken over. The mapping of {', '.join(one_way)} does not say Both.",
            next_step="Choose other records, or the direction Both, where it is offered, under Administration > "
            "Integrations > Sage Intacct > Mapping.",
        )


def _page(
    client: Client, connection: IntacctConfiguration, source: Source, states: Sequence[IntegrationState]
) -> Iterator[tuple[Offer, ToSend | None]]:
    mapped = outbound_map(source.object_name)
    loaded = source.load(connection, [state.key for state in states])
    alive = {key: record for key, record in loaded.records.items() if key not in loaded.deleted}
    there: dict[str, Record] = {}
    if alive:
        paths = dict.fromkeys(path for one in alive.values() for path in compared_paths(mapped, source.node, one))
        answer = client.ask(question_for_ids(mapped, list(alive), list(paths)))
        there = by_id(mapped, answer.rows)
    for state in states:
        record, row = alive.get(state.key), there.get(state.key.casefold())
        if state.is_due or state.is_in_flight:
            yield Offer(state, refusal=_PENDING), None
        elif record is None:
            yield Offer(state, refusal=_NOT_HERE), None
        elif row is None:
            yield Offer(state, refusal=_NOT_THERE), None
        else:
            stamp = owner_of(record).updated_at.isoformat()
            yield Offer(state, propose(mapped, source.node, record, row), stamp=stamp), record


@dataclass(frozen=True)
class _Stored:
    """`stays`: what was not taken over, by state. `held`: states that are kept from being sent, to be compared."""

    changed: int
    left: list[str]
    stays: dict[str, Sequence[Left]]
    held: set[str]


@transaction.atomic
def _store(node: str, some: Sequence[tuple[Offer, ToSend]], connection: IntacctConfiguration, actor: str) -> _Stored:
    """Save what was proposed, and keep it from being sent: what could not be taken over would be overwritten there."""
    offered = {offer.state.key: offer for offer, _record in some}
    left: list[str] = []
    rows = OUTBOUND_NODES[node].model._default_manager.select_for_update().filter(code__in=offered)
    as_they_were = {row.code for row in rows if _is_as_it_was(row, offered[row.code])}
    left += [f"{key}: {CHANGED_HERE}" for key in offered if key not in as_they_were]
    records = {offer.state.key: record for offer, record in some if offer.state.key in as_they_were}
    proposals = {key: offered[key].proposal for key in records}
    held = _held(connection, [offered[key].state for key in records], records.values())
    changed, refused = _saved(node, records, proposals, actor)
    if refused:  # once more without the fields that were refused
        for key, refusal in refused.items():
            proposals[key] = proposals[key].without(_by_pointer(refusal, records[key]))
        again = {key: records[key] for key in refused if proposals[key].changes}
        more, refused = _saved(node, again, proposals, actor)
        changed += more
    for key, proposal in proposals.items():
        if key in refused:
            left.append(f"{key}: nothing was taken over. {refused[key].detail}")
        else:
            left += _named(offered[key].state, proposal)
    IntegrationState.objects.filter(pk__in=held).update(
        is_due=False,
        is_forced=False,
        status=IntegrationStatus.DESYNCHRONISED,
        last_message="Taken over from Sage Intacct, and not compared since.",
        next_step="Compare it with Sage Intacct.",
        updated_at=clock.database_now(),
    )
    stays: dict[str, Sequence[Left]] = {offered[key].state.pk: proposal.left for key, proposal in proposals.items()}
    return _Stored(changed, left, stays, held)


def _held(connection: IntacctConfiguration, states: Sequence[IntegrationState], records: Iterable[ToSend]) -> set[str]:
    """The states of the records, and of their contacts that differ over there: saving would send these too."""
    owners = [owner_name(one.partner) for one in records if isinstance(one, PartnerToSend)]
    contacts = Q(owner__in=owners, status=IntegrationStatus.DESYNCHRONISED)
    rows = connection.integration_states.select_for_update().filter(
        Q(pk__in=[state.pk for state in states]) | contacts, is_due=False, is_in_flight=False
    )
    return {state.pk for state in rows.only("pk")}


@transaction.atomic
def _note_what_stays(connection: IntacctConfiguration, stays: Mapping[str, Sequence[Left]]) -> None:
    """Beside each record, what it is still not as over there, and why: also what is empty here, never compared."""
    rows = connection.integration_states.select_for_update().filter(pk__in=stays, is_due=False, is_in_flight=False)
    for state in rows:
        compared = {one["field"] for one in state.difference}
        state.difference += [
            {"field": one.field, "here": one.ours, "there": one.theirs}
            for one in stays[state.pk]
            if one.field not in compared
        ]
        state.status, state.fingerprint = IntegrationStatus.DESYNCHRONISED, ""
        state.last_message = " ".join(str(one) for one in stays[state.pk])
        state.next_step = "Synchronise it to send what is here, or correct it on one side."
        state.updated_at = clock.database_now()
    IntegrationState.objects.bulk_update(
        rows, ["difference", "status", "fingerprint", "last_message", "next_step", "updated_at"]
    )


def _is_as_it_was(row: OutboundRecord, offer: Offer) -> bool:
    return row.deleted_at is None and row.updated_at.isoformat() == offer.stamp


def _saved(
    node: str, records: Mapping[str, ToSend], proposals: Mapping[str, Proposal], actor: str
) -> tuple[int, dict[str, RecordNotAcceptable]]:
    given = [_input(node, record, proposals[key]) for key, record in records.items()]
    results = save_records(node=node, records=given, actor=actor) if given else []
    refused = {
        one.code: result for one, result in zip(given, results, strict=True) if isinstance(result, RecordNotAcceptable)
    }
    return len(results) - len(refused), refused


def _input(node: str, record: ToSend, proposal: Proposal) -> RecordInput:
    """The patch that REST would be given: with one field of an address, all addresses."""
    values = {one.name: one.value for one in proposal.changes if not one.is_of_address}
    in_address = {one.name: one.value for one in proposal.changes if one.is_of_address}
    addresses = None
    if in_address:
        names = OUTBOUND_NODES[node].address_fields
        addresses = []
        for address in addresses_of(record):
            given = {name: getattr(address, name) for name in names}
            addresses.append(given | in_address if address.is_primary else given)
    return RecordInput(owner_of(record).code, values, addresses, is_partial=True)


def _by_pointer(refusal: RecordNotAcceptable, record: ToSend) -> dict[str, str]:
    """The flaws of a refusal by the pointers of proposals, which name no address by its place."""
    found = {}
    for flaw in refusal.flaws:
        parts = flaw.pointer.split("/")
        is_primary = len(parts) == 4 and addresses_of(record)[int(parts[2])].is_primary
        found[f"{IN_ADDRESSES}{parts[3]}" if is_primary else flaw.pointer] = flaw.detail
    return found


def _named(state: IntegrationState, proposal: Proposal) -> list[str]:
    return [f"{state.key}: {one}" for one in proposal.left]


def _record(connection: IntacctConfiguration, actor: str, words: str) -> None:
    audit.record(
        audit.Event(
            actor=actor,
            action="records_taken_over",
            subject_type="synchronisation",
            subject_id=str(connection.pk),
            subject_label=connection.code,
            detail={"note": words},
        )
    )
