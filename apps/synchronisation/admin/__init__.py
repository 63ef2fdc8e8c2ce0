from apps.synchronisation.admin.business_entities import BusinessEntityAdmin
from apps.synchronisation.admin.incoming_event import IncomingEventAdmin
from apps.synchronisation.admin.integration_state import IntegrationStateAdmin
from apps.synchronisation.admin.synchronisation_run import SynchronisationRunAdmin

__all__ = ["BusinessEntityAdmin", "IncomingEventAdmin", "IntegrationStateAdmin", "SynchronisationRunAdmin"]
