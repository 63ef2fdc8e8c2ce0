"""What became of accounting documents whose outcome is unknown: the record with the key, compared with what was sent.

One record, equal: posted. One, different: conflict. Several: duplicate. None: absent, by the rules for absence.
"""

import dataclasses
import datetime
from collections.abc import Callable, Sequence

from apps.configuration.models import IntacctConfiguration
from apps.delivery import keys, problems
from apps.delivery.deliverables import Expectation, Finding
from apps.delivery.findings import absent, horizon_passed
from apps.delivery.models import Delivery
from apps.delivery.models.probe import Verdict
from apps.delivery.services.look_up import Evidence, look_up
from apps.delivery.states import State
from apps.intacct import Client
from apps.mapping.look_up import Found, FoundLines


def investigate_documents(
    connection: IntacctConfiguration,
    deliveries: Sequence[Delivery],
    client_for: Callable[[str], Client],
    now: datetime.datetime,
) -> dict[str, Finding]:
    """A finding for each of these deliveries, of one entity and object. Raises `IntacctError`: nothing is proven."""
    after_horizon = {one.pk for one in deliveries if horizon_passed(connection, one, now)}
    evidence = look_up(connection, deliveries, client_for, unmarked_too=after_horizon)
    return {
        one.pk: dataclasses.replace(
            _judged(connection, one, evidence[one.pk], now),
            scope=evidence[one.pk].scope,
            looked_for=keys.marker(one.key),
            record_numbers=tuple(record.record_no for record in evidence[one.pk].marked),
        )
        for one in deliveries
    }


def _judged(
    connection: IntacctConfiguration, delivery: Delivery, evidence: Evidence, now: datetime.datetime
) -> Finding:
    records = evidence.marked
    if len(records) > 1:
        problem = problems.duplicate([record.record_no for record in records])
        return Finding(Verdict.SEVERAL, problem.detail, State.ERROR, problem.as_json())
    if len(records) == 1:
        record = records[0]
        differing = differences(Expectation.from_json(delivery.expectation), record, evidence.lines)
        if differing:
            problem = problems.conflict(record.record_no, differing)
            return Finding(Verdict.DIFFERENT, problem.detail, State.ERROR, problem.as_json())
        note = f"Intacct holds it as record {record.record_no}."
        return Finding(Verdict.FOUND, note, State.POSTED, record_no=record.record_no, record_url=record.url)
    if evidence.unmarked and horizon_passed(connection, delivery, now):
        problem = problems.conflict(
            evidence.unmarked[0].record_no, ["it has this document's number, but not this document's key"]
        )
        return Finding(Verdict.DIFFERENT, problem.detail, State.ERROR, problem.as_json())
    return absent(connection, delivery, now)


def differences(expected: Expectation, record: Found, lines: FoundLines | None) -> list[str]:
    """In which respects a found record is not the document that was sent; empty if it is the same."""
    pairs: list[tuple[str, object, object]] = [
        ("number", expected.number, record.number or expected.number),
        ("counterparty", expected.counterparty, record.counterparty or expected.counterparty),
        ("currency", expected.currency, record.currency or expected.currency),
        ("date", expected.date, record.date or expected.date),
    ]
    total = record.total if record.total is not None else (lines.total if lines else None)
    if total is not None:
        pairs.append(("total", expected.total, total))
    if lines is not None:
        pairs.append(("number of lines", expected.lines, lines.count))
    return [f"{name} is {there}, not {ours}" for name, ours, there in pairs if ours != there]
