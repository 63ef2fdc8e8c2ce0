"""A run over everything that goes out: page by page, so that memory and the time of a worker stay bounded."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.delivery import patience
from apps.delivery.services import health, runs
from apps.delivery.services.runs import MOST_SETBACKS
from apps.delivery.states import IntegrationStatus
from apps.foundation import clock
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.options.models import OptionCode
from apps.options.selectors import is_on
from apps.synchronisation.models import OUTBOUND_OBJECTS, RunState, SynchronisationRun
from apps.synchronisation.services.outbound import mark_records_due, work
from apps.synchronisation.services.preflight import why_none_would_arrive
from apps.synchronisation.services.runs import end_run
from apps.synchronisation.sources import OBJECT_OF_NODE

PAGE = 500
MOST_MESSAGES = 20
LONGEST_TURN_SECONDS = 20.0
_NOT_REACHED = (
    "Sage Intacct did not answer for some time. What was not sent yet is due, and goes on by itself when it answers; "
    "test the connection."
)


def work_outbound(
    *,
    run: SynchronisationRun,
    token: str,
    budget_seconds: float | None,
    on_progress: Callable[[SynchronisationRun], None],
) -> bool:
    """Send a page of records after the other. Returns whether the run ended here; a dead worker's is taken over.

    A record whose outcome is not known yet does not hold up the run: the Integration page follows it. Raises
    `IntacctError` where nobody can sign in. What would be wrong with every record ends it before the first one is sent.
    """
    began = time.monotonic()
    records = _records(run)
    if run.total is None:
        wrong = why_none_would_arrive(run.connection, OBJECT_OF_NODE[OUTBOUND_OBJECTS[run.object]])
        if wrong:
            return end_run(run=run, token=token, state=RunState.FAILED, words=wrong)
        run.total = records.count()
    while page := list(records.filter(pk__gt=run.cursor).order_by("pk").values_list("pk", "code")[:PAGE]):
        if not runs.keep(run, token):
            return False
        codes = [code for _pk, code in page]
        if not _take(run, token, page[-1][0], codes):
            return False
        stopped = _sent(run, token)
        if stopped is not None:
            if not stopped:  # off: it waits, and goes on with this page
                run.cursor = page[0][0] - 1
                _keep(run, token)
                runs.hand_on(run, token)
                return False
            return end_run(run=run, token=token, state=RunState.FAILED, words=stopped)
        if _left(run, codes):
            run.cursor = page[0][0] - 1
            _keep(run, token)
            if run.setbacks >= MOST_SETBACKS:
                return end_run(run=run, token=token, state=RunState.FAILED, words=_NOT_REACHED)
            rest = patience.rest(run.connection, failures=patience.FAILURES_BEFORE_REST + run.setbacks)
            runs.hand_on(run, token, rest=rest)
            return False
        _count(run, codes)
        on_progress(run)
        if budget_seconds is not None and time.monotonic() - began > budget_seconds:
            _keep(run, token)
            runs.hand_on(run, token)
            return False
    _keep(run, token)
    return end_run(run=run, token=token, state=RunState.FINISHED, words=_still_going(run))


def _left(run: SynchronisationRun, codes: Sequence[str]) -> bool:
    """Whether records of the page could not even be looked at: Intacct did not answer."""
    object_name = OBJECT_OF_NODE[OUTBOUND_OBJECTS[run.object]]
    states = run.connection.integration_states.filter(object_name=object_name, key__in=codes)
    return states.filter(is_due=True, is_in_flight=False).exists()


def _records(run: SynchronisationRun) -> QuerySet[Any, Any]:
    """Also what was deleted here and is still to be deleted there."""
    rows: QuerySet[Any, Any] = OUTBOUND_NODES[OUTBOUND_OBJECTS[run.object]].model._default_manager.all()
    return rows


@transaction.atomic
def _take(run: SynchronisationRun, token: str, last: int, codes: Sequence[str]) -> bool:
    """The page is due, and the run is behind it: one transaction. False: the run is not ours any more."""
    run.cursor = last
    if not _keep(run, token):
        return False
    mark_records_due(connection=run.connection, node=OUTBOUND_OBJECTS[run.object], codes=codes, forced=run.is_forced)
    return True


def _keep(run: SynchronisationRun, token: str) -> bool:
    return runs.keep(
        run, token, cursor=run.cursor, total=run.total, done=run.done, failed=run.failed, messages=run.messages
    )


def _sent(run: SynchronisationRun, token: str) -> str | None:
    """Send until nothing more can be done at once. Words: why it can't go on; empty: the option is off."""
    while True:
        more = work(connection=run.connection, budget_seconds=LONGEST_TURN_SECONDS)
        if not is_on(OptionCode.SAGE_INTACCT):
            return ""
        if not health.may_call(run.connection, now=clock.database_now()):
            row = health.health_of(run.connection)
            return f"{row.reason} {row.next_step}".strip() or "The connection rests after failures. Synchronise again."
        if not more or not runs.keep(run, token):
            return None


def _count(run: SynchronisationRun, codes: Sequence[str]) -> None:
    object_name = OBJECT_OF_NODE[OUTBOUND_OBJECTS[run.object]]
    states = run.connection.integration_states.filter(object_name=object_name, key__in=codes)
    failed = list(states.filter(status=IntegrationStatus.ERROR).values_list("key", "last_message"))
    run.failed += len(failed)
    run.done += len(codes) - len(failed)
    run.messages = [*run.messages, *(f"{key}: {message}" for key, message in failed)][:MOST_MESSAGES]


def _still_going(run: SynchronisationRun) -> str:
    object_name = OBJECT_OF_NODE[OUTBOUND_OBJECTS[run.object]]
    open_states = run.connection.integration_states.filter(object_name=object_name)
    number = open_states.filter(Q(is_due=True) | Q(is_in_flight=True)).count()
    return f"{number} still on their way: the Integration page shows how they end." if number else ""
