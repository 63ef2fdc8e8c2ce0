"""Webhooks with their messages and tries, how far the journal was read; alert rules, digests and their mails."""

from apps.notifications.models.alert_rule import AlertRule
from apps.notifications.models.digest import Digest, Rhythm, Weekday
from apps.notifications.models.journal_reader import JournalReader
from apps.notifications.models.mail import MAIL_LOOKS, Mail, MailState
from apps.notifications.models.mail_subscription import MailSubscription
from apps.notifications.models.webhook_attempt import WebhookAttempt
from apps.notifications.models.webhook_endpoint import WebhookEndpoint
from apps.notifications.models.webhook_message import MESSAGE_LOOKS, MessageState, WebhookMessage

__all__ = [
    "MAIL_LOOKS",
    "MESSAGE_LOOKS",
    "AlertRule",
    "Digest",
    "JournalReader",
    "Mail",
    "MailState",
    "MailSubscription",
    "MessageState",
    "Rhythm",
    "WebhookAttempt",
    "WebhookEndpoint",
    "WebhookMessage",
    "Weekday",
]
