"""When Sage Intacct was last asked for something, and what came of it."""

import datetime
from dataclasses import dataclass

from apps.synchronisation.models import RunState, SynchronisationRun


@dataclass(frozen=True)
class LastAsked:
    """The last good answer's time, and the words of a failure since."""

    at: datetime.datetime | None
    failed: str = ""


def last_asked(wanted: str) -> LastAsked:
    """Two queries: the newest run of an object, and the newest that finished."""
    runs = SynchronisationRun.objects.filter(object=wanted)
    newest = runs.exclude(state=RunState.RUNNING).first()
    good = runs.filter(state=RunState.FINISHED).first()
    failed = " ".join(newest.messages) if newest is not None and newest.state == RunState.FAILED else ""
    return LastAsked(at=good.finished_at if good else None, failed=failed)
