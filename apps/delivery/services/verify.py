"""Resolving unknown outcomes: Intacct is asked. Presence is proof at any time, absence only after the horizon."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import F

from apps.configuration.models import IntacctConfiguration
from apps.delivery import keys, patience, problems
from apps.delivery.deliverables import Finding, deliverable_for
from apps.delivery.journal import moved
from apps.delivery.models import Attempt, Delivery, Probe
from apps.delivery.models.probe import Verdict
from apps.delivery.services.clients import Clients
from apps.delivery.services.send import note_connection_error
from apps.delivery.services.waiting import release_waiting
from apps.delivery.states import Outcome, State
from apps.foundation import audit, clock
from apps.foundation.crash_points import reached
from apps.intacct import IntacctError

MOST_AT_ONCE = 50


def verify_due(connection: IntacctConfiguration, clients: Clients) -> int:
    """Look up what is due, one question for all of an entity and object. Returns how many were looked up."""
    now = clock.database_now()
    deliveries = _take(connection, now)
    if not deliveries:
        return 0
    try:
        findings = deliverable_for(deliveries[0].kind).investigate(connection, deliveries, clients.for_entity, now)
    except IntacctError as error:
        _no_answer(connection, deliveries, str(error), now)
        note_connection_error(connection, error)
        return len(deliveries)
    for delivery in deliveries:
        _apply(connection, delivery, findings[delivery.pk], now)
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
        alike = due.filter(kind=first.kind, entity=first.entity, object_name=first.object_name)[:MOST_AT_ONCE]
        taken = list(alike)
        Delivery.objects.filter(pk__in=[one.pk for one in taken]).update(due_at=now + connection.lease)
    return taken


def _apply(
    connection: IntacctConfiguration,
    delivery: Delivery,
    finding: Finding,
    now: datetime.datetime,
) -> None:
    with transaction.atomic():
        Probe.objects.create(
            delivery=delivery,
            asked_at=now,
            scope=finding.scope,
            looked_for=finding.looked_for,
            record_numbers=list(finding.record_numbers),
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
            if finding.to == State.POSTED:
                release_waiting(keys=[delivery.pk])
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
    if finding.to == State.POSTED:
        return {
            "record_no": finding.record_no,
            "record_url": finding.record_url,
            "posted_at": now,
            "problem": None,
        }
    if finding.to == State.ERROR and finding.problem is not None:
        return {"problem": dict(finding.problem), "absent_since": None}
    values: dict[str, Any] = {"due_at": now, "absent_since": None, "resends": delivery.resends + 1}
    if finding.fresh or delivery.problem is not None:
        # A person has dealt with an earlier conflict and Intacct no longer has the record, or the same change must be
        # made once more: a new epoch, because the old control ID is used up there.
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
