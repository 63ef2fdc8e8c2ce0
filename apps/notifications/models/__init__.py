"""Endpoints, the messages made for them, each try to send one, and how far the journal was read."""

from apps.notifications.models.journal_reader import JournalReader
from apps.notifications.models.webhook_attempt import WebhookAttempt
from apps.notifications.models.webhook_endpoint import WebhookEndpoint
from apps.notifications.models.webhook_message import MESSAGE_LOOKS, MessageState, WebhookMessage

__all__ = ["MESSAGE_LOOKS", "JournalReader", "MessageState", "WebhookAttempt", "WebhookEndpoint", "WebhookMessage"]
