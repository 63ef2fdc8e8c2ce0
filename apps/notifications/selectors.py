"""What the pages of webhooks read."""

import json
from dataclasses import dataclass

from apps.delivery.states import Look
from apps.notifications.models import MESSAGE_LOOKS, MessageState, WebhookAttempt, WebhookEndpoint, WebhookMessage

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
        is_open=message.endpoint.is_active and message.state in (MessageState.WAITING, MessageState.SENDING),
    )


def line_of(message: WebhookMessage) -> MessageLine:
    state = MessageState(message.state)
    return MessageLine(message=message, look=MESSAGE_LOOKS[state], words=str(state.label))
