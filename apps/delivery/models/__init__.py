from apps.delivery.models.attempt import Attempt
from apps.delivery.models.connection_health import ConnectionHealth
from apps.delivery.models.delivery import Delivery, Operation
from apps.delivery.models.heartbeat import WorkerHeartbeat
from apps.delivery.models.integration_state import IntegrationState
from apps.delivery.models.probe import Probe
from apps.delivery.models.slot import Slot
from apps.delivery.models.wait import Wait, WaitKind

__all__ = [
    "Attempt",
    "ConnectionHealth",
    "Delivery",
    "IntegrationState",
    "Operation",
    "Probe",
    "Slot",
    "Wait",
    "WaitKind",
    "WorkerHeartbeat",
]
