"""Deliveries that are held until something arrives: let go when it does, by whoever brings it."""

from collections.abc import Collection, Iterable, Sequence

from django.db import connection as database
from django.db import transaction
from django.db.models import QuerySet

from apps.delivery.journal import moved
from apps.delivery.keys import awaited
from apps.delivery.models import Delivery, IntegrationState, Wait
from apps.delivery.selectors import unmet
from apps.delivery.services.enqueue import wake
from apps.delivery.states import State
from apps.foundation import audit, clock
from apps.foundation.wording import in_english

Waits = QuerySet[Wait, Wait]

AT_ONCE = 1000
"""Waits that are looked at together, however many wait for one customer: bounded statements and memory."""

MOST_AT_ONCE = 2000
"""Waits that one sweep looks at: the next goes on behind them."""

SWEEP_SECONDS = 60


def look_at_records(states: Sequence[IntegrationState]) -> int:
    """Let go what waits for these records and has them now; what goes on waiting says why. Returns how many go on.

    In the transaction that changed the states. One query where nobody waits.
    """
    keys = {awaited(state.object_name, state.key) for state in states}
    connections = {state.connection_id for state in states}
    return release_waiting(keys=keys, among=Wait.objects.filter(delivery__connection__in=connections)) if keys else 0


def release_waiting(*, keys: Collection[str], among: Waits | None = None) -> int:
    """Let go what waits for these keys, where they are met: a document posted or cancelled, a record in Intacct.

    In the transaction that moved them, after the move. Asks whether each is met, so it may be called too often; one
    query where nobody waits. Returns how many deliveries go on.
    """
    if not keys:
        return 0
    waits = (Wait.objects.all() if among is None else among).filter(key__in=keys)
    waits = waits.select_related("delivery").only(*_LOOKED_AT).order_by("pk")
    went, page = 0, list(waits[:AT_ONCE])
    while page:
        went += _look_again(page)
        page = list(waits.filter(pk__gt=page[-1].pk)[:AT_ONCE]) if len(page) == AT_ONCE else []
    return went


_LOOKED_AT = ("for_kind", "key", "words", "delivery__connection")


def sweep() -> int:
    """What waits for something that is met anyhow, whatever became of the one who should have let it go.

    A bounded number each time, every minute the next ones. Returns how many go on. One query where nothing is held.
    """
    held = Delivery.objects.filter(state=State.HELD)
    if not held.exists():
        return 0
    freed = let_go(list(held.filter(waits__isnull=True).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]))
    number = Wait.objects.count()
    turns = max(1, -(-number // MOST_AT_ONCE))
    first = int(clock.database_now().timestamp() // SWEEP_SECONDS) % turns * MOST_AT_ONCE
    page = Wait.objects.order_by("pk").select_related("delivery").only(*_LOOKED_AT)[first : first + MOST_AT_ONCE]
    return freed + _look_again(list(page))


@in_english
def release_now(*, delivery: Delivery, actor: str, behind: Iterable[str] = ()) -> bool:
    """Send a held delivery without waiting, because a person says so. False: it is not held, or waits for `behind`.

    `behind`: deliveries whose order is kept whatever a person says, the other parts of its document.
    """
    with transaction.atomic():
        Wait.objects.filter(delivery=delivery).exclude(key__in=list(behind)).delete()
        return bool(let_go([delivery.pk], note="Sent without waiting.", actor=actor))


def _look_again(waits: Sequence[Wait]) -> int:
    if not waits:
        return 0
    with transaction.atomic():
        met, told = _sorted_out(waits)
        Wait.objects.bulk_update(told, ["words"], batch_size=500)
        if not met:
            return 0
        waiting = sorted({one.delivery_id for one in met})
        _lock(waiting)
        Wait.objects.filter(pk__in=[one.pk for one in met]).delete()
        return let_go(waiting)


def _sorted_out(waits: Sequence[Wait]) -> tuple[list[Wait], list[Wait]]:
    """Those that are met, and those that go on waiting for another reason than they say, which is put right."""
    missing = unmet((one.delivery.connection_id, one.for_kind, one.key) for one in waits)
    met, told = [], []
    for one in waits:
        why = missing.get((one.delivery.connection_id, one.key))
        if why is None:
            met.append(one)
        elif why and why != one.words:
            one.words = why
            told.append(one)
    return met, told


def _lock(deliveries: Sequence[str]) -> None:
    """Two who bring the last two things at once must see each other: one after the other, always in this order."""
    if database.features.has_select_for_update:
        rows = Delivery.objects.filter(pk__in=deliveries).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))


@in_english
@transaction.atomic
def let_go(deliveries: Sequence[str], *, note: str = "Goes on.", actor: str = audit.SYSTEM) -> int:
    """Those of these that are held and wait for nothing any more become pending. Returns how many."""
    if not deliveries:
        return 0
    _lock(deliveries)
    rows = Delivery.objects.filter(pk__in=deliveries, state=State.HELD, waits__isnull=True)
    free = list(rows.only("connection", "object_name", "number").order_by("pk"))
    now = clock.database_now()
    # Locked, so that all of them are as they were read: one statement for all, and compare-and-set all the same.
    Delivery.objects.filter(pk__in=[one.pk for one in free], state=State.HELD).update(
        state=State.PENDING, due_at=now, updated_at=now
    )
    audit.record([moved(one, State.PENDING, note, actor=actor) for one in free])
    for connection in {one.connection_id for one in free}:
        wake(connection_id=connection)
    return len(free)
