"""Reading financial data from Sage Intacct: page by page, each stored together with how far the run is."""

import time
from collections.abc import Callable

from django.db import transaction

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.delivery.services import runs
from apps.delivery.services.runs import MOST_SETBACKS, PASSING, SLICE_SECONDS, patience_with
from apps.foundation import clock
from apps.foundation.crash_points import reached
from apps.foundation.wording import in_english
from apps.intacct import Client, Done, IntacctError
from apps.mapping.reading import InboundMap, inbound_map
from apps.options.errors import OptionOff
from apps.options.models import OptionCode
from apps.options.selectors import is_on
from apps.synchronisation.models import RunMode, RunState, SynchronisationRun
from apps.synchronisation.services.dimension_types import discover_dimensions
from apps.synchronisation.services.inbound_records import deactivate_unseen, model_of, number_known, object_of, store
from apps.synchronisation.services.outbound_runs import work_outbound
from apps.synchronisation.services.runs import end_run, start_run
from apps.synchronisation.services.why_refused import why_refused

Progress = Callable[[SynchronisationRun], None]

PAUSE_SECONDS = 1.0
MOST_MESSAGES = 20


def _silent(run: SynchronisationRun) -> None:
    return None


@in_english
def synchronise(
    *,
    connection: IntacctConfiguration,
    wanted: str,
    started_by: str,
    mode: RunMode = RunMode.FULL,
    on_progress: Progress = _silent,
) -> SynchronisationRun:
    """Read an object in this process, to its end. Raises `OptionOff`, `RunIsOpen`."""
    run = start_run(connection=connection, wanted=wanted, started_by=started_by, mode=mode, wakes_worker=False)
    return work_to_the_end(run=run, on_progress=on_progress)


def work_to_the_end(*, run: SynchronisationRun, on_progress: Progress = _silent) -> SynchronisationRun:
    """Work a run here until it has ended; if a worker was faster, wait for its end. Off meanwhile: it stays waiting."""
    while not work_run(run_id=run.pk, budget_seconds=None, on_progress=on_progress):
        run.refresh_from_db()
        if not run.is_open or not is_on(OptionCode.SAGE_INTACCT):
            break
        on_progress(run)
        time.sleep(PAUSE_SECONDS)
    run.refresh_from_db()
    return run


def work_run(*, run_id: str, budget_seconds: float | None = SLICE_SECONDS, on_progress: Progress = _silent) -> bool:
    """Work a run until its end, or until the budget is used up. Returns whether it ended here.

    Safe to run twice, at once, never, or late. What is gone in Intacct becomes inactive after a complete reading,
    never after one that failed. No remote call runs inside a transaction.
    """
    token = runs.claim(SynchronisationRun, run_id)
    if token is None:
        return False
    run = SynchronisationRun.objects.select_related("connection__chart_of_accounts").get(pk=run_id)
    began = time.monotonic()
    if not run.is_outbound and not run.is_discovery and model_of(object_of(run.object)) is None:
        words = (
            f"{run.object} belongs to no type that is here and active. Activate its dimension type (or run manage.py "
            "load_delivered_data), then synchronise again."
        )
        return end_run(run=run, token=token, state=RunState.FAILED, words=words)
    try:
        if run.is_outbound:
            return work_outbound(run=run, token=token, budget_seconds=budget_seconds, on_progress=on_progress)
        client = client_for(run.connection)
        try:
            if run.is_discovery:
                return discover_dimensions(run=run, token=token, client=client)
            while _next_page(run, client, token):
                on_progress(run)
                if budget_seconds is not None and time.monotonic() - began > budget_seconds:
                    runs.hand_on(run, token)
                    return False
        finally:
            client.close()
    except OptionOff:  # turned off meanwhile: it waits, and goes on from here
        runs.hand_on(run, token)
        return False
    except IntacctError as error:
        if isinstance(error, PASSING) and run.setbacks < MOST_SETBACKS:
            runs.hand_on(run, token, rest=patience_with(run, error))
            return False
        object_name = "" if run.is_outbound or run.is_discovery else object_of(run.object)
        words = why_refused(error, object_name, run.connection)
        return end_run(run=run, token=token, state=RunState.FAILED, words=words)
    on_progress(run)
    return _finish(run, token)


def work_due_runs() -> None:
    """Work what waits, and what a dead worker left, one slice of time in all; the rest has its own wake-ups."""
    ends = time.monotonic() + SLICE_SECONDS
    for run_id in runs.due(SynchronisationRun):
        left = ends - time.monotonic()
        if left <= 0:
            return
        work_run(run_id=run_id, budget_seconds=left)


def _next_page(run: SynchronisationRun, client: Client, token: str) -> bool:
    """Read and store the page after the cursor. False: it was the last one, or the run is not ours any more."""
    object_name = object_of(run.object)
    mapped = inbound_map(object_name)
    asked_at = clock.database_now()
    answer = runs.asked(run, token, client, mapped.question(after=run.cursor, since=run.since))
    if answer is None:
        return False
    if run.total is None:
        run.total = answer.total or 0
    with transaction.atomic():
        stored = store(
            rows=answer.rows,
            object_name=object_name,
            connection=run.connection,
            asked_at=asked_at,
            since=run.started_at,
        )
        run.done += stored.number
        run.failed += len(stored.unread)
        words = [f"{one.key}: {one.message}" for one in stored.unread]
        run.messages = [*run.messages, *words][:MOST_MESSAGES]
        _advance(run, mapped, answer)
        ours = runs.keep(
            run,
            token,
            total=run.total,
            done=run.done,
            failed=run.failed,
            messages=run.messages,
            cursor=run.cursor,
            newest_change=run.newest_change,
        )
        if not ours:  # cancelled, or taken over: its reader has stored the same page
            transaction.set_rollback(True)
            return False
        reached("before_page_commit", document=run.object)
    reached("after_page_commit", document=run.object)
    return bool(answer.remaining and answer.rows)


def _advance(run: SynchronisationRun, mapped: InboundMap, answer: Done) -> None:
    run.cursor = max([run.cursor, *(mapped.record_number(row) for row in answer.rows)])
    changes = [moment for row in answer.rows if (moment := mapped.modified_at(row)) is not None]
    known = [run.newest_change] if run.newest_change else []
    run.newest_change = max([*known, *changes], default=None)


def _finish(run: SynchronisationRun, token: str) -> bool:
    removed = 0
    cut = _looks_cut(run)
    if cut:
        return end_run(run=run, token=token, state=RunState.FAILED, words=cut)
    if run.mode == RunMode.FULL and SynchronisationRun.objects.filter(pk=run.pk, lease_token=token).exists():
        removed = deactivate_unseen(object_name=object_of(run.object), connection=run.connection, since=run.started_at)
    words = f"{removed} no longer in Intacct: made inactive." if removed else ""
    return end_run(run=run, token=token, state=RunState.FINISHED, removed=removed, words=words)


def _looks_cut(run: SynchronisationRun) -> str:
    """Why a complete reading is not believed: it brought nothing, or less than was announced. Empty: it is.

    Believed, it would make inactive whatever it did not bring. By force it is: somebody looked.
    """
    met = run.done + run.failed
    if run.mode != RunMode.FULL or run.is_forced:
        return ""
    known = number_known(object_of(run.object))
    if not met and known:
        return (
            f"Sage Intacct answered with no record at all, but {known} are known here: nothing was made inactive. "
            "Check the web services user's permissions and its access to the top level, then synchronise again. If "
            "they are really gone, force it."
        )
    if run.total is not None and met < run.total:
        return (
            f"Sage Intacct announced {run.total} records and gave {met}: nothing was made inactive. Synchronise again."
        )
    return ""
