"""How far a run is, for people: share, and how long it may still take."""

import datetime
from dataclasses import dataclass
from math import ceil

from django.utils import timezone

from apps.delivery.models.run import Run
from apps.delivery.states import RunState

FEWEST_FOR_AN_ESTIMATE = 500


@dataclass(frozen=True)
class Progress:
    """`percent` None: not known yet. `remaining` None: no estimate. `is_stalled`: its worker has died."""

    percent: int | None
    remaining: datetime.timedelta | None
    is_stalled: bool

    @property
    def minutes_left(self) -> int | None:
        """Rounded up: never "0 minutes left"."""
        return None if self.remaining is None else ceil(self.remaining.total_seconds() / 60)


def run_progress(run: Run, *, met: int) -> Progress:
    """Reads nothing: the run says it all. `met`: how many of its total it has been through."""
    percent = min(100, met * 100 // run.total) if run.total else None
    if run.state == RunState.FINISHED:
        percent = 100
    remaining = None
    if run.is_open and run.total and met >= FEWEST_FOR_AN_ESTIMATE:
        remaining = (timezone.now() - run.started_at) * max(0, run.total - met) / met
    return Progress(percent, remaining, run.is_stalled)
