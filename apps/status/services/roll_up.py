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
from apps.status.models import HourFigure, RollUp, StaleFigure
from apps.status.services.counting import COUNTS, count_records
from apps.status.services.noting import HOURS_KEPT, note_changes, note_everything
from apps.status.services.posted import count_posted

TURN = datetime.timedelta(minutes=7)
"""Longer than the queue lets a task work: a dead worker's turn ends by itself."""

BUDGET_SECONDS = 45.0
AT_ONCE = 500
WAKE_UP_GRAIN = datetime.timedelta(seconds=15)


def roll_up_figures(*, budget_seconds: float = BUDGET_SECONDS, everything: bool = False) -> int:
    """Count anew what changed; what a budget does not suffice for, the next one does. Returns how many were counted.

    Safe to run twice: a figure is always counted from the rows, never added to. While another worker has the turn,
    nothing is done.
    """
    ends = time.monotonic() + budget_seconds
    with _turn() as roll_up:
        if roll_up is None:
            return 0
        now = clock.database_now()
        if everything:
            note_everything(now)
        note_changes(roll_up, now)
        counted = 0
        while marks := _next_marks():
            kind = marks[0].kind
            COUNTS[kind]([mark.key for mark in marks])
            StaleFigure.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
            counted += len(marks)
            if time.monotonic() > ends:
                enqueue(Wakeup.FIGURES)
                return counted
        count_records()
        count_posted(now)
        HourFigure.objects.filter(hour__lt=now - HOURS_KEPT).delete()
        RollUp.objects.filter(pk=roll_up.pk).update(as_of=now)
        return counted


def _next_marks() -> list[StaleFigure]:
    """Some marks of one kind, oldest first."""
    first = StaleFigure.objects.first()
    return [] if first is None else list(StaleFigure.objects.filter(kind=first.kind)[:AT_ONCE])


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


def wake_for_figures() -> bool:
    """Wake a worker where something changed since changes were noted. Returns whether one was woken.

    Called every other second by each `worker`, and cheap: the newest changes stand at the ends of indexes.
    """
    roll_up, _ = RollUp.objects.get_or_create(pk=1)
    now = clock.database_now()
    if roll_up.noted_until is not None:
        is_new = roll_up.noted_until > now - WAKE_UP_GRAIN
        is_taken = roll_up.turn_until is not None and roll_up.turn_until >= now
        if is_new or is_taken or not _changed_since(roll_up.noted_until):
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
