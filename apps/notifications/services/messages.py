"""What a person may do with messages: send a test, send one again; and forgetting old ones."""

import datetime

from django.db import transaction
from django.db.models import Q

from apps.foundation import audit, clock
from apps.foundation.wakeups import Wakeup, enqueue
from apps.foundation.wording import in_english
from apps.notifications.errors import WebhookBeingSent, WebhookNotActive
from apps.notifications.event_kinds import TEST
from apps.notifications.models import MessageState, WebhookEndpoint, WebhookMessage
from apps.notifications.payload import test_body

CHUNK = 1000


@in_english
@transaction.atomic
def send_test(*, endpoint: WebhookEndpoint, actor: str) -> WebhookMessage:
    """Send an event that says nothing, to see whether it arrives. Raises `WebhookNotActive`."""
    _require_active(endpoint)
    now = clock.database_now()
    message = WebhookMessage.objects.create(
        endpoint=endpoint, kind=TEST, subject_label="", body=test_body(endpoint, at=now), due_at=now
    )
    _journal(message, "webhook_test_sent", actor)
    # Somebody looks at it: an endpoint that is left alone for a while is tried all the same.
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rest_until=None)
    enqueue(Wakeup.WEBHOOKS)
    return message


@in_english
@transaction.atomic
def send_again(*, message: WebhookMessage, actor: str) -> None:
    """Send a message at once, delivered or not, with all its tries before it: the same ID and the same bytes.

    Raises `WebhookNotActive`, and `WebhookBeingSent` while it is on its way.
    """
    _require_active(message.endpoint)
    now = clock.database_now()
    done = (
        WebhookMessage.objects.filter(pk=message.pk)
        .exclude(state=MessageState.SENDING)
        .update(state=MessageState.WAITING, due_at=now, tries=0, delivered_at=None)
    )
    if not done:
        raise WebhookBeingSent("The message is on its way at this moment.", next_step="Wait for what comes of it.")
    _journal(message, "webhook_sent_again", actor)
    WebhookEndpoint.objects.filter(pk=message.endpoint_id).update(rest_until=None)
    enqueue(Wakeup.WEBHOOKS)


def purge_webhooks(*, before: datetime.datetime) -> int:
    """Delete messages made before then, with their tries. Returns how many.

    What an active endpoint is still to get stays, whatever its age. In small transactions, so that nobody waits.
    """
    still_sent = Q(state=MessageState.SENDING) | Q(state=MessageState.WAITING, endpoint__is_active=True)
    old = WebhookMessage.objects.filter(created_at__lt=before).exclude(still_sent)
    deleted = 0
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        WebhookMessage.objects.filter(pk__in=pks).delete()
        deleted += len(pks)
    return deleted


def _require_active(endpoint: WebhookEndpoint) -> None:
    if not WebhookEndpoint.objects.filter(pk=endpoint.pk, is_active=True).exists():
        raise WebhookNotActive(f"{endpoint} is not active, so nothing is sent to it.", next_step="Activate it first.")


def _journal(message: WebhookMessage, action: str, actor: str) -> None:
    audit.record(
        audit.Event(
            actor=actor,
            action=action,
            subject_type="webhook",
            subject_id=message.endpoint_id,
            subject_label=message.endpoint.name,
            company=message.company,
            detail={"message": message.pk},
        )
    )
