"""Counting every figure anew, a slice at a time: how far it is, is a row, so that a kill costs one slice."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Min, QuerySet

from apps.foundation import clock
from apps.foundation.crash_points import reached
from apps.postings.models import Posting
from apps.status.models import PartnerFigure, PartnerKind, Recount, RecountSource, StaleKind
from apps.status.services.counting import COUNTS, quickly_planned
from apps.status.services.noting import HOURS_KEPT, RECORDS, hour_of

PARTNERS_AT_ONCE = 2000
POSTINGS_AT_ONCE = 20_000
"""Of customers or suppliers: half a second's work. One that has more is a slice of its own."""

DAYS_AT_ONCE = 7

Slice = tuple[list[str], str | None]
"""The figures to be counted next, and up to where that is; None: it is the last slice."""


def begin_recount(*, is_awaited: bool) -> None:
    """Have every figure counted anew.

    `is_awaited`: the figures are not right before it is over, so it begins afresh; one that only looks for defects lets
    another one that is under way end.
    """
    with transaction.atomic():
        if is_awaited:
            Recount.objects.all().delete()
        Recount.objects.bulk_create(
            [Recount(kind=kind, source=source, is_awaited=is_awaited) for kind, source in SLICES],
            ignore_conflicts=True,
        )


def recount_slice() -> int | None:
    """Count the next slice. Returns how many figures that were; None: no recount is under way."""
    part = Recount.objects.first()
    if part is None:
        return None
    with quickly_planned():
        keys, after = SLICES[part.kind, part.source](part.after)
        if keys:
            COUNTS[part.kind](keys)
        reached("before_recount_commit", document=part.kind)
        # Not if it began afresh meanwhile: those rows are others.
        done = Recount.objects.filter(pk=part.pk)
        if after is None:
            done.delete()
        else:
            done.update(after=after)
    return len(keys)


def _days(after: str) -> Slice:
    """From the first posting's day to today."""
    first = Posting.objects.aggregate(at=Min("created_at"))["at"]
    if first is None:
        return [], None
    day, today = first.date(), clock.database_now().date()
    if after:
        day = datetime.date.fromisoformat(after) + datetime.timedelta(days=1)
    days = [
        (day + datetime.timedelta(days=more)).isoformat() for more in range(min(DAYS_AT_ONCE, (today - day).days + 1))
    ]
    return days, days[-1] if len(days) == DAYS_AT_ONCE else None


def _hours(after: str) -> Slice:
    now = clock.database_now()
    back = range(int(HOURS_KEPT / datetime.timedelta(hours=1)))
    return [hour_of(now - datetime.timedelta(hours=number)) for number in back], None


def _partners(kind: PartnerKind, source: RecountSource, after: str) -> Slice:
    """IDs in the database's order. What a source before this one has, was counted with that one."""
    every = _sources(kind)
    rows, column = every[source]
    wanted, last = rows.filter(**{f"{column}__gt": after}), _last_of_slice(kind, after)
    if last is not None:
        wanted = wanted.filter(**{f"{column}__lte": last})
    codes: list[str] = list(wanted.order_by(column).values_list(column, flat=True).distinct()[:PARTNERS_AT_ONCE])
    end = codes[-1] if len(codes) == PARTNERS_AT_ONCE else last
    for earlier in list(every)[: list(every).index(source)]:
        rows, column = every[earlier]
        counted = rows.filter(**{f"{column}__in": codes}).order_by().values_list(column, flat=True).distinct()
        codes = sorted(set(codes) - set(counted))
    return codes, end


def _last_of_slice(kind: PartnerKind, after: str) -> str | None:
    """The ID with which there are enough postings for a slice, however few IDs these are. None: they are fewer."""
    postings = Posting.objects.filter(**{f"{kind.value}__gt": after}).order_by(kind.value)
    found: str | None = postings.values_list(kind.value, flat=True)[POSTINGS_AT_ONCE : POSTINGS_AT_ONCE + 1].first()
    return found


def _sources(kind: PartnerKind) -> dict[RecountSource, tuple[QuerySet[Any, Any], str]]:
    """Rows and the column of their ID."""
    return {
        RecountSource.RECORDS: (RECORDS[kind]._default_manager.all(), "code"),
        RecountSource.POSTINGS: (Posting.objects.all(), kind.value),
        RecountSource.FIGURES: (PartnerFigure.objects.filter(kind=kind), "code"),
    }


SLICES: dict[tuple[str, str], Callable[[str], Slice]] = {
    (StaleKind.DAY, RecountSource.POSTINGS): _days,
    (StaleKind.HOUR, RecountSource.POSTINGS): _hours,
    **{
        (kind.value, source): partial(_partners, kind, source)
        for kind in PartnerKind
        for source in (RecountSource.RECORDS, RecountSource.POSTINGS, RecountSource.FIGURES)
    },
}
"""All there is to be counted, in this order."""
