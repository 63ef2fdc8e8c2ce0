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


def last_messages(endpoint: WebhookEndpoint) -> list[MessageLine]:
    """The newest messages of an endpoint: one query."""
    rows = WebhookMessage.objects.filter(endpoint=endpoint).defer("body").order_by("-id")[:LAST_SHOWN]
    return [line_of(message) for message in rows]


def body_of(message: WebhookMessage) -> str:
    """What it says, as it is sent, laid out for reading."""
    return json.dumps(json.loads(message.body), ensure_ascii=False, indent=2)


def line_of(message: WebhookMessage) -> MessageLine:
    state = MessageState(message.state)
    return MessageLine(message=message, look=MESSAGE_LOOKS[state], words=str(state.label))


@dataclass(frozen=True)
class MailLine:
    """A mail as a list shows it. `is_open`: it is still to be sent."""

    mail: Mail
    look: Look
    words: str
    is_open: bool

    @property
    def moves(self) -> tuple[object, ...]:
        """What changes when the line does."""
        return (self.mail.pk, self.mail.state, self.mail.tries, self.mail.due_at, self.mail.failure, self.mail.sent_at)


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
    return MailLine(mail, MAIL_LOOKS[state], str(state.label), is_open=is_open)
