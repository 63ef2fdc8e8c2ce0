"""Asking Intacct for records by our key: in the frozen scope, and at the top level, which sees every entity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from apps.configuration.models import IntacctConfiguration
from apps.delivery import keys
from apps.delivery.models import Delivery
from apps.intacct import Client, Query
from apps.mapping import look_up as questions
from apps.mapping.look_up import Found, FoundLines
from apps.mapping.object_maps import ObjectMap, delivered_object_map

TOP_LEVEL = ""


@dataclass
class Evidence:
    """What was found for one delivery: records with its key, and records with its number but no key."""

    scope: str
    marked: list[Found] = field(default_factory=list)
    unmarked: list[Found] = field(default_factory=list)
    lines: FoundLines | None = None


def look_up(
    connection: IntacctConfiguration,
    deliveries: Sequence[Delivery],
    client_for: Callable[[str], Client],
    *,
    unmarked_too: set[str],
) -> dict[str, Evidence]:
    """Evidence for deliveries of one entity and object, by delivery ID.

    Raises `IntacctError` when any question stays unanswered: then nothing is proven for any of them.
    """
    entity = deliveries[0].entity
    asked = delivered_object_map(deliveries[0].object_name)
    in_field = asked.look_up.marked_in_field(connection.uses_marker_field)
    scopes = [entity] if entity == TOP_LEVEL else [entity, TOP_LEVEL]
    evidence = {one.pk: Evidence(scope=" and ".join(scope or "top level" for scope in scopes)) for one in deliveries}
    missing = {keys.marker(one.key): one for one in deliveries}
    for scope in scopes:
        if not missing:
            break
        found = _all(
            client_for(scope),
            asked,
            lambda offset, left=tuple(missing): questions.by_marker(  # type: ignore[misc]
                asked, left, in_field=in_field, control_id="look-up", offset=offset
            ),
            in_field=in_field,
        )
        for record in found:
            delivery = missing.get(record.marker)
            if delivery is not None:
                evidence[delivery.pk].marked.append(record)
        missing = {marker: one for marker, one in missing.items() if not evidence[one.pk].marked}
    _add_unmarked(
        [one for one in missing.values() if one.pk in unmarked_too], scopes, asked, client_for, evidence, in_field
    )
    for one in deliveries:
        if len(evidence[one.pk].marked) == 1:
            record_no = evidence[one.pk].marked[0].record_no
            evidence[one.pk].lines = _lines(client_for(scopes[-1]), asked, record_no)
    return evidence


def _add_unmarked(
    deliveries: Sequence[Delivery],
    scopes: Sequence[str],
    asked: ObjectMap,
    client_for: Callable[[str], Client],
    evidence: dict[str, Evidence],
    in_field: bool,
) -> None:
    """Records with the document's number and counterparty, but without any key: made by hand, or stripped of it."""
    if not deliveries:
        return
    numbers = tuple(dict.fromkeys(one.number for one in deliveries))
    for scope in scopes:
        found = _all(
            client_for(scope),
            asked,
            lambda offset: questions.by_number(
                asked, numbers, in_field=in_field, control_id="look-up-number", offset=offset
            ),
            in_field=in_field,
        )
        for one in deliveries:
            counterparty = one.expectation.get("counterparty", "")
            evidence[one.pk].unmarked += [
                record
                for record in found
                if not record.marker and record.number == one.number and record.counterparty == counterparty
            ]


def _all(client: Client, asked: ObjectMap, question: Callable[[int], Query], *, in_field: bool) -> list[Found]:
    """Every page of a question's answer."""
    found: list[Found] = []
    while True:
        answer = client.ask(question(len(found)))
        found += questions.read_found(asked, answer.rows, in_field=in_field)
        if not answer.remaining or not answer.rows:
            return found


def _lines(client: Client, asked: ObjectMap, record_no: str) -> FoundLines:
    answer = client.ask(questions.lines_of(asked, record_no, control_id="look-up-lines"))
    return questions.read_lines(asked, answer.rows)
