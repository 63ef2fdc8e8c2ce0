"""Writing down what came of a batch: each delivery alone, by its own control ID, in one transaction."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from apps.configuration.models import IntacctConfiguration
from apps.delivery import patience, problems
from apps.delivery.journal import moved
from apps.delivery.models import Attempt, Delivery, Operation
from apps.delivery.problems import Problem
from apps.delivery.services.claim import Batch
from apps.delivery.services.waiting import release_waiting
from apps.delivery.states import Outcome, State
from apps.foundation import audit, clock
from apps.foundation.bulk import update_each
from apps.foundation.crash_points import reached
from apps.intacct import Done, ErrorKind, Exchange, FunctionRefused, IntacctError, Missing
from apps.intacct import Outcome as GatewayOutcome

Sent = Sequence[tuple[Delivery, Attempt]]

_DONE = {
    Operation.CREATE: "Intacct created record {}.",
    Operation.UPDATE: "Intacct changed record {}.",
    Operation.DELETE: "Intacct deleted record {}.",
}


@dataclass
class Settlement:
    """What is now known about one attempt, and where its delivery goes."""

    to: State
    outcome: Outcome
    note: str
    problem: Problem | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


def settle_answer(batch: Batch, sent: Sent, exchange: Exchange) -> bool:
    """Settle a batch that got an answer. Returns whether every member's outcome is clear."""
    now = clock.database_now()
    outcomes = {outcome.control_id: outcome for outcome in exchange.outcomes}
    settlements = [
        _from_outcome(batch.connection, delivery, outcomes.get(attempt.control_id), now) for delivery, attempt in sent
    ]
    answers = [exchange.response_for(attempt.control_id) for _, attempt in sent]
    _store(batch, sent, settlements, answers, exchange.http_status, now)
    return all(settlement.outcome != Outcome.UNKNOWN for settlement in settlements)


def settle_unclear(batch: Batch, sent: Sent, error: IntacctError) -> None:
    """No readable answer: every member's outcome is unknown, and Intacct is asked before anything is sent again."""
    now = clock.database_now()
    settlements = [_unknown(batch.connection, str(error), now) for _ in sent]
    _store(batch, sent, settlements, [error.response_xml or ""] * len(sent), error.http_status, now)


def settle_undone(batch: Batch, sent: Sent, error: IntacctError, *, isolate: bool, at_fault: bool) -> None:
    """Nothing was executed. Back to `pending`; with `isolate` each travels alone next time.

    `at_fault`: the request itself was refused. A document that was alone in it is the culprit, and ends in `error`.
    """
    now = clock.database_now()
    settlements = []
    for _ in sent:
        if at_fault and len(sent) == 1:
            problem = problems.request_refused(error)
            settlements.append(Settlement(State.ERROR, Outcome.REFUSED, str(error), problem, list(problem.errors)))
        else:
            settlements.append(
                Settlement(
                    State.PENDING,
                    Outcome.TRANSIENT,
                    str(error),
                    errors=problems.gateway_errors(error.errors),
                    values={"due_at": now, **({"isolated": True} if isolate else {})},
                )
            )
    _store(batch, sent, settlements, [error.response_xml or ""] * len(sent), error.http_status, now)


def _from_outcome(
    connection: IntacctConfiguration, delivery: Delivery, outcome: GatewayOutcome | None, now: datetime.datetime
) -> Settlement:
    # A create tells the number; a change or a deletion is of a record whose number is known.
    known = "" if delivery.operation == Operation.CREATE else delivery.expectation.get("record_no", "")
    if isinstance(outcome, Done) and (outcome.record_no or known):
        record_no = known or outcome.record_no or ""
        return Settlement(
            State.POSTED,
            Outcome.SUCCESS,
            _DONE[Operation(delivery.operation)].format(record_no),
            values={
                "record_no": record_no,
                "record_url": outcome.record_url or "",
                "posted_at": now,
                "problem": None,
            },
        )
    if isinstance(outcome, FunctionRefused):
        return _from_refusal(connection, delivery, outcome, now)
    if isinstance(outcome, Done):
        return _unknown(connection, "Intacct reported success without a record number.", now)
    if outcome is None or isinstance(outcome, Missing):
        return _unknown(connection, "The answer has no result for this document.", now)
    return _unknown(connection, "The answer has contradictory results for this document.", now)


def _from_refusal(
    connection: IntacctConfiguration, delivery: Delivery, refusal: FunctionRefused, now: datetime.datetime
) -> Settlement:
    errors = problems.gateway_errors(refusal.errors)
    primary = refusal.primary
    seen_before = refusal.already_executed or (primary.kind == ErrorKind.DUPLICATE and delivery.resends > 0)
    if seen_before:
        # Not an answer: an earlier try may have had its effect. Ask at once.
        note = "Intacct says that this was executed before."
        return Settlement(State.VERIFYING, Outcome.UNKNOWN, note, errors=errors, values={"due_at": now, "looks": 0})
    if refusal.aborted and not refusal.is_culprit:
        note = "Rolled back because of another document in the same request."
        return Settlement(State.PENDING, Outcome.TRANSIENT, note, errors=errors, values={"due_at": now})
    problem = problems.refused(refusal)
    if primary.kind == ErrorKind.TRANSIENT:
        setbacks = delivery.setbacks + 1
        if setbacks < patience.MOST_SETBACKS:
            due_at = now + patience.back_off(connection, setbacks=setbacks)
            values = {"due_at": due_at, "setbacks": setbacks}
            return Settlement(State.PENDING, Outcome.TRANSIENT, problem.detail, errors=errors, values=values)
        problem = problems.given_up(setbacks, problem.detail)
    return Settlement(State.ERROR, Outcome.REFUSED, problem.detail, problem, errors)


def _unknown(connection: IntacctConfiguration, note: str, now: datetime.datetime) -> Settlement:
    due_at = patience.next_look(connection, sent_at=now, now=now)
    values = {"due_at": due_at, "isolated": True, "absent_since": None, "looks": 0}
    return Settlement(State.VERIFYING, Outcome.UNKNOWN, note, values=values)


def _store(
    batch: Batch,
    sent: Sent,
    settlements: Sequence[Settlement],
    answers: Sequence[str],
    http_status: int | None,
    now: datetime.datetime,
) -> None:
    """One transaction for the batch. A row that this worker no longer owns still gets its late truth."""
    evidence = [
        {
            "finished_at": now,
            "note": settlement.note,
            "errors": settlement.errors,
            "http_status": http_status,
            "response_xml": answer,
        }
        for settlement, answer in zip(settlements, answers, strict=True)
    ]
    work = list(zip(sent, settlements, evidence, strict=True))
    try:
        with transaction.atomic():
            _settle_each(batch, work)
    except IntegrityError:
        # One of them has a record number that another document has already: settle each behind its own savepoint.
        with transaction.atomic():
            _settle_each(batch, work, suspicious=True)
    reached("after_settle", document=sent[0][0].number)


Work = Sequence[tuple[tuple[Delivery, Attempt], Settlement, dict[str, Any]]]


def _settle_each(batch: Batch, work: Work, *, suspicious: bool = False) -> None:
    if suspicious or not _settle_together(batch, work):
        events = _settle_one_by_one(batch, work, suspicious=suspicious)
    else:
        events = [moved(delivery, settlement.to, settlement.note) for (delivery, _), settlement, _ in work]
    audit.record(events)
    release_waiting(keys=[delivery.pk for (delivery, _), settlement, _ in work if settlement.to == State.POSTED])
    reached("before_settle_commit", document=work[0][0][0].number)


def _settle_together(batch: Batch, work: Work) -> bool:
    """What goes to the same state is moved in one go. False, and nothing is written: not all are this worker's."""
    alike: dict[tuple[State, tuple[str, ...]], dict[str, Sequence[Any]]] = {}
    for (delivery, _attempt), settlement, _evidence in work:
        values = _values(settlement)
        alike.setdefault((settlement.to, tuple(values)), {})[delivery.pk] = tuple(values.values())
    try:
        with transaction.atomic():
            for (to, names), moves in alike.items():
                owned = Delivery.objects.move_all(
                    moves, names, from_=State.SENDING, to=to, lease_token=batch.lease_token
                )
                if owned != len(moves):
                    raise _NotAllOurs
            update_each(
                Attempt,
                ("outcome", *work[0][2]),
                ((attempt.pk, (settlement.outcome, *evidence.values())) for (_, attempt), settlement, evidence in work),
                only_if={"outcome": None},
            )
    except _NotAllOurs:
        return False
    return True


class _NotAllOurs(Exception):
    """Somebody took a row back meanwhile."""


def _settle_one_by_one(batch: Batch, work: Work, *, suspicious: bool) -> list[audit.Event]:
    events = []
    for (delivery, attempt), settlement, evidence in work:
        if suspicious:
            done = _settle_suspicious(batch, delivery, attempt, settlement, evidence)
        else:
            done = _settle_one(batch, delivery, attempt, settlement, evidence)
        if done:
            events.append(moved(delivery, settlement.to, settlement.note))
    return events


def _values(settlement: Settlement) -> dict[str, Any]:
    problem = settlement.problem
    return {**settlement.values, **({"problem": problem.as_json()} if problem is not None else {})}


def _settle_one(
    batch: Batch, delivery: Delivery, attempt: Attempt, settlement: Settlement, evidence: dict[str, Any]
) -> bool:
    values = _values(settlement)
    if Delivery.objects.move(
        delivery.pk, from_=(State.SENDING,), to=settlement.to, lease_token=batch.lease_token, **values
    ):
        Attempt.objects.filter(pk=attempt.pk, outcome__isnull=True).update(outcome=settlement.outcome, **evidence)
        return True
    return _late_truth(delivery, attempt, settlement, values, evidence)


def _settle_suspicious(
    batch: Batch, delivery: Delivery, attempt: Attempt, settlement: Settlement, evidence: dict[str, Any]
) -> bool:
    """Two deliveries with one record number: never believed, a person looks."""
    try:
        with transaction.atomic():
            return _settle_one(batch, delivery, attempt, settlement, evidence)
    except IntegrityError:
        record_no = str(settlement.values.get("record_no", ""))
        problem = problems.conflict(record_no, ["another document has this record number"])
        Attempt.objects.filter(pk=attempt.pk, outcome__isnull=True).update(outcome=Outcome.RESOLVED, **evidence)
        return Delivery.objects.move(
            delivery.pk, from_=(State.SENDING, State.VERIFYING), to=State.ERROR, problem=problem.as_json()
        )


def _late_truth(
    delivery: Delivery,
    attempt: Attempt,
    settlement: Settlement,
    values: dict[str, Any],
    evidence: dict[str, Any],
) -> bool:
    """The lease was lost, but the answer is clear: it settles the attempt that was marked unknown meanwhile."""
    if settlement.to not in (State.POSTED, State.ERROR):
        return False
    known = Attempt.objects.filter(pk=attempt.pk, outcome=Outcome.UNKNOWN).update(outcome=Outcome.RESOLVED, **evidence)
    return bool(known) and Delivery.objects.move(delivery.pk, from_=(State.VERIFYING,), to=settlement.to, **values)
