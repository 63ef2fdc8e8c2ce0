from apps.delivery.admin.attempt import AttemptAdmin
from apps.delivery.admin.connection_health import ConnectionHealthAdmin
from apps.delivery.admin.delivery import DeliveryAdmin

__all__ = ["AttemptAdmin", "ConnectionHealthAdmin", "DeliveryAdmin"]
