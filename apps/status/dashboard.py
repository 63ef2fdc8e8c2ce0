"""The admin's first page: what needs a person first, then where everything stands. Each figure has its list."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration, secret_fields
from apps.configuration.set_up import SetUp, set_up
from apps.delivery.models import ConnectionHealth, WorkerHeartbeat
from apps.delivery.states import LOOKS, MOST_TELLING_FIRST, OPEN_STATES, Look, State
from apps.foundation import clock
from apps.postings.models import Posting, TargetDocument
from apps.postings.page import in_error, state_counts
from apps.status.attention import Matter, Situation, matters
from apps.status.figures import DayCounts, Freshness, counts_by_day, freshness, records_by_status
from apps.status.master_data import KindOfRecord, kinds_of_records
from apps.status.synchronised import LastRun, last_runs
from apps.status.throughput import Throughput, throughput
from apps.status.trend import Trend, trend_of

ALWAYS_SHOWN = frozenset({State.ERROR, State.VERIFYING, State.PENDING, State.POSTED})
ERRORS_SHOWN = 5
DAYS_SHOWN = 30
RUNS_SHOWN = 6


@dataclass(frozen=True)
class Tile:
    """How many postings are in a state, and the list of them."""

    state: State
    look: Look
    number: int
    link: str

    @property
    def label(self) -> str:
        return str(self.state.label)


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

    matters: list[Matter]
    errors: list[Posting]
    more_errors: int
    errors_link: str
    tiles: list[Tile]
    trend: Trend
    days: list[DayRow]
    throughput: Throughput
    posted_link: str
    kinds: list[KindOfRecord]
    freshness: Freshness
    configuration: IntacctConfiguration | None
    health: ConnectionHealth | None
    runs: tuple[LastRun, ...]
    beat: WorkerHeartbeat | None
    worker_is_alive: bool
    oldest: Oldest | None
    set_up: SetUp | None

    @property
    def nothing_yet(self) -> bool:
        return not any(tile.number for tile in self.tiles)

    @property
    def needs_nobody(self) -> bool:
        return not self.matters and not self.errors


def dashboard(viewer: Viewer, may_open: Callable[[str], bool]) -> Dashboard:
    """In a constant number of queries, whatever the size. `may_open`: whether the viewer has a permission."""
    now = clock.database_now()
    configuration = IntacctConfiguration.objects.defer(*secret_fields()).filter(is_active=True).first()
    situation = Situation(
        now=now,
        configuration=configuration,
        health=ConnectionHealth.objects.filter(connection=configuration).first(),
        beat=WorkerHeartbeat.objects.order_by("-beaten_at").first(),
        runs=last_runs(configuration.pk if configuration else None),
        records=records_by_status(),
    )
    counts = state_counts(viewer)
    days = counts_by_day(viewer.company_ids, now.date() - datetime.timedelta(days=DAYS_SHOWN - 1), now.date())
    return Dashboard(
        matters=matters(situation, may_open),
        errors=in_error(viewer, most=ERRORS_SHOWN),
        more_errors=max(0, counts[State.ERROR] - ERRORS_SHOWN),
        errors_link=postings_link(state=State.ERROR.value),
        tiles=_tiles(counts),
        trend=trend_of(days),
        days=[DayRow(day, postings_link(submitted=day.day.isoformat())) for day in reversed(days) if day.total],
        throughput=throughput(now),
        posted_link=postings_link(state=State.POSTED.value),
        kinds=kinds_of_records(situation.records),
        freshness=freshness(),
        configuration=configuration,
        health=situation.health,
        runs=situation.runs[:RUNS_SHOWN],
        beat=situation.beat,
        worker_is_alive=situation.worker_is_alive,
        oldest=_oldest(viewer),
        set_up=set_up() if may_open("configuration.view_intacctconfiguration") else None,
    )


def postings_link(**filters: str) -> str:
    """The list of postings, filtered."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{reverse('admin:postings_posting_changelist')}?{query}"


def _tiles(counts: dict[State, int]) -> list[Tile]:
    return [
        Tile(state, LOOKS[state], counts[state], postings_link(state=state.value))
        for state in MOST_TELLING_FIRST
        if counts[state] or state in ALWAYS_SHOWN
    ]


def _oldest(viewer: Viewer) -> Oldest | None:
    """Of what is open; one query through the index of the few open rows, and one for the posting."""
    mine = Posting.objects.visible_to(viewer)
    documents = TargetDocument.objects.filter(delivery__state__in=OPEN_STATES)
    if viewer.company_ids is not None:
        documents = documents.filter(posting__in=mine)
    first = documents.order_by("delivery__id").values_list("posting", flat=True).first()
    posting = mine.filter(pk=first).first() if first is not None else None
    if posting is None:
        return None
    return Oldest(posting, posting.created_at, reverse("admin:postings_posting_change", args=[posting.pk]))
