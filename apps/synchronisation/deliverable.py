"""Outbound master data's answers to delivery: render yourself, and say what became of you."""

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence

from apps.configuration.models import IntacctConfiguration
from apps.delivery import problems
from apps.delivery.deliverables import CannotRender, Finding, Rendered
from apps.delivery.findings import absent, horizon_passed
from apps.delivery.models import Delivery, IntegrationState, Operation
from apps.delivery.models.probe import Verdict
from apps.delivery.states import State
from apps.intacct import Client, Record, RenderError
from apps.mapping.sending import (
    OutboundMap,
    RenderedRecord,
    by_id,
    deleting,
    differences,
    outbound_map,
    question_for_ids,
    removed_record,
    render_record,
)
from apps.synchronisation.sources import KIND, SOURCES


class MasterData:
    """The deliverable of items, customers, suppliers and their contacts."""

    kind = KIND

    def render(self, deliveries: Sequence[Delivery]) -> Mapping[str, Rendered | CannotRender]:
        """Each record as it is now, in a constant number of queries for each object."""
        rendered: dict[str, Rendered | CannotRender] = {}
        for object_name, some in _by_object(deliveries).items():
            states = _states(some)
            source, mapped = SOURCES[object_name], outbound_map(object_name)
            loaded = source.load(some[0].connection, [state.key for state in states.values()])
            for delivery in some:
                state = states[delivery.pk]
                record = loaded.records.get(state.key)
                known = record is not None
                content = render_record(mapped, source.node, record) if known else removed_record(mapped, state.key)
                rendered[delivery.pk] = _written(delivery, state, mapped, content)
        return rendered

    def investigate(
        self,
        connection: IntacctConfiguration,
        deliveries: Sequence[Delivery],
        client_for: Callable[[str], Client],
        now: datetime.datetime,
    ) -> Mapping[str, Finding]:
        """Found by its ID, and compared: two records of one ID can't be there, so nothing can be made twice."""
        states = _states(deliveries)
        mapped = outbound_map(deliveries[0].object_name)
        paths = dict.fromkeys(path for one in deliveries for path in one.expectation.get("values", {}))
        question = question_for_ids(mapped, [state.key for state in states.values()], list(paths))
        there = by_id(mapped, client_for("").ask(question).rows)
        return {
            one.pk: dataclasses.replace(
                _judged(connection, one, there.get(states[one.pk].key.casefold()), now), looked_for=states[one.pk].key
            )
            for one in deliveries
        }


def _by_object(deliveries: Sequence[Delivery]) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = {}
    for one in deliveries:
        found.setdefault(one.object_name, []).append(one)
    return found


def _states(deliveries: Sequence[Delivery]) -> dict[str, IntegrationState]:
    rows = IntegrationState.objects.filter(delivery__in=[one.pk for one in deliveries]).only(
        "key", "record_no", "delivery"
    )
    return {str(state.delivery_id): state for state in rows}


def _written(
    delivery: Delivery, state: IntegrationState, mapped: OutboundMap, content: RenderedRecord
) -> Rendered | CannotRender:
    if content.shortfalls and delivery.operation != Operation.DELETE:
        words = " ".join(one.detail for one in content.shortfalls)
        return CannotRender(words, "Correct the record, or its mapping; it is then sent by itself.")
    try:
        if delivery.operation == Operation.DELETE:
            return Rendered(deleting(mapped, state.record_no), {"record_no": state.record_no})
        creating = delivery.operation == Operation.CREATE
        xml = content.creating() if creating else content.changing()
        return Rendered(
            xml,
            {
                "record_no": "" if creating else state.record_no,
                "fingerprint": content.fingerprint,
                "values": content.values(creating=creating),
            },
        )
    except RenderError as error:
        return CannotRender(str(error), "Correct the record; it is then sent by itself.")


def _judged(
    connection: IntacctConfiguration, delivery: Delivery, row: Record | None, now: datetime.datetime
) -> Finding:
    record_no = row.record_no if row is not None else ""
    numbers = (record_no,) if record_no else ()
    if delivery.operation == Operation.DELETE:
        if row is None:
            known = str(delivery.expectation.get("record_no", ""))
            return Finding(Verdict.FOUND, "Intacct no longer has it.", State.POSTED, record_no=known)
        return dataclasses.replace(absent(connection, delivery, now), record_numbers=numbers)
    if row is None and delivery.operation == Operation.CREATE:
        return absent(connection, delivery, now)
    if row is None:
        if not horizon_passed(connection, delivery, now):
            return Finding(Verdict.ABSENT_YET, "Not there yet; Intacct may still be working on it.")
        problem = problems.conflict(str(delivery.expectation.get("record_no", "")), ["it is no longer there"])
        return Finding(Verdict.ABSENT, problem.detail, State.ERROR, problem.as_json())
    differing = differences(delivery.expectation.get("values", {}), row)
    if not differing:
        note = f"Intacct holds it as record {record_no}."
        return Finding(Verdict.FOUND, note, State.POSTED, record_no=record_no, record_numbers=numbers)
    if delivery.operation == Operation.CREATE:
        problem = problems.conflict(record_no, [str(one) for one in differing])
        return Finding(Verdict.DIFFERENT, problem.detail, State.ERROR, problem.as_json(), record_numbers=numbers)
    # The change is what is absent; it is made once more under a new control ID, after the horizon.
    missing = absent(connection, delivery, now)
    return dataclasses.replace(missing, fresh=missing.to == State.PENDING, record_numbers=numbers)
