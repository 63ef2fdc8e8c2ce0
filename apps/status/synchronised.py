"""The newest synchronisation of each object."""

import datetime
from dataclasses import dataclass

from django.db.models import Max
from django.urls import reverse

from apps.synchronisation.models import RunState, SynchronisationRun
from apps.synchronisation.selectors import synchronised_objects


@dataclass(frozen=True)
class LastRun:
    """What was synchronised, how it ended or where it is, and its page."""

    label: str
    state: RunState
    words: str
    started_at: datetime.datetime
    finished_at: datetime.datetime | None
    done: int
    failed: int
    link: str

    @property
    def has_failed(self) -> bool:
        return self.state == RunState.FAILED

    @property
    def is_open(self) -> bool:
        return self.state in (RunState.WAITING, RunState.RUNNING)


def last_runs(connection: int | None) -> tuple[LastRun, ...]:
    """With this configuration, newest first. Three queries."""
    runs = SynchronisationRun.objects.filter(connection=connection)
    newest = runs.order_by().values("object").annotate(last=Max("pk")).values("last")
    labels = synchronised_objects()
    return tuple(
        LastRun(
            label=labels.get(run.object, run.object),
            state=RunState(run.state),
            words=" ".join(run.messages),
            started_at=run.started_at,
            finished_at=run.finished_at,
            done=run.done,
            failed=run.failed,
            link=reverse("admin:synchronisation_synchronisationrun_change", args=[run.pk]),
        )
        for run in SynchronisationRun.objects.filter(pk__in=newest).order_by("-pk")
    )
