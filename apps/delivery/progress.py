"""How far the sending is: what waits, what went since, how fast, how long it may still take; and why nothing moves."""

import datetime
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.models.connection_health import Flow
from apps.delivery.models.heartbeat import HEARTBEAT_STALE
from apps.delivery.states import State
from apps.foundation.ids import made_at
from apps.foundation.live import LivePart, stamp_of
from apps.foundation.wording import translated
from apps.mapping.delivered_maps import DOCUMENTS, OUTBOUND
from apps.options.models import OptionCode
from apps.options.selectors import PATH, is_on

MOST_COUNTED = 100_000
LONGEST_WINDOW = datetime.timedelta(minutes=5)
SHORTEST_WINDOW = datetime.timedelta(seconds=30)
"""The rate is that of the last minutes; of a rush that has just begun, of its beginning."""

SOON = datetime.timedelta(seconds=10)
MOVING = (State.PENDING, State.SENDING, State.VERIFYING)
"""What goes by itself; the partial index of open rows has just these."""


@dataclass(frozen=True)
class StandStill:
    """Why nothing moves, and what to do: with a link to where it is done, if that is a page."""

    reason: str
    next_step: str
    link: str = ""
    link_words: str = ""


@dataclass(frozen=True)
class DrainProgress:
    """Deliveries of one connection. `waiting` is counted to a hundred thousand (`is_counted_to_its_end`).

    `sent` since `began_at`: when the oldest of those that waited was submitted. `remaining` None: no estimate.
    """

    health_id: int
    waiting: int
    held: int
    sent: int
    began_at: datetime.datetime
    a_minute: float
    remaining: datetime.timedelta | None
    stands_still: StandStill | None

    @property
    def is_open(self) -> bool:
        return self.waiting > 0

    @property
    def is_counted_to_its_end(self) -> bool:
        return max(self.waiting, self.sent) < MOST_COUNTED

    @property
    def total(self) -> int:
        return self.sent + self.waiting

    @property
    def minutes_left(self) -> int | None:
        """Rounded up: never "0 minutes left"."""
        return None if self.remaining is None else ceil(self.remaining.total_seconds() / 60)

    @property
    def words(self) -> str:
        """For a screen reader, and seldom another sentence: whether it goes on, stands still, or is through."""
        if not self.waiting:
            return _("Everything is sent.")
        if self.stands_still is not None:
            return self.stands_still.reason
        quarter = self.sent * 4 // self.total * 25
        return _("Sending: %(percent)d %% sent.") % {"percent": quarter}


def drain_progress(health: ConnectionHealth, *, began_at: datetime.datetime | None = None) -> DrainProgress:
    """How far the sending of this connection is. Nine queries at most, each through an index, however long the queue.

    `began_at`: what a page has shown first, so that its bar does not jump while the oldest are sent.
    """
    now = timezone.now()
    rows = Delivery.objects.filter(connection=health.connection_id)
    moving = rows.filter(state__in=MOVING)
    waiting = _counted(moving)
    if began_at is None:
        oldest = moving.aggregate(first=Min("pk"))["first"] if waiting else None
        began_at = made_at(oldest) if oldest else now
    went = rows.filter(state=State.POSTED, object_name__in=(*DOCUMENTS.objects(), *OUTBOUND.objects()))
    window = min(LONGEST_WINDOW, max(SHORTEST_WINDOW, now - began_at))
    a_minute = _counted(went.filter(posted_at__gt=now - window)) / (window.total_seconds() / 60)
    still = (why_nothing_moves(health.connection_id, health, now) or _not_due(moving, now)) if waiting else None
    return DrainProgress(
        health_id=health.pk,
        waiting=waiting,
        held=_counted(rows.filter(state=State.HELD)),
        sent=_counted(went.filter(posted_at__gte=began_at)),
        began_at=began_at,
        a_minute=a_minute,
        remaining=datetime.timedelta(minutes=waiting / a_minute) if a_minute and waiting < MOST_COUNTED else None,
        stands_still=still,
    )


def drain_part(progress: DrainProgress) -> LivePart:
    """The part of a page that shows it: `components/drain_progress.html`, with `drain_progress` in the context."""
    began = int(progress.began_at.timestamp())
    return LivePart(
        name="drain-progress",
        url=f"{reverse('admin:delivery_connectionhealth_drain', args=[progress.health_id])}?began={began}",
        template="components/drain_progress.html",
        stamp=stamp_of((progress.waiting, progress.held, progress.sent, progress.minutes_left, progress.stands_still)),
        is_open=progress.is_open,
        said=progress.words,
    )


def silent_worker(now: datetime.datetime | None = None) -> StandStill | None:
    """Says that no worker works, and what to do; None while one does. One query."""
    now = now or timezone.now()
    beat = WorkerHeartbeat.objects.order_by("-beaten_at").values_list("beaten_at", flat=True).first()
    if beat is not None and now - beat <= HEARTBEAT_STALE:
        return None
    next_step = _("Start the worker, or look at its log: see “What to do when” in docs/operations.md.")
    if beat is None:
        return StandStill(_("No worker has worked yet."), next_step)
    minutes = int((now - beat).total_seconds() // 60)
    reason = ngettext(
        "No worker has worked for %d minute.", "No worker has worked for %d minutes.", minutes
    )  # a sentence, not a counter: it changes once a minute
    return StandStill(reason % minutes, next_step)


def _counted(rows: Any) -> int:
    counted: int = rows.order_by().values("pk")[:MOST_COUNTED].count()
    return counted


def why_nothing_moves(
    connection_id: int, health: ConnectionHealth | None, now: datetime.datetime | None = None
) -> StandStill | None:
    """What keeps everything of a connection from moving; None where nothing does. Three queries at most."""
    now = now or timezone.now()
    if not is_on(OptionCode.SAGE_INTACCT):
        return StandStill(
            _("The option Sage Intacct is turned off: nothing is sent."),
            _("Turn its Active switch on under %(path)s.") % {"path": PATH},
            reverse("admin:options_option_changelist"),
            _("Open the options"),
        )
    if not IntacctConfiguration.objects.filter(pk=connection_id, is_active=True).exists():
        return StandStill(
            _("The configuration is not active: nothing is sent."),
            _("Activate the configuration."),
            reverse("admin:configuration_intacctconfiguration_changelist"),
            _("Open the configuration"),
        )
    if health is not None and health.flow == Flow.PAUSED:
        return StandStill(
            _("Sending is paused: %(reason)s") % {"reason": translated(health.reason)},
            health.next_step,
            reverse("admin:delivery_connectionhealth_change", args=[health.pk]),
            _("Open the connection to resume it"),
        )
    if health is not None and health.rest_until is not None and health.rest_until > now:
        return StandStill(
            _("Sage Intacct did not answer several times. It is tried again at %(time)s UTC.")
            % {"time": date_format(health.rest_until, "TIME_FORMAT")},
            _("Nothing to do: this goes on by itself."),
        )
    return silent_worker(now)


def _not_due(moving: Any, now: datetime.datetime) -> StandStill | None:
    """Everything was tried, and has a time at which it is tried or asked about again."""
    due = moving.aggregate(first=Min("due_at"))["first"]
    if due is None or due <= now + SOON or moving.filter(state=State.SENDING).exists():
        return None
    return StandStill(
        _("Nothing is due before %(time)s UTC: it was tried, and is tried or asked about again then.")
        % {"time": date_format(due, "TIME_FORMAT")},
        _("Nothing to do: this goes on by itself."),
    )
