from apps.synchronisation.models.incoming_event import EventState, IncomingEvent
from apps.synchronisation.models.synchronisation_run import RunState, SynchronisationRun, SynchronisedObject

__all__ = ["EventState", "IncomingEvent", "RunState", "SynchronisationRun", "SynchronisedObject"]
