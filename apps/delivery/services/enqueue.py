"""Accepting something for delivery: the row that is the truth, and a wake-up that carries nothing."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.configuration.selectors import levels_by_country
from apps.delivery import keys
from apps.delivery.journal import moved
from apps.delivery.models import ConnectionHealth, Delivery, Operation, Wait, WaitKind
from apps.delivery.selectors import unmet
from apps.delivery.states import State
from apps.foundation import audit, clock
from apps.foundation.ids import new_ulid
from apps.foundation.wakeups import Wakeup, enqueue
from apps.mapping.delivered_maps import label_of

WAKE_UP_GRAIN_SECONDS = 10
"""One wake-up drains many documents: while one is on its way, no other is sent for this long."""


@dataclass(frozen=True)
class WaitFor:
    """What a delivery waits for: a record (`keys.awaited`) or another delivery (its ID), and why, for people."""

    kind: WaitKind
    key: str
    words: str


@dataclass(frozen=True)
class NewDelivery:
    """What the subject knows about a delivery when it is accepted."""

    kind: str
    object_name: str
    natural_key: tuple[str, ...]
    number: str
    entity: str
    country: str = ""
    """Of the company: its line in the configuration's grid may override the level."""
    operation: Operation = Operation.CREATE
    at_top_level: bool = False
    """Master data always is, whatever the level of transactions (guide, "Master data")."""
    waits: tuple[WaitFor, ...] = ()
    """It is held until all of these have arrived."""
    after: int | None = None
    """It goes after this one of the same call, an earlier one: parts of one document keep their order."""
    id: str = field(default_factory=new_ulid)
    """The delivery's, so that others of the same call can wait for it."""


def add_deliveries(
    *,
    connection: IntacctConfiguration,
    wanted: Sequence[NewDelivery],
    levels: Mapping[str, IntegrationLevel] | None = None,
) -> list[Delivery]:
    """Store deliveries as pending, inside the caller's transaction, and wake a worker at its commit.

    What waits for something is held instead, until that arrives. It is looked at here, locked: whoever brings it
    either has done so, and nothing waits, or finds the wait when he lets go. An earlier one of the same call can be
    waited for too. `levels`: the countries' own, where the caller has read them.

    Scope, key and control ID are frozen here. Raises IntegrityError if one of the keys exists already: the caller
    has looked before, so somebody else was faster.
    """
    now = clock.database_now()
    deliveries: list[Delivery] = []
    waits: list[Wait] = []
    held: list[audit.Event] = []
    together = {one.id for one in wanted}
    elsewhere = [wait for one in wanted for wait in one.waits if wait.key not in together]
    missing = unmet(((connection.pk, wait.kind, wait.key) for wait in elsewhere), is_locked=True)
    if levels is None:
        levels = {} if all(one.at_top_level for one in wanted) else levels_by_country(connection)
    for one in wanted:
        level = levels.get(one.country, connection.integration_level)
        if one.at_top_level:
            level = IntegrationLevel.TOP
        entity = one.entity if level == IntegrationLevel.ENTITY else ""
        key = keys.delivery_key(
            intacct_company=connection.company_id, object_name=one.object_name, natural_key=one.natural_key
        )
        waited_for = [wait for wait in one.waits if wait.key in together or (connection.pk, wait.key) in missing]
        if one.after is not None:
            waited_for.append(_behind(deliveries[one.after]))
        deliveries.append(
            Delivery(
                id=one.id,
                connection=connection,
                kind=one.kind,
                object_name=one.object_name,
                operation=one.operation,
                natural_key=" / ".join(one.natural_key)[:200],
                number=one.number,
                key=key,
                integration_level=level,
                entity=entity,
                control_id=keys.control_id(key=key, entity=entity, epoch=1),
                state=State.HELD if waited_for else State.PENDING,
                due_at=now,
            )
        )
        if waited_for and one.after is None:  # a part behind another goes on by itself: no news
            held.append(moved(deliveries[-1], State.HELD, " ".join(wait.words for wait in waited_for)))
        waits += [
            Wait(delivery=deliveries[-1], for_kind=wait.kind, key=wait.key, words=wait.words) for wait in waited_for
        ]
    Delivery.objects.bulk_create(deliveries)
    Wait.objects.bulk_create(waits)
    if held:
        audit.record(held)
    wake(connection_id=connection.pk)
    return deliveries


def _behind(first: Delivery) -> WaitFor:
    words = f"{label_of(first.object_name)} {first.number} is not in Sage Intacct yet."
    return WaitFor(WaitKind.DELIVERY, first.pk, words)


def wake(*, connection_id: int) -> None:
    """Ask a worker to drain a connection once this transaction commits; many wishes become one message."""
    transaction.on_commit(lambda: _wake_once(connection_id))


def _wake_once(connection_id: int) -> None:
    now = clock.database_now()
    stale = now - datetime.timedelta(seconds=WAKE_UP_GRAIN_SECONDS)
    rows = ConnectionHealth.objects.filter(connection=connection_id)
    known = rows.values_list("wake_requested_at").first()
    if known is None:
        _, asked = ConnectionHealth.objects.get_or_create(
            connection_id=connection_id, defaults={"wake_requested_at": now}
        )
    elif known[0] is not None and known[0] >= stale:
        # Read before anything is written: mostly, a wake-up is on its way, and SQLite has one writer.
        return
    else:
        due = rows.filter(Q(wake_requested_at__isnull=True) | Q(wake_requested_at__lt=stale))
        asked = due.update(wake_requested_at=now) == 1
    if asked:
        enqueue(Wakeup.DRAIN, connection_id)
