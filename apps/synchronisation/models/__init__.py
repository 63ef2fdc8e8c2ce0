from apps.synchronisation.models.incoming_event import EventState, IncomingEvent
from apps.synchronisation.models.synchronisation_run import (
    OPEN_RUN_STATES,
    OUTBOUND_OBJECTS,
    RunMode,
    RunState,
    SynchronisationRun,
    SynchronisedObject,
)

__all__ = [
    "OPEN_RUN_STATES",
    "OUTBOUND_OBJECTS",
    "EventState",
    "IncomingEvent",
    "RunMode",
    "RunState",
    "SynchronisationRun",
    "SynchronisedObject",
]
