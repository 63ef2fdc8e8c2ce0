"""One delivery from its acceptance to its record in Sage Intacct: its way, its attempts and look-ups, its timeline."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.db import models
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.delivery.exchange import ShownAttempt, shown_attempt
from apps.delivery.models import Attempt, Delivery, Probe
from apps.delivery.states import LOOKS, Look, State
from apps.foundation.audit import AuditEntry

MOST_ROWS = 200
"""Attempts, look-ups and entries of the audit trail that are read for one page."""

WITH_TEXTS = 4
"""So many of the newest attempts are shown with request and answer, older ones by a link."""

SHOWN_AT_FIRST = 20


class Standing(models.TextChoices):
    """Where a step of the way stands."""

    DONE = "done", gettext_lazy("Done")
    NOW = "now", gettext_lazy("Now")
    FAILED = "failed", gettext_lazy("Failed")
    AHEAD = "ahead", gettext_lazy("To come")
    NEVER = "never", gettext_lazy("Will not happen")


@dataclass(frozen=True)
class Step:
    """One step of the way. `at`: when it was done, or when it was last worked on."""

    label: str
    standing: Standing
    words: str
    at: datetime.datetime | None = None
    link: str = ""

    @property
    def look(self) -> Look:
        return STANDING_LOOKS[self.standing]


STANDING_LOOKS = {
    Standing.DONE: Look("success", "check_circle", ""),
    Standing.NOW: Look("info", "pending", ""),
    Standing.FAILED: Look("danger", "error", ""),
    Standing.AHEAD: Look("default", "radio_button_unchecked", ""),
    Standing.NEVER: Look("default", "cancel", ""),
}


@dataclass(frozen=True)
class Happening:
    """One thing that happened, for the timeline."""

    at: datetime.datetime
    what: str
    who: str = ""
    note: str = ""
    icon: str = "history"
    link: str = ""
    permission: str = ""
    """Who may open the link (`app.codename`); to others it is not shown. Empty: whoever sees the page."""


@dataclass(frozen=True)
class Day:
    date: datetime.date
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class Timeline:
    """Newest first, by day (UTC). `earlier`: what is folded away at first."""

    newest: tuple[Day, ...]
    earlier: tuple[Day, ...]
    earlier_count: int


@dataclass(frozen=True)
class Story:
    """A delivery with its way, and its attempts and look-ups, newest first."""

    delivery: Delivery
    state: State
    look: Look
    way: tuple[Step, ...]
    attempts: tuple[ShownAttempt, ...]
    probes: tuple[Probe, ...]


def stories_of(
    deliveries: Sequence[Delivery], *, with_texts: bool, shown: Mapping[str, State] | None = None
) -> list[Story]:
    """The stories of these deliveries, by three queries. `shown`: their states as people see them."""
    keys = [delivery.pk for delivery in deliveries]
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    rows = Attempt.objects.filter(delivery__in=keys).defer("request_xml", "response_xml").order_by("-id")
    for attempt in rows[:MOST_ROWS]:
        attempts[attempt.delivery_id].append(attempt)
    probes: dict[str, list[Probe]] = defaultdict(list)
    for probe in Probe.objects.filter(delivery__in=keys).order_by("-id")[:MOST_ROWS]:
        probes[probe.delivery_id].append(probe)
    # One more than is shown: what the last of them is compared with.
    wanted = [one.pk for own in attempts.values() for one in own[: WITH_TEXTS + 1]] if with_texts else []
    whole = {one.pk: one for one in Attempt.objects.filter(pk__in=wanted)} if wanted else {}
    return [
        Story(
            delivery=delivery,
            state=State(delivery.state),
            look=LOOKS[delivery.state],
            way=way_of(delivery, attempts[delivery.pk], (shown or {}).get(delivery.pk)),
            attempts=_shown_attempts(attempts[delivery.pk], whole),
            probes=tuple(probes[delivery.pk]),
        )
        for delivery in deliveries
    ]


def _shown_attempts(attempts: Sequence[Attempt], whole: Mapping[str, Attempt]) -> tuple[ShownAttempt, ...]:
    shown = []
    for place, attempt in enumerate(attempts):
        if place >= WITH_TEXTS or attempt.pk not in whole:
            shown.append(ShownAttempt(attempt))
            continue
        before = whole.get(attempts[place + 1].pk) if place + 1 < len(attempts) else None
        shown.append(shown_attempt(whole[attempt.pk], before))
    return tuple(shown)


def way_of(delivery: Delivery, attempts: Sequence[Attempt], shown: State | None = None) -> tuple[Step, ...]:
    """Waits, sent, record: each with its time and state. `attempts` newest first; reads nothing."""
    state = shown or State(delivery.state)
    return (_waiting(delivery, attempts, state), _sending(delivery, attempts, state), _record(delivery, state))


def _waiting(delivery: Delivery, attempts: Sequence[Attempt], state: State) -> Step:
    label = _("Waits")
    if state == State.HELD:
        return Step(label, Standing.NOW, str(LOOKS[state].meaning))
    if state == State.PENDING and delivery.due_at > timezone.now():
        return Step(label, Standing.NOW, _("It is tried again at %(time)s UTC.") % {"time": _time(delivery.due_at)})
    if state == State.PENDING:
        return Step(label, Standing.NOW, _("Its turn comes within a minute."))
    if state == State.CANCELLED and not attempts:
        return Step(label, Standing.NEVER, _("Cancelled before it was sent."), delivery.updated_at)
    first = attempts[-1].started_at if attempts else None
    return Step(label, Standing.DONE, _("It was its turn.") if first else "", first)


def _sending(delivery: Delivery, attempts: Sequence[Attempt], state: State) -> Step:
    label, sent = _("Sent"), delivery.last_sent_at
    tried = ngettext("%d attempt.", "%d attempts.", len(attempts)) % len(attempts) if attempts else ""
    if state == State.POSTED:
        return Step(label, Standing.DONE, tried, sent)
    if state == State.SENDING:
        return Step(label, Standing.NOW, _("It is on its way."), sent)
    if state == State.VERIFYING:
        words = _("No clear answer arrived. Intacct is asked at %(time)s UTC.") % {"time": _time(delivery.due_at)}
        return Step(label, Standing.NOW, words, sent)
    if state == State.ERROR:
        return Step(
            label, Standing.FAILED, str((delivery.problem or {}).get("detail", "")), sent or delivery.updated_at
        )
    if state == State.CANCELLED:
        return Step(label, Standing.NEVER, tried, sent)
    return Step(label, Standing.AHEAD, tried, sent)


def _record(delivery: Delivery, state: State) -> Step:
    label = _("Record in Sage Intacct")
    if state == State.POSTED:
        words = _("Record %(number)s") % {"number": delivery.record_no}
        return Step(label, Standing.DONE, words, delivery.posted_at, delivery.record_url)
    if state == State.CANCELLED:
        return Step(label, Standing.NEVER, _("It was cancelled."))
    return Step(label, Standing.AHEAD, "")


def _time(moment: datetime.datetime) -> str:
    return date_format(moment, "H:i:s")


def happenings_of(story: Story, name: str) -> Iterable[Happening]:
    """The attempts and look-ups of a delivery, which `name` names, for the timeline."""
    for shown in story.attempts:
        attempt = shown.attempt
        words = {"object": name, "number": attempt.number, "outcome": attempt.get_outcome_display()}
        ended = _("%(object)s, attempt %(number)d: %(outcome)s")
        what = (ended if attempt.outcome else _("%(object)s, attempt %(number)d began")) % words
        yield Happening(attempt.started_at, what, attempt.worker, attempt.note, "outbox", f"#facts-{attempt.pk}")
    for probe in story.probes:
        what = _("%(object)s looked up in Intacct: %(verdict)s") % {
            "object": name,
            "verdict": probe.get_verdict_display(),
        }
        yield Happening(probe.asked_at, what, "", probe.note, "manage_search")


def timeline(happenings: Iterable[Happening], may_open: Callable[[str], bool] | None = None) -> Timeline:
    """One list in time order, newest first, by day. `may_open`: whether who looks has a permission; None: none."""
    shown = (
        one
        if not one.permission or (may_open is not None and may_open(one.permission))
        else replace(one, link="", permission="")
        for one in happenings
    )
    ordered = sorted(shown, key=lambda one: one.at, reverse=True)
    earlier = ordered[SHOWN_AT_FIRST:]
    return Timeline(_days(ordered[:SHOWN_AT_FIRST]), _days(earlier), len(earlier))


def _days(happenings: Sequence[Happening]) -> tuple[Day, ...]:
    by_day = groupby(happenings, key=lambda one: one.at.astimezone(datetime.UTC).date())
    return tuple(Day(date, tuple(rows)) for date, rows in by_day)


def entries_of(subjects: Mapping[str, Sequence[str]]) -> list[AuditEntry]:
    """The newest entries of the audit trail about these things, by kind and IDs. One query."""
    return list(AuditEntry.objects.filter(_about(subjects)).order_by("-id")[:MOST_ROWS])


def newest_entry(subjects: Mapping[str, Sequence[str]]) -> int | None:
    """The number of the newest of them: it moves whenever something of them does. One query."""
    newest: int | None = AuditEntry.objects.filter(_about(subjects)).aggregate(newest=Max("id"))["newest"]
    return newest


def _about(subjects: Mapping[str, Sequence[str]]) -> Q:
    wanted = Q(pk__in=())
    for kind, keys in subjects.items():
        wanted |= Q(subject_type=kind, subject_id__in=keys)
    return wanted
