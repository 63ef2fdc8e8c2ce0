"""Working a comparison: page by page, each stored together with how far the run is."""

import time
from collections.abc import Callable
from enum import StrEnum
from functools import cached_property

from django.db import transaction

from apps.delivery.keys import is_marker
from apps.delivery.services import runs
from apps.delivery.services.runs import MOST_SETBACKS, PASSING, SLICE_SECONDS
from apps.delivery.services.send import note_connection_error
from apps.delivery.states import RunState
from apps.foundation.crash_points import reached
from apps.foundation.fields import SecretUnreadable
from apps.foundation.portions import portions
from apps.foundation.wording import in_english
from apps.intacct import AuthenticationRefused, IntacctError, ServiceUnavailable, TooManyRequests
from apps.mapping.delivered_maps import DOCUMENTS
from apps.mapping.object_maps import delivered_object_map
from apps.mapping.period_question import MOST_NUMBERS
from apps.options.errors import OptionOff
from apps.options.models import OptionCode
from apps.options.selectors import is_on
from apps.organisation.models import Site
from apps.reconciliation.comparison import Comparison, Scope
from apps.reconciliation.models import Finding, ReconciliationRun, Section
from apps.reconciliation.result import MOST_LISTED, Period, Reconciliation
from apps.reconciliation.services.asking import Asking, NotNow, NotOurs
from apps.reconciliation.services.intacct_books import IntacctBooks
from apps.reconciliation.services.posted_documents import (
    PostedDocuments,
    journals_of,
    not_posted,
    posted_elsewhere,
)
from apps.reconciliation.services.runs import event_of
from apps.reconciliation.stored import (
    companies_of,
    figures_with,
    findings_of,
    findings_of_waiting,
    outcome_of,
)

Progress = Callable[[ReconciliationRun], None]
STORED_AT_ONCE = 1000
PAUSE_SECONDS = 1.0


class Side(StrEnum):
    PORTAL = "portal"
    INTACCT = "intacct"


STEPS = tuple((object_name, side) for object_name in DOCUMENTS.objects() for side in Side)
"""Of each Intacct object: what the portal posted, then what Intacct holds besides."""


def _silent(run: ReconciliationRun) -> None:
    return None


@in_english
def work_run(
    *,
    run_id: str,
    budget_seconds: float | None = SLICE_SECONDS,
    is_patient: bool = True,
    on_progress: Progress = _silent,
) -> bool:
    """Work a comparison until its end, or until the budget is used up. Returns whether it ended here.

    Safe to run twice, at once, never, or late: it goes on at the page after the last one that was stored. Where
    Intacct is not reached the run waits, unless `is_patient` is False: then it has failed. No remote call runs inside
    a transaction, and nothing is changed over there.
    """
    token = runs.claim(ReconciliationRun, run_id)
    if token is None:
        return False
    run = ReconciliationRun.objects.select_related("connection").prefetch_related("companies").get(pk=run_id)
    if run.setbacks > MOST_SETBACKS:
        return _fail(run, token, _GIVEN_UP)
    began = time.monotonic()
    try:
        with Asking(run, token, is_patient=is_patient) as asking:
            work = _Work(run, token, asking)
            while run.step < len(STEPS):
                work.next_page()
                on_progress(run)
                if budget_seconds is not None and time.monotonic() - began > budget_seconds:
                    runs.hand_on(run, token)
                    return False
    except NotOurs:
        return False
    except OptionOff:  # turned off meanwhile: it waits, and goes on from here
        runs.hand_on(run, token)
        return False
    except NotNow as wait:
        if wait.is_setback and run.setbacks >= MOST_SETBACKS:
            return _fail(run, token, _RESTS)
        runs.hand_on(run, token, rest=wait.rest, is_setback=wait.is_setback)
        return False
    except (IntacctError, SecretUnreadable) as error:
        return _set_back(run, token, error, is_patient=is_patient)
    return _finish(run, token)


def work_to_the_end(*, run: ReconciliationRun) -> None:
    """Work a comparison here until it has ended; if a worker was faster, wait for its end. Off meanwhile: it waits."""
    while not work_run(run_id=run.pk, budget_seconds=None, is_patient=False):
        run.refresh_from_db()
        if not run.is_open or not is_on(OptionCode.SAGE_INTACCT):
            return
        time.sleep(PAUSE_SECONDS)
    run.refresh_from_db()


def work_due_runs() -> None:
    """Work what waits, and what a dead worker left, one slice of time in all; the rest has its own wake-ups."""
    ends = time.monotonic() + SLICE_SECONDS
    for run_id in runs.due(ReconciliationRun):
        left = ends - time.monotonic()
        if left <= 0:
            return
        work_run(run_id=run_id, budget_seconds=left)


_GIVEN_UP = (
    "The worker that compared stopped again and again at the same place, so the comparison was given up. Look at what "
    "the worker says, then compare again, or compare fewer days."
)
_RESTS = "Sage Intacct could not be asked for a long time. Test the connection, then compare again."


class _Work:
    """What one worker does for a run: the pages of one object after the other."""

    def __init__(self, run: ReconciliationRun, token: str, asking: Asking) -> None:
        self._run = run
        self._token = token
        self._asking = asking
        self._period = Period(run.first, run.last)
        self._object: _Object | None = None

    def next_page(self) -> None:
        """Raises what `Asking.ask` does."""
        object_name, side = STEPS[self._run.step]
        if self._object is None or self._object.name != object_name:
            self._object = _Object(object_name, self._run, self._asking, self._companies, self._entities)
        if self._run.total is None:
            self._run.total = self._number()
        portion = Reconciliation(self._period)
        page = self._object.posted if side == Side.PORTAL else self._object.held
        self._store(portion, page(portion, self._run.cursor))

    @cached_property
    def _companies(self) -> frozenset[int] | None:
        return None if self._run.covers_all else frozenset(one.pk for one in self._run.companies.all())

    @cached_property
    def _entities(self) -> frozenset[str] | None:
        """The entities that keep the books of these companies."""
        if self._companies is None:
            return None
        sites = Site.objects.filter(company__in=self._companies).select_related("financial_site")
        return frozenset(site.entity_id for site in sites)

    def _number(self) -> int:
        every = (PostedDocuments(self._run.connection, name, {}) for name in DOCUMENTS.objects())
        return sum(one.number_in(self._period, self._companies) for one in every)

    def _store(self, portion: Reconciliation, cursor: str) -> None:
        """The page's findings, the figures and the place to go on: one transaction, or none of them."""
        run = self._run
        rows = findings_of(run, portion)
        run.step, run.cursor, run.setbacks = run.step + (not cursor), cursor, 0
        figures = figures_with(run, portion)
        with transaction.atomic():
            if not runs.keep(run, self._token, total=run.total, step=run.step, cursor=cursor, setbacks=0, **figures):
                raise NotOurs
            Finding.objects.bulk_create(rows, batch_size=STORED_AT_ONCE)
            reached("before_comparison_commit")
        reached("after_comparison_commit")


class _Object:
    """One Intacct object of a run."""

    def __init__(
        self,
        name: str,
        run: ReconciliationRun,
        asking: Asking,
        companies: frozenset[int] | None,
        entities: frozenset[str] | None,
    ) -> None:
        self.name = name
        self._run = run
        self._companies = companies
        journals = journals_of(name)
        asked = delivered_object_map(name)
        in_field = asked.look_up.marked_in_field(run.connection.uses_marker_field)
        self._ours = PostedDocuments(run.connection, name, journals)
        self._books = IntacctBooks(asking, asked, in_field=in_field)
        self._scope = Scope(journals=frozenset(journals.values()), companies=companies, entities=entities)

    def posted(self, portion: Reconciliation, cursor: str) -> str:
        """A page of what the portal posted, each document with its record over there. Returns where to go on.

        By record number: it may have another date over there. Then by the key: it may have been made again.
        """
        part = self._ours.posted_in(portion.period, self._companies, after=cursor)
        comparison = Comparison(self.name, portion, self._scope)
        for some in portions(part.documents, MOST_NUMBERS):
            records = self._books.with_record_numbers([one.record_no for one in some])
            gone = [one.marker for one in some if one.record_no not in records]
            comparison.posted(some, records, self._books.with_markers(gone))
        return part.next

    def held(self, portion: Reconciliation, cursor: str) -> str:
        """A page of what Intacct holds: what is not among what was compared already. Returns where to go on."""
        page, has_more = self._books.of_period(portion.period, after=int(cursor or 0))
        comparison = Comparison(self.name, portion, self._scope)
        known = self._ours.with_record_numbers([one.record_no for one in page])
        left = [one for one in page if not comparison.is_compared(known.get(one.record_no))]
        marked = [one for one in left if one.record_no not in known and is_marker(one.marker)]
        by_key = self._ours.with_markers([one.marker for one in marked])
        taken = self._taken([one.record_no for one in marked if one.marker in by_key])
        comparison.held(self._books.with_lines(left) if left else left, known, by_key, taken)
        return page[-1].record_no if has_more else ""

    def _taken(self, numbers: list[str]) -> frozenset[str]:
        """Those that were compared in the place of a record that is gone."""
        if not numbers:
            return frozenset()
        compared = self._run.findings.filter(
            section=Section.DIFFERENT, object_name=self.name, record_no__in=numbers
        ).values_list("record_no", flat=True)
        return frozenset(compared)


def _set_back(run: ReconciliationRun, token: str, error: IntacctError | SecretUnreadable, *, is_patient: bool) -> bool:
    """Intacct did not answer: the run waits where that passes by itself; else it has failed."""
    if isinstance(error, AuthenticationRefused | TooManyRequests | ServiceUnavailable):
        # Tried on and on, Intacct would lock its user; and what it asks for holds for documents too.
        note_connection_error(run.connection, error)
    if is_patient and isinstance(error, PASSING) and run.setbacks < MOST_SETBACKS:
        runs.hand_on(run, token, rest=runs.patience_with(run, error))
        return False
    words = [f"Intacct can't be asked: {error}", error.next_step if isinstance(error, IntacctError) else ""]
    return _fail(run, token, " ".join(words).strip())


def _fail(run: ReconciliationRun, token: str, words: str) -> bool:
    event = event_of(run, "comparison_failed", run.started_by, company=companies_of(run), detail={"note": words})
    return runs.end(run, token, state=RunState.FAILED, event=event, words=words)


def _finish(run: ReconciliationRun, token: str) -> bool:
    period = Period(run.first, run.last)
    companies = None if run.covers_all else frozenset(one.pk for one in run.companies.all())
    waiting, number = not_posted(period, companies, MOST_LISTED)
    counts = {"missing": run.missing, "extra": run.extra, "different": run.different}
    event = event_of(
        run,
        "period_compared",
        run.started_by,
        company=companies_of(run),
        detail={"note": outcome_of(run), "posted": run.done, "agreeing": run.agreeing, **counts},
    )
    with transaction.atomic():
        ended = runs.end(
            run,
            token,
            state=RunState.FINISHED,
            event=event,
            not_posted=number,
            elsewhere=posted_elsewhere(period, companies, run.connection),
        )
        if ended:
            Finding.objects.bulk_create(findings_of_waiting(run, waiting), batch_size=STORED_AT_ONCE)
    return ended
