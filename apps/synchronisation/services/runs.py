"""Starting, ending, cancelling a synchronisation run; what all runs share is in `apps.delivery.services.runs`."""

import datetime

from django.db import IntegrityError

from apps.configuration.models import IntacctConfiguration
from apps.delivery.services import runs
from apps.foundation import audit
from apps.foundation.wording import in_english
from apps.mapping.reading import inbound_map
from apps.mapping.selectors import require_sent
from apps.options.models import OptionCode
from apps.options.selectors import require
from apps.synchronisation.errors import RunHasEnded, RunIsOpen
from apps.synchronisation.models import (
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
        runs.store_run(run, _event(run, "synchronisation_started", started_by), wakes_worker=wakes_worker)
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


def end_run(*, run: SynchronisationRun, token: str, state: RunState, removed: int = 0, words: str = "") -> bool:
    """Write down how a run ended. False: this worker does not own it any more."""
    event = _event(run, f"synchronisation_{state.value}", audit.SYSTEM, note=words)
    return runs.end(run, token, state=state, event=event, words=words, removed=removed)


@in_english
def cancel_run(*, run: SynchronisationRun, actor: str) -> None:
    """Stop a run after the page that is being read. What was read stays. Raises `RunHasEnded`."""
    if not runs.cancel(run, _event(run, "synchronisation_cancelled", actor)):
        raise RunHasEnded(f"{run} has ended.", next_step="Reload it to see how.")


def _event(run: SynchronisationRun, action: str, actor: str, note: str = "") -> audit.Event:
    return audit.Event(
        actor=actor,
        action=action,
        subject_type="synchronisation",
        subject_id=run.pk,
        subject_label=str(run.get_object_display()),
        detail={"note": note} if note else {},
    )
