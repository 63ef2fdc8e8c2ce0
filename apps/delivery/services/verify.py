"""Resolving unknown outcomes: Intacct is asked. Presence is proof at any time, absence only after the horizon."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import F

from apps.configuration.models import IntacctConfiguration
from apps.delivery import keys, patience, problems
from apps.delivery.deliverables import Expectation
from apps.delivery.journal import moved
from apps.delivery.models import Attempt, Delivery, Probe
from apps.delivery.models.probe import Verdict
from apps.delivery.problems import Problem
from apps.delivery.services.claim import MOST_CRASHES
from apps.delivery.services.clients import Clients
from apps.delivery.services.look_up import Evidence, look_up
from apps.delivery.services.send import note_connection_error
from apps.delivery.states import Outcome, State
from apps.foundation import audit, clock
from apps.foundation.crash_points import reached
from apps.intacct import IntacctError
from apps.mapping.look_up import Found, FoundLines

MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Finding:
    """What a look-up says of one delivery, and where that moves it; `to` None: it stays, and is asked again."""

    verdict: Verdict
    note: str
    to: State | None = None
    record: Found | None = None
    problem: Problem | None = None


def verify_due(connection: IntacctConfiguration, clients: Clients) -> int:
    """Look up what is due, one question for all of an entity and object. Returns how many were looked up."""
    now = clock.database_now()
    deliveries = _take(connection, now)
    if not deliveries:
        return 0
    after_horizon = [one for one in deliveries if _horizon_passed(connection, one, now)]
    try:
        evidence = look_up(connection, deliveries, clients, unmarked_too={one.pk for one in after_horizon})
    except IntacctError as error:
        _no_answer(connection, deliveries, str(error), now)
        note_connection_error(connection, error)
        return len(deliveries)
    for delivery in deliveries:
        _apply(
            connection, delivery, evidence[delivery.pk], judge(connection, delivery, evidence[delivery.pk], now), now
        )
    return len(deliveries)


def _take(connection: IntacctConfiguration, now: datetime.datetime) -> list[Delivery]:
    """Due deliveries of one entity and object; their next look is put off, so that no other worker asks meanwhile."""
    with transaction.atomic():
        due = Delivery.objects.due(now).filter(connection=connection, state=State.VERIFYING).order_by("due_at", "id")
        if database.features.has_select_for_update:
            due = due.select_for_update(skip_locked=True)
        first = due.first()
        if first is None:
            return []
        alike = due.filter(entity=first.entity, object_name=first.object_name)[:MOST_AT_ONCE]
        taken = list(alike)
        Delivery.objects.filter(pk__in=[one.pk for one in taken]).update(due_at=now + connection.lease)
    return taken


def _horizon_passed(connection: IntacctConfiguration, delivery: Delivery, now: datetime.datetime) -> bool:
    return delivery.last_sent_at is None or now - delivery.last_sent_at >= connection.horizon


def judge(connection: IntacctConfiguration, delivery: Delivery, evidence: Evidence, now: datetime.datetime) -> Finding:
    """The verdict (reliability.md 2.6): a pure function of what was found and when.

    One record, equal: posted. One, different: conflict. Several: duplicate. None: absent only when seen twice after
    the horizon, one unit apart; then it is sent again under the same control ID, twice at most.
    """
    records = evidence.marked
    if len(records) > 1:
        numbers = [record.record_no for record in records]
        problem = problems.duplicate(numbers)
        return Finding(Verdict.SEVERAL, problem.detail, State.ERROR, problem=problem)
    if len(records) == 1:
        record = records[0]
        differing = differences(Expectation.from_json(delivery.expectation), record, evidence.lines)
        if differing:
            problem = problems.conflict(record.record_no, differing)
            return Finding(Verdict.DIFFERENT, problem.detail, State.ERROR, record, problem)
        return Finding(Verdict.FOUND, f"Intacct holds it as record {record.record_no}.", State.POSTED, record)
    if not _horizon_passed(connection, delivery, now):
        return Finding(Verdict.ABSENT_YET, "Not there yet; Intacct may still be working on it.")
    if evidence.unmarked:
        problem = problems.conflict(
            evidence.unmarked[0].record_no, ["it has this document's number, but not this document's key"]
        )
        return Finding(Verdict.DIFFERENT, problem.detail, State.ERROR, evidence.unmarked[0], problem)
    if delivery.absent_since is None or now - delivery.absent_since < patience.unit(connection):
        return Finding(Verdict.ABSENT, "Not there after the horizon; looked at once more before it is believed.")
    return _after_absence(delivery)


def _after_absence(delivery: Delivery) -> Finding:
    if delivery.crashes >= MOST_CRASHES:
        problem = problems.poison(delivery.crashes)
        return Finding(Verdict.ABSENT, problem.detail, State.ERROR, problem=problem)
    if delivery.resends >= patience.MOST_RESENDS:
        problem = problems.unresolved(
            f"It was sent {delivery.resends + 1} times, no answer was clear, and Intacct does not have it."
        )
        return Finding(Verdict.ABSENT, problem.detail, State.ERROR, problem=problem)
    return Finding(Verdict.ABSENT, "Intacct does not have it: it is sent again.", State.PENDING)


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


def _apply(
    connection: IntacctConfiguration,
    delivery: Delivery,
    evidence: Evidence,
    finding: Finding,
    now: datetime.datetime,
) -> None:
    with transaction.atomic():
        Probe.objects.create(
            delivery=delivery,
            asked_at=now,
            scope=evidence.scope,
            looked_for=keys.marker(delivery.key),
            record_numbers=[record.record_no for record in evidence.marked],
            verdict=finding.verdict,
            note=finding.note,
        )
        if finding.to is None:
            _ask_again(connection, delivery, finding, now)
        elif Delivery.objects.move(
            delivery.pk, from_=(State.VERIFYING,), to=finding.to, **_values(delivery, finding, now)
        ):
            Attempt.objects.filter(delivery=delivery, outcome=Outcome.UNKNOWN).update(
                outcome=Outcome.RESOLVED, finished_at=now
            )
            audit.record(moved(delivery, finding.to, finding.note))
        reached("before_verify_commit", document=delivery.number)


def _ask_again(connection: IntacctConfiguration, delivery: Delivery, finding: Finding, now: datetime.datetime) -> None:
    sent_at = delivery.last_sent_at or now
    values: dict[str, object] = {"due_at": patience.next_look(connection, sent_at=sent_at, now=now)}
    if finding.verdict == Verdict.ABSENT:
        values["due_at"] = patience.second_look(connection, now=now)
        if delivery.absent_since is None:
            values["absent_since"] = now
    Delivery.objects.filter(pk=delivery.pk, state=State.VERIFYING).update(looks=F("looks") + 1, **values)


def _values(delivery: Delivery, finding: Finding, now: datetime.datetime) -> dict[str, Any]:
    if finding.to == State.POSTED and finding.record is not None:
        return {
            "record_no": finding.record.record_no,
            "record_url": finding.record.url,
            "posted_at": now,
            "problem": None,
        }
    if finding.to == State.ERROR and finding.problem is not None:
        return {"problem": finding.problem.as_json(), "absent_since": None}
    values: dict[str, Any] = {"due_at": now, "absent_since": None, "resends": delivery.resends + 1}
    if delivery.problem is not None:
        # A person has dealt with an earlier conflict and Intacct no longer has the record: a new epoch, because the
        # old control ID is used up there.
        values |= new_epoch(delivery)
    return values


def new_epoch(delivery: Delivery) -> dict[str, Any]:
    """A fresh control ID and a payload to be rendered anew; only after the last epoch is proven without effect."""
    epoch = delivery.epoch + 1
    return {
        "epoch": epoch,
        "control_id": keys.control_id(key=delivery.key, entity=delivery.entity, epoch=epoch),
        "payload": "",
        "payload_sha256": "",
        "expectation": {},
        "problem": None,
    }


def _no_answer(
    connection: IntacctConfiguration, deliveries: Sequence[Delivery], why: str, now: datetime.datetime
) -> None:
    """A failed look-up proves nothing: ask again, and after a day let a person decide."""
    for delivery in deliveries:
        sent_at = delivery.last_sent_at or delivery.created_at
        given_up = now - sent_at >= patience.unit(connection) * patience.GIVE_UP_AFTER
        with transaction.atomic():
            Probe.objects.create(
                delivery=delivery,
                asked_at=now,
                scope=delivery.entity or "top level",
                looked_for=keys.marker(delivery.key),
                verdict=Verdict.NO_ANSWER,
                note=why,
            )
            if given_up:
                problem = problems.unresolved(f"For a day no look-up was answered. The last time: {why}")
                Delivery.objects.move(delivery.pk, from_=(State.VERIFYING,), to=State.ERROR, problem=problem.as_json())
                audit.record(moved(delivery, State.ERROR, problem.detail))
            else:
                again = now + max(patience.unit(connection), datetime.timedelta(seconds=1))
                Delivery.objects.filter(pk=delivery.pk, state=State.VERIFYING).update(due_at=again)
