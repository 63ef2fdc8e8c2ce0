"""The last day by hours as bars: where each rectangle of the drawing stands, in whole units of its grid."""

import datetime
from dataclasses import dataclass

from apps.status.figures import posted_by_hour

HOURS = 24
HEIGHT = 60
STEP = 20
BAR = 14


@dataclass(frozen=True)
class HourBar:
    """One hour (its beginning, UTC) and how many documents Intacct took."""

    hour: datetime.datetime
    posted: int
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Throughput:
    bars: tuple[HourBar, ...]
    width: int = HOURS * STEP
    height: int = HEIGHT
    bar_width: int = BAR

    @property
    def posted(self) -> int:
        """In all these hours."""
        return sum(bar.posted for bar in self.bars)

    @property
    def highest(self) -> int:
        return max(bar.posted for bar in self.bars)


def throughput(now: datetime.datetime) -> Throughput:
    """What was posted in the hour that runs and the 23 before it. One query."""
    hours = posted_by_hour(now - datetime.timedelta(hours=HOURS - 1), now)
    highest = max(number for _, number in hours)
    return Throughput(tuple(_bar(index, hour, number, highest) for index, (hour, number) in enumerate(hours)))


def _bar(index: int, hour: datetime.datetime, number: int, highest: int) -> HourBar:
    height = max(2, number * (HEIGHT - 4) // highest) if number else 0
    return HourBar(hour, number, index * STEP + (STEP - BAR) // 2, HEIGHT - height, height)
