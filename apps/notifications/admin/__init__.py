from apps.notifications.admin.webhook_endpoint import WebhookEndpointAdmin
from apps.notifications.admin.webhook_message import WebhookMessageAdmin

__all__ = ["WebhookEndpointAdmin", "WebhookMessageAdmin"]
