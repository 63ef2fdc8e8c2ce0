"""What the pages of webhooks, alert rules and digests read."""

import json
from dataclasses import dataclass

from django.db.models import Q

from apps.delivery.states import Look
from apps.notifications.models import (
    MAIL_LOOKS,
    MESSAGE_LOOKS,
    AlertRule,
    Mail,
    MailState,
    MailSubscription,
    MessageState,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)

LAST_SHOWN = 20


@dataclass(frozen=True)
class MessageLine:
    """A message as a list shows it."""

    message: WebhookMessage
    look: Look
    words: str


@dataclass(frozen=True)
class MessagePage:
    """A message with its body as it is sent, laid out for reading, and its tries, newest first."""

    line: MessageLine
    body: str
    attempts: list[WebhookAttempt]
    is_open: bool


def last_messages(endpoint: WebhookEndpoint) -> list[MessageLine]:
    """The newest messages of an endpoint: one query."""
    rows = WebhookMessage.objects.filter(endpoint=endpoint).defer("body").order_by("-id")[:LAST_SHOWN]
    return [line_of(message) for message in rows]


def page_of(message: WebhookMessage) -> MessagePage:
    return MessagePage(
        line=line_of(message),
        body=json.dumps(json.loads(message.body), ensure_ascii=False, indent=2),
        attempts=list(message.attempts.order_by("-id")),
        is_open=message.is_open,
    )


def line_of(message: WebhookMessage) -> MessageLine:
    state = MessageState(message.state)
    return MessageLine(message=message, look=MESSAGE_LOOKS[state], words=str(state.label))


@dataclass(frozen=True)
class MailLine:
    """A mail as a list shows it. `is_open`: it is still to be sent. `is_moving`: within a minute or so."""

    mail: Mail
    look: Look
    words: str
    is_open: bool
    is_moving: bool


def last_mails(subscription: MailSubscription) -> list[MailLine]:
    """The newest mails of an alert rule or digest: one query."""
    mails = Mail.objects.filter(mails_of(subscription)).defer("text", "html").order_by("-id")
    return [mail_line_of(mail) for mail in mails[:LAST_SHOWN]]


def mails_of(subscription: MailSubscription) -> Q:
    """The condition of being one of its mails."""
    return Q(rule=subscription.pk) if isinstance(subscription, AlertRule) else Q(digest=subscription.pk)


def mail_line_of(mail: Mail) -> MailLine:
    state = MailState(mail.state)
    is_open = state in (MailState.WAITING, MailState.SENDING)
    is_moving = is_open and not mail.failure
    return MailLine(mail, MAIL_LOOKS[state], str(state.label), is_open=is_open, is_moving=is_moving)
