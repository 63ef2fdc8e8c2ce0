"""The admin's first page: what needs a person first, then where everything stands. Each figure has its list."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from apps.access.viewer import Viewer
from apps.configuration.set_up import SetUp, set_up
from apps.delivery.progress import DrainProgress, drain_part, drain_progress
from apps.delivery.states import OPEN_STATES, State
from apps.foundation.live import LivePart
from apps.postings.models import Posting
from apps.postings.selectors import oldest_in
from apps.status.attention import Situation, read_situation
from apps.status.figures import DayCounts, Freshness, counts_by_day, freshness
from apps.status.master_data import KindOfRecord, kinds_of_records
from apps.status.now import Now, now_of, postings_link
from apps.status.synchronised import LastRun
from apps.status.throughput import Throughput, throughput
from apps.status.trend import Trend, trend_of

DAYS_SHOWN = 30
RUNS_SHOWN = 6


@dataclass(frozen=True)
class DayRow:
    """A day of the table below the drawing: its figures, and the list behind each."""

    counts: DayCounts
    link: str


@dataclass(frozen=True)
class Oldest:
    """The open posting that waits longest."""

    posting: Posting
    since: datetime.datetime
    link: str


@dataclass(frozen=True)
class Dashboard:
    """Everything that the page shows."""

    now: Now
    trend: Trend
    days: list[DayRow]
    throughput: Throughput
    posted_link: str
    kinds: list[KindOfRecord]
    freshness: Freshness
    situation: Situation
    runs: tuple[LastRun, ...]
    oldest: Oldest | None
    set_up: SetUp | None
    drain: DrainProgress | None
    """How far the sending is; None where nothing was ever sent."""

    @property
    def drain_part(self) -> LivePart | None:
        return None if self.drain is None else drain_part(self.drain)


def dashboard(viewer: Viewer, may_open: Callable[[str], bool]) -> Dashboard:
    """In a constant number of queries, whatever the size. `may_open`: whether the viewer has a permission."""
    situation = read_situation()
    today = situation.now.date()
    days = counts_by_day(viewer.company_ids, today - datetime.timedelta(days=DAYS_SHOWN - 1), today)
    return Dashboard(
        now=now_of(situation, viewer, may_open),
        trend=trend_of(days),
        days=[DayRow(day, postings_link(submitted=day.day.isoformat())) for day in reversed(days) if day.total],
        throughput=throughput(situation.now),
        posted_link=postings_link(state=State.POSTED.value),
        kinds=kinds_of_records(situation.records),
        freshness=freshness(),
        situation=situation,
        runs=situation.runs[:RUNS_SHOWN],
        oldest=_oldest(viewer),
        set_up=set_up() if may_open("configuration.view_intacctconfiguration") else None,
        drain=drain_progress(situation.health) if situation.health is not None else None,
    )


def _oldest(viewer: Viewer) -> Oldest | None:
    """Of what is open."""
    for posting in oldest_in(OPEN_STATES, viewer, most=1):
        return Oldest(posting, posting.created_at, reverse("admin:postings_posting_change", args=[posting.pk]))
    return None
