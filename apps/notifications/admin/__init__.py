from apps.notifications.admin.alert_rule import AlertRuleAdmin
from apps.notifications.admin.digest import DigestAdmin
from apps.notifications.admin.mail import MailAdmin
from apps.notifications.admin.webhook_endpoint import WebhookEndpointAdmin
from apps.notifications.admin.webhook_message import WebhookMessageAdmin

__all__ = ["AlertRuleAdmin", "DigestAdmin", "MailAdmin", "WebhookEndpointAdmin", "WebhookMessageAdmin"]
