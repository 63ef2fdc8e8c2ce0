"""Thirty days as bars: where each rectangle of the drawing stands, in whole units of its grid."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from apps.status.figures import DayCounts

HEIGHT = 120
STEP = 20
BAR = 14


@dataclass(frozen=True)
class Part:
    """A rectangle: so many documents in this state."""

    state: str
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Bar:
    """One day, its documents in a pile: posted below, pending in the middle, in error on top."""

    counts: DayCounts
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Trend:
    bars: tuple[Bar, ...]
    highest: int
    """Documents of the busiest day."""
    width: int
    height: int = HEIGHT
    bar_width: int = BAR

    @property
    def first_day(self) -> datetime.date | None:
        return self.bars[0].counts.day if self.bars else None

    @property
    def last_day(self) -> datetime.date | None:
        return self.bars[-1].counts.day if self.bars else None


def trend_of(days: Sequence[DayCounts]) -> Trend:
    """The drawing of these days, the oldest first."""
    highest = max((one.posted + one.pending + one.in_error for one in days), default=0)
    bars = tuple(Bar(one, _parts(one, index, highest)) for index, one in enumerate(days))
    return Trend(bars=bars, highest=highest, width=len(days) * STEP)


def _parts(day: DayCounts, index: int, highest: int) -> tuple[Part, ...]:
    """Few of many are still seen: a part is never thinner than three units, and the pile never higher than the grid."""
    x, y, parts = index * STEP + (STEP - BAR) // 2, HEIGHT, []
    for state, number in (("posted", day.posted), ("pending", day.pending), ("error", day.in_error)):
        if number:
            height = min(max(3, number * (HEIGHT - 6) // highest), y)
            y -= height
            parts.append(Part(state, x, y, height))
    return tuple(parts)
