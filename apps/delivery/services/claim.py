"""Claim, render, write the attempt: everything that must be durable before a byte leaves."""

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection as database
from django.db import transaction
from django.db.models import F, Max, QuerySet

from apps.configuration.models import IntacctConfiguration
from apps.delivery import keys
from apps.delivery.batching import fitting
from apps.delivery.deliverables import CannotRender, Rendered, deliverable_for
from apps.delivery.findings import MOST_CRASHES
from apps.delivery.journal import moved
from apps.delivery.models import Attempt, Delivery
from apps.delivery.problems import Problem, cannot_render, entity_closed, poison
from apps.delivery.states import Outcome, State
from apps.foundation import audit, clock
from apps.foundation.bulk import update_each
from apps.foundation.crash_points import reached
from apps.intacct import Client, Frozen


@dataclass(frozen=True)
class Batch:
    """Deliveries of one connection, entity and object that travel together, owned by one lease token."""

    id: str
    connection: IntacctConfiguration
    entity: str
    object_name: str
    lease_token: str
    deliveries: tuple[Delivery, ...]


def claim(connection: IntacctConfiguration, *, batch_size: int, served_last: str = "") -> Batch | None:
    """Take due deliveries into `sending` under a lease, or None when nothing is due.

    Entities take turns (`served_last` is the one before), so that a large one can't starve the others; within one,
    the oldest due delivery decides which object goes. Locks the claimed rows: two workers never get the same one.
    """
    now = clock.database_now()
    token = secrets.token_hex(16)
    with transaction.atomic():
        due = Delivery.objects.due(now).filter(connection=connection, state=State.PENDING)
        turns = _lock(due.order_by("entity", "id"))
        first = turns.filter(entity__gt=served_last).first() or turns.first()
        if first is None:
            return None
        chosen = [first.pk]
        if not first.isolated:
            alike = due.filter(kind=first.kind, entity=first.entity, object_name=first.object_name, isolated=False)
            chosen = list(_lock(alike.order_by("id")).values_list("pk", flat=True)[:batch_size])
        Delivery.objects.filter(pk__in=chosen, state=State.PENDING).update(
            state=State.SENDING, lease_token=token, lease_until=now + connection.lease, updated_at=now
        )
        reached("before_claim_commit", document=first.number)
    claimed = tuple(Delivery.objects.filter(lease_token=token, state=State.SENDING).order_by("id"))
    if not claimed:
        return None
    for delivery in claimed:
        delivery.connection = connection  # known: not to be read again for each
    reached("after_claim", document=claimed[0].number)
    return Batch(
        id=f"b-{token[:24]}",
        connection=connection,
        entity=first.entity,
        object_name=first.object_name,
        lease_token=token,
        deliveries=claimed,
    )


def _lock(rows: QuerySet[Delivery, Delivery]) -> QuerySet[Delivery, Delivery]:
    """Skip what another worker is just claiming; SQLite has one writer at a time anyway."""
    return rows.select_for_update(skip_locked=True) if database.features.has_select_for_update else rows


def prepare(batch: Batch, client: Client, *, worker: str) -> list[tuple[Delivery, Attempt]]:
    """Freeze the payloads and commit one attempt for each delivery, before anything is sent (invariant I3).

    What can't be rendered becomes an `error`; what does not fit into one request goes back to `pending`.
    """
    fresh = [delivery for delivery in batch.deliveries if not delivery.payload]
    rendered = deliverable_for(batch.deliveries[0].kind).render(fresh) if fresh else {}
    refused: dict[str, Problem] = {}
    ready: list[Delivery] = []
    for delivery in batch.deliveries:
        result = rendered.get(delivery.pk)
        if isinstance(result, CannotRender):
            refused[delivery.pk] = cannot_render(result)
            continue
        if isinstance(result, Rendered):
            delivery.payload = result.payload
            delivery.payload_sha256 = keys.payload_hash(result.payload)
            delivery.expectation = result.expectation
        reached("after_render", document=delivery.number)
        ready.append(delivery)
    fitted = fitting(ready)
    with transaction.atomic():
        owned = _still_owned(batch, fitted)
        attempts = _write_attempts(batch, owned, frozenset(rendered), client, worker=worker)
        give_back(batch, ready[len(fitted) :])
        _refuse(batch, refused)
        reached("before_attempt_commit", document=batch.deliveries[0].number)
    reached("after_attempt_commit", document=batch.deliveries[0].number)
    return list(zip(owned, attempts, strict=True))


def _still_owned(batch: Batch, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Those whose lease this worker still holds, renewed; the UPDATE keeps them locked until the attempts are there."""
    now = clock.database_now()
    ours = Delivery.objects.filter(
        pk__in=[one.pk for one in deliveries], state=State.SENDING, lease_token=batch.lease_token
    )
    if ours.update(last_sent_at=now, lease_until=now + batch.connection.lease) == len(deliveries):
        return list(deliveries)
    left = set(ours.values_list("pk", flat=True))
    return [one for one in deliveries if one.pk in left]


def _write_attempts(
    batch: Batch, deliveries: Sequence[Delivery], fresh: frozenset[str], client: Client, *, worker: str
) -> list[Attempt]:
    now = clock.database_now()
    update_each(
        Delivery,
        ("payload", "payload_sha256", "expectation"),
        ((one.pk, (one.payload, one.payload_sha256, one.expectation)) for one in deliveries if one.pk in fresh),
    )
    numbers = dict(Attempt.objects.filter(delivery__in=deliveries).values_list("delivery").annotate(last=Max("number")))
    attempts = [
        Attempt(
            delivery=delivery,
            number=numbers.get(delivery.pk, 0) + 1,
            epoch=delivery.epoch,
            control_id=delivery.control_id,
            payload_sha256=delivery.payload_sha256,
            batch_id=batch.id,
            worker=worker,
            started_at=now,
            deadline_at=now + datetime.timedelta(seconds=batch.connection.call_deadline_seconds),
            request_xml=client.describe(
                Frozen(control_id=delivery.control_id, xml=delivery.payload), control_id=batch.id
            ),
        )
        for delivery in deliveries
    ]
    return Attempt.objects.bulk_create(attempts)


def give_back(batch: Batch, deliveries: Sequence[Delivery]) -> None:
    if deliveries:
        Delivery.objects.filter(
            pk__in=[one.pk for one in deliveries], state=State.SENDING, lease_token=batch.lease_token
        ).update(state=State.PENDING, lease_token="", lease_until=None)


def refuse_entity(batch: Batch) -> None:
    """Intacct does not let the API user into the batch's entity: a person must, nothing was sent."""
    with transaction.atomic():
        _refuse(batch, {delivery.pk: entity_closed(batch.entity) for delivery in batch.deliveries})


def _refuse(batch: Batch, problems: dict[str, Problem]) -> None:
    events = []
    for delivery in batch.deliveries:
        problem = problems.get(delivery.pk)
        if problem and Delivery.objects.move(
            delivery.pk,
            from_=(State.SENDING,),
            to=State.ERROR,
            lease_token=batch.lease_token,
            problem=problem.as_json(),
        ):
            events.append(moved(delivery, State.ERROR, problem.detail))
    audit.record(events)


def recover_abandoned(connection: IntacctConfiguration) -> int:
    """Take back what a dead worker held: its lease has passed. Returns how many deliveries were taken back.

    Without an open attempt nothing was sent: back to `pending` at once. With one, the outcome is unknown.
    """
    now = clock.database_now()
    lost = Delivery.objects.filter(connection=connection, state=State.SENDING, lease_until__lt=now)
    taken = 0
    for delivery in lost.order_by("id"):
        with transaction.atomic():
            open_attempt = delivery.attempts.filter(outcome__isnull=True).first()
            values = {"crashes": F("crashes") + 1, "isolated": True, "due_at": now}
            if open_attempt is None:
                worn_out = delivery.crashes + 1 >= MOST_CRASHES
                to = State.ERROR if worn_out else State.PENDING
                note = "The worker died before anything was sent."
                if worn_out:
                    values["problem"] = poison(delivery.crashes + 1).as_json()
            else:
                to, note = State.VERIFYING, "The worker died while sending: the outcome is unknown."
            if not Delivery.objects.move(
                delivery.pk, from_=(State.SENDING,), to=to, lease_token=delivery.lease_token, **values
            ):
                continue
            if open_attempt is not None:
                Attempt.objects.filter(pk=open_attempt.pk, outcome__isnull=True).update(
                    outcome=Outcome.UNKNOWN, finished_at=now, note=note
                )
            audit.record(moved(delivery, to, note))
            taken += 1
    return taken
