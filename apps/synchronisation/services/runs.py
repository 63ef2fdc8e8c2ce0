"""Starting, claiming, ending a synchronisation run. The row decides who works it; a dead worker's run is taken over."""

import datetime
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.configuration.models import IntacctConfiguration
from apps.foundation import audit, clock
from apps.foundation.wakeups import Wakeup, enqueue
from apps.foundation.wording import in_english
from apps.mapping.reading import inbound_map
from apps.mapping.selectors import require_sent
from apps.options.models import OptionCode
from apps.options.selectors import is_on, require
from apps.synchronisation.errors import RunHasEnded, RunIsOpen
from apps.synchronisation.models import (
    OPEN_RUN_STATES,
    OUTBOUND_OBJECTS,
    RunMode,
    RunState,
    SynchronisationRun,
    SynchronisedObject,
)
from apps.synchronisation.services.inbound_records import object_of
from apps.synchronisation.sources import OBJECT_OF_NODE

OVERLAP = datetime.timedelta(minutes=10)
"""Changes are read again from a little before the newest one met: a transaction there may end after its own time."""


@in_english
def start_run(
    *,
    connection: IntacctConfiguration,
    wanted: str,
    started_by: str,
    mode: RunMode = RunMode.FULL,
    since: datetime.datetime | None = None,
    forced: bool = False,
    wakes_worker: bool = True,
) -> SynchronisationRun:
    """Store a run and wake a worker, unless the caller works it itself.

    Changes only: since `since`, or a little before the newest change met so far.

    What goes out is always looked at as a whole; `forced` sends also what did not change. Where no complete reading
    came before, or the object does not say when a record was changed, everything is read.
    Raises `OptionOff`, `NotSynchronised`, `RunIsOpen`.
    """
    require(OptionCode.SAGE_INTACCT)
    if wanted in OUTBOUND_OBJECTS:
        require_sent(OBJECT_OF_NODE[OUTBOUND_OBJECTS[wanted]])
    elif wanted != SynchronisedObject.DIMENSION_TYPE:
        require_sent(object_of(wanted))
    begin = since or _newest_change(connection, wanted)
    if begin is None or not _tells_changes(wanted):
        mode = RunMode.FULL
    run = SynchronisationRun(
        connection=connection,
        object=wanted,
        mode=mode,
        is_forced=forced,
        since=begin if mode == RunMode.INCREMENTAL else None,
        started_by=started_by,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            # By the database's clock, as what is stored: hosts may differ, and what is older is taken for gone.
            run.started_at = clock.database_now()
            run.save(update_fields=["started_at"])
            audit.record(_event(run, "synchronisation_started", started_by))
            if wakes_worker:
                enqueue(Wakeup.SYNCHRONISE, run.pk)
    except IntegrityError:
        raise RunIsOpen(
            f"{run.get_object_display()} are being synchronised already.",
            next_step="Wait until that run has ended, or cancel it under Synchronisations.",
        ) from None
    return run


def _tells_changes(wanted: str) -> bool:
    """Whether it can be asked for what was changed since then."""
    if wanted in OUTBOUND_OBJECTS or wanted == SynchronisedObject.DIMENSION_TYPE:
        return False
    return bool(inbound_map(object_of(wanted)).modified)


def _newest_change(connection: IntacctConfiguration, wanted: str) -> datetime.datetime | None:
    """By Intacct's own clock, so that it does not matter how ours goes."""
    finished = SynchronisationRun.objects.filter(
        connection=connection, object=wanted, state=RunState.FINISHED, newest_change__isnull=False
    )
    newest = finished.order_by("-newest_change").values_list("newest_change", flat=True).first()
    return newest - OVERLAP if newest else None


def claim_run(run_id: str) -> str | None:
    """Take a waiting run, or one whose worker died. Returns the lease's token; None where it is not to be had."""
    if not is_on(OptionCode.SAGE_INTACCT):
        return None
    now, token = clock.database_now(), secrets.token_hex(16)
    rested = Q(not_before__isnull=True) | Q(not_before__lte=now)
    free = Q(state=RunState.WAITING) & rested | Q(state=RunState.RUNNING, lease_until__lt=now)
    run = SynchronisationRun.objects.select_related("connection").filter(free, pk=run_id).first()
    if run is None:
        return None
    taken = SynchronisationRun.objects.filter(free, pk=run_id).update(
        state=RunState.RUNNING, lease_token=token, lease_until=now + run.connection.lease
    )
    return token if taken else None


def keep_run(*, run: SynchronisationRun, token: str) -> bool:
    """Renew the lease before a call. False: the run was cancelled, or taken over."""
    until = clock.database_now() + run.connection.lease
    ours = SynchronisationRun.objects.filter(pk=run.pk, lease_token=token, state=RunState.RUNNING)
    return bool(ours.update(lease_until=until))


def hand_on(*, run: SynchronisationRun, token: str, rest: datetime.timedelta | None = None) -> None:
    """Give a run back that needs more than one slice of a worker's time, and wake the next.

    `rest`: Intacct asks for patience, or is not reached; nobody takes the run before that. A run that goes on has its
    setbacks behind it.
    """
    values = {"not_before": None, "setbacks": 0} if rest is None else _rested(run, rest)
    with transaction.atomic():
        if SynchronisationRun.objects.filter(pk=run.pk, lease_token=token, state=RunState.RUNNING).update(
            state=RunState.WAITING, lease_token="", lease_until=None, **values
        ):
            enqueue(Wakeup.SYNCHRONISE, run.pk)


def _rested(run: SynchronisationRun, rest: datetime.timedelta) -> dict[str, Any]:
    return {"not_before": clock.database_now() + rest, "setbacks": run.setbacks + 1}


def end_run(*, run: SynchronisationRun, token: str, state: RunState, removed: int = 0, words: str = "") -> bool:
    """Write down how a run ended. False: this worker does not own it any more."""
    run.messages = [*run.messages, words] if words else run.messages
    run.state, run.removed, run.finished_at = state, removed, clock.database_now()
    with transaction.atomic():
        ended = SynchronisationRun.objects.filter(pk=run.pk, lease_token=token, state=RunState.RUNNING).update(
            state=state,
            removed=removed,
            messages=run.messages,
            finished_at=run.finished_at,
            lease_token="",
            lease_until=None,
        )
        if ended:
            audit.record(_event(run, f"synchronisation_{state.value}", audit.SYSTEM, note=words))
    return bool(ended)


@in_english
@transaction.atomic
def cancel_run(*, run: SynchronisationRun, actor: str) -> None:
    """Stop a run after the page that is being read. What was read stays. Raises `RunHasEnded`."""
    stopped = SynchronisationRun.objects.filter(pk=run.pk, state__in=OPEN_RUN_STATES).update(
        state=RunState.CANCELLED, finished_at=clock.database_now(), lease_token="", lease_until=None
    )
    if not stopped:
        raise RunHasEnded(f"{run} has ended.", next_step="Reload it to see how.")
    audit.record(_event(run, "synchronisation_cancelled", actor))


def due_runs() -> list[str]:
    """Runs that wait, and those whose worker died: whatever became of their wake-ups."""
    now = clock.database_now()
    dead = Q(state=RunState.RUNNING, lease_until__lt=now)
    rested = Q(not_before__isnull=True) | Q(not_before__lte=now)
    runs = SynchronisationRun.objects.filter(dead | Q(state=RunState.WAITING) & rested, connection__is_active=True)
    return list(runs.order_by("id").values_list("pk", flat=True)[:20])


def _event(run: SynchronisationRun, action: str, actor: str, note: str = "") -> audit.Event:
    return audit.Event(
        actor=actor,
        action=action,
        subject_type="synchronisation",
        subject_id=run.pk,
        subject_label=str(run.get_object_display()),
        detail={"note": note} if note else {},
    )
