"""Rolling up: what changed is noted, then counted anew, by one worker at a time (decision 0036)."""

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from django.db.models import Q

from apps.delivery.models import Delivery, IntegrationState
from apps.foundation import clock
from apps.foundation.wakeups import Wakeup, enqueue
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.status.models import HourFigure, Recount, RollUp, StaleFigure
from apps.status.services.counting import COUNTS, count_records, quickly_planned
from apps.status.services.noting import HOURS_KEPT, active_connection, note_changes
from apps.status.services.posted import count_posted
from apps.status.services.recount import begin_recount, recount_slice

TURN = datetime.timedelta(minutes=7)
"""Longer than the queue lets a task work: a dead worker's turn ends by itself."""

BUDGET_SECONDS = 45.0
RECOUNT_SECONDS = 2.0
"""What each roll-up gives to a recount that nobody waits for."""

AT_ONCE = 500
WAKE_UP_GRAIN = datetime.timedelta(seconds=15)
RECOUNT_GRAIN = datetime.timedelta(minutes=1)


def roll_up_figures(*, budget_seconds: float = BUDGET_SECONDS, everything: bool = False) -> int:
    """Count anew what changed; what a budget does not suffice for, the next one does. Returns how many were counted.

    The first time, and when another configuration became the active one, that is everything. Once a day everything is
    counted anew as well, so a defect in the noting heals, but beside the rest: some seconds of it each time.

    Safe to run twice: a figure is always counted from the rows, never added to. While another worker has the turn,
    nothing is done.
    """
    ends = time.monotonic() + budget_seconds
    with _turn() as roll_up:
        if roll_up is None:
            return 0
        now = clock.database_now()
        _begin_recount(roll_up, now, everything=everything)
        note_changes(roll_up, now)
        counted = 0
        for number in _work(ends):
            counted += number
            if not _keep_turn(roll_up):
                return counted
        if StaleFigure.objects.exists() or Recount.objects.filter(is_awaited=True).exists():
            enqueue(Wakeup.FIGURES)
            return counted
        count_records()
        count_posted(now)
        HourFigure.objects.filter(hour__lt=now - HOURS_KEPT).delete()
        RollUp.objects.filter(pk=roll_up.pk).update(as_of=now)
        return counted


def _begin_recount(roll_up: RollUp, now: datetime.datetime, *, everything: bool) -> None:
    """Where it is time for one."""
    noted = roll_up.noted_until
    if everything or noted is None or roll_up.connection_id != active_connection():
        begin_recount(is_awaited=True)
    elif noted.date() != now.date():
        begin_recount(is_awaited=False)


def _work(ends: float) -> Iterator[int]:
    """What changed, then of a recount as much as there is time for; how many figures after each step.

    A slice of a recount at the least, or a portal that changes faster than it counts would never end one.
    """
    while (number := _count_marked()) is not None:
        yield number
        if time.monotonic() > ends:
            break
    if not Recount.objects.filter(is_awaited=True).exists():
        ends = min(ends, time.monotonic() + RECOUNT_SECONDS)
    while (number := recount_slice()) is not None:
        yield number
        if time.monotonic() > ends:
            return


def _count_marked() -> int | None:
    """Some that are marked, of one kind, oldest first. None: none is left."""
    first = StaleFigure.objects.first()
    if first is None:
        return None
    marks = list(StaleFigure.objects.filter(kind=first.kind)[:AT_ONCE])
    with quickly_planned():
        COUNTS[first.kind]([mark.key for mark in marks])
        StaleFigure.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    return len(marks)


@contextmanager
def _turn() -> Iterator[RollUp | None]:
    """Take the turn and give it back; None while it is another's."""
    now, token = clock.database_now(), token_hex(16)
    RollUp.objects.get_or_create(pk=1)
    free = Q(turn_until__isnull=True) | Q(turn_until__lt=now)
    taken = RollUp.objects.filter(free, pk=1).update(turn_token=token, turn_until=now + TURN, wake_requested_at=None)
    if not taken:
        yield None
        return
    try:
        yield RollUp.objects.get(pk=1)
    finally:
        RollUp.objects.filter(turn_token=token).update(turn_token="", turn_until=None)


def _keep_turn(roll_up: RollUp) -> bool:
    """Have it for as long again. False: it took so long that another worker has it now, and goes on."""
    rows = RollUp.objects.filter(turn_token=roll_up.turn_token)
    return rows.update(turn_until=clock.database_now() + TURN) == 1


def wake_for_figures() -> bool:
    """Wake a worker where something changed since changes were noted, and each minute while a recount is under way.

    Returns whether one was woken.
    Called every other second by each `worker`, and cheap: the newest changes stand at the ends of indexes.
    """
    roll_up, _ = RollUp.objects.get_or_create(pk=1)
    now = clock.database_now()
    if roll_up.noted_until is not None:
        is_new = roll_up.noted_until > now - WAKE_UP_GRAIN
        is_taken = roll_up.turn_until is not None and roll_up.turn_until >= now
        if is_new or is_taken:
            return False
        if not _changed_since(roll_up.noted_until) and not _recount_goes_on(roll_up.noted_until, now):
            return False
    stale = Q(wake_requested_at__isnull=True) | Q(wake_requested_at__lt=now - WAKE_UP_GRAIN)
    asked = RollUp.objects.filter(stale, pk=roll_up.pk).update(wake_requested_at=now)
    if asked:
        enqueue(Wakeup.FIGURES)
    return bool(asked)


def _changed_since(moment: datetime.datetime) -> bool:
    if Delivery.objects.filter(updated_at__gt=moment).exists():
        return True
    return IntegrationState.objects.filter(node__in=OUTBOUND_NODES, updated_at__gt=moment).exists()


def _recount_goes_on(noted: datetime.datetime, now: datetime.datetime) -> bool:
    """A minute after the last slice of one that is under way; the day's first, when the day begins."""
    return noted <= now - RECOUNT_GRAIN and (noted.date() != now.date() or Recount.objects.exists())
