from apps.synchronisation.models.incoming_event import EventState, IncomingEvent
from apps.synchronisation.models.synchronisation_run import (
    OPEN_RUN_STATES,
    RunMode,
    RunState,
    SynchronisationRun,
    SynchronisedObject,
)

__all__ = [
    "OPEN_RUN_STATES",
    "EventState",
    "IncomingEvent",
    "RunMode",
    "RunState",
    "SynchronisationRun",
    "SynchronisedObject",
]
