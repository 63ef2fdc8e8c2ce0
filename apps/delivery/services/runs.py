"""Claiming, keeping, handing on and ending a run. The row decides who works it; a dead worker's run is taken over."""

import datetime
import secrets
import time
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from apps.delivery import patience
from apps.delivery.models.run import Run
from apps.delivery.states import OPEN_RUN_STATES, RunState
from apps.foundation import audit, clock
from apps.foundation.wakeups import enqueue
from apps.intacct import (
    Client,
    ConnectTimedOut,
    Done,
    IntacctError,
    OutcomeUnknown,
    Query,
    ServiceUnavailable,
    TooManyRequests,
    Unreachable,
)
from apps.options.models import OptionCode
from apps.options.selectors import is_on

AnyRun = TypeVar("AnyRun", bound=Run)

SLICE_SECONDS = 40.0
"""How long a worker goes on before it hands a run on, so that postings do not wait behind 50,000 records."""

PASSING = (TooManyRequests, ServiceUnavailable, Unreachable, ConnectTimedOut)
"""Failures that pass by themselves: the run waits and goes on where it is."""

MOST_SETBACKS = 6
TRIES = 3
PAUSE_SECONDS = 1.0
DUE_AT_ONCE = 20


def store_run(run: Run, event: audit.Event, *, wakes_worker: bool) -> None:
    """Store a new run, and wake a worker unless the caller works it itself. Raises `IntegrityError` by its constraints.

    It starts by the database's clock, as what is stored: hosts may differ, and what is older is taken for gone.
    """
    with transaction.atomic():
        run.save(force_insert=True)
        run.started_at = clock.database_now()
        run.save(update_fields=["started_at"])
        audit.record(event)
        if wakes_worker:
            enqueue(run.wakeup, run.pk)


def claim(runs: type[Run], run_id: str) -> str | None:
    """Take a waiting run, or one whose worker died. Returns the lease's token; None where it is not to be had.

    A worker that died on it counts as a setback.
    """
    if not is_on(OptionCode.SAGE_INTACCT):
        return None
    now, token = clock.database_now(), secrets.token_hex(16)
    free = Q(state=RunState.WAITING) & _rested(now) | _abandoned(now)
    run = runs._default_manager.select_related("connection").filter(free, pk=run_id).first()
    if run is None:
        return None
    taken = runs._default_manager.filter(free, pk=run_id).update(
        state=RunState.RUNNING,
        lease_token=token,
        lease_until=now + run.connection.lease,
        setbacks=F("setbacks") + Case(When(state=RunState.RUNNING, then=Value(1)), default=Value(0)),
    )
    return token if taken else None


def keep(run: Run, token: str, **values: Any) -> bool:
    """Renew the lease, and write down `values` with it. False: the run was cancelled, or taken over."""
    until = clock.database_now() + run.connection.lease
    ours = type(run)._default_manager.filter(pk=run.pk, lease_token=token, state=RunState.RUNNING)
    return bool(ours.update(lease_until=until, **values))


def hand_on(run: Run, token: str, *, rest: datetime.timedelta | None = None, is_setback: bool = True) -> None:
    """Give a run back that needs more than one slice of a worker's time, and wake the next.

    `rest`: Intacct asks for patience, or is not reached; nobody takes the run before that. A run that goes on has its
    setbacks behind it; `is_setback` False: it only waits for its turn.
    """
    values: dict[str, Any] = {"not_before": None, "setbacks": 0}
    if rest is not None:
        values = {"not_before": clock.database_now() + rest, "setbacks": run.setbacks + is_setback}
    with transaction.atomic():
        ours = type(run)._default_manager.filter(pk=run.pk, lease_token=token, state=RunState.RUNNING)
        if ours.update(state=RunState.WAITING, lease_token="", lease_until=None, **values):
            enqueue(run.wakeup, run.pk)


def end(run: Run, token: str, *, state: RunState, event: audit.Event, words: str = "", **values: Any) -> bool:
    """Write down how a run ended. False: this worker does not own it any more."""
    run.messages = [*run.messages, words] if words else run.messages
    run.state, run.finished_at = state, clock.database_now()
    for name, value in values.items():
        setattr(run, name, value)
    with transaction.atomic():
        ended = (
            type(run)
            ._default_manager.filter(pk=run.pk, lease_token=token, state=RunState.RUNNING)
            .update(
                state=state,
                messages=run.messages,
                finished_at=run.finished_at,
                lease_token="",
                lease_until=None,
                **values,
            )
        )
        if ended:
            audit.record(event)
    return bool(ended)


def cancel(run: Run, event: audit.Event) -> bool:
    """Stop a run after the page that is being worked on. False: it has ended already."""
    with transaction.atomic():
        stopped = (
            type(run)
            ._default_manager.filter(pk=run.pk, state__in=OPEN_RUN_STATES)
            .update(state=RunState.CANCELLED, finished_at=clock.database_now(), lease_token="", lease_until=None)
        )
        if stopped:
            audit.record(event)
    return bool(stopped)


def due(runs: type[Run]) -> list[str]:
    """Runs that wait, and those whose worker died: whatever became of their wake-ups."""
    now = clock.database_now()
    found = runs._default_manager.filter(
        _abandoned(now) | Q(state=RunState.WAITING) & _rested(now), connection__is_active=True
    ).order_by("id")
    return list(found.values_list("pk", flat=True)[:DUE_AT_ONCE])


def asked(run: Run, token: str, client: Client, question: Query) -> Done | None:
    """An answer, or None where the run is not ours any more.

    A cut or lost answer is asked for again: a reading changes nothing over there.
    """
    for tries_left in reversed(range(TRIES)):
        if not keep(run, token):
            return None
        try:
            return client.ask(question)
        except OutcomeUnknown:
            if not tries_left:
                raise
            time.sleep(PAUSE_SECONDS * (TRIES - tries_left))
    raise AssertionError("not reached")


def patience_with(run: Run, error: IntacctError) -> datetime.timedelta:
    """As long as Intacct asks for; otherwise one unit of the connection's patience, doubling."""
    asked = getattr(error, "retry_after", None)
    if asked:
        return datetime.timedelta(seconds=float(asked))
    return patience.rest(run.connection, failures=patience.FAILURES_BEFORE_REST + run.setbacks)


def _rested(now: datetime.datetime) -> Q:
    return Q(not_before__isnull=True) | Q(not_before__lte=now)


def _abandoned(now: datetime.datetime) -> Q:
    return Q(state=RunState.RUNNING, lease_until__lt=now)
