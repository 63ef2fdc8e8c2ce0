"""What came of a try: written down, and what happens next decided."""

import datetime
from http import HTTPStatus

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from apps.foundation import clock
from apps.notifications import patience
from apps.notifications.models import MessageState, WebhookAttempt, WebhookEndpoint, WebhookMessage
from apps.notifications.models.webhook_attempt import ANSWER_KEPT
from apps.notifications.services.endpoints import deactivate
from apps.notifications.transport import Outcome


@transaction.atomic
def settle(message: WebhookMessage, outcome: Outcome) -> None:
    """Any 2xx is delivered; anything else is tried again later, or given up; 410 switches the endpoint off.

    A try is logged in any case; the message moves only while it is still this sender's (`lease_token`).
    """
    now = clock.database_now()
    WebhookAttempt.objects.create(
        message=message,
        number=message.tries,
        started_at=now - datetime.timedelta(milliseconds=outcome.duration_ms),
        duration_ms=outcome.duration_ms,
        status_code=outcome.status,
        words=outcome.words[:300],
        answer=outcome.answer[:ANSWER_KEPT],
    )
    endpoint = WebhookEndpoint.objects.filter(pk=message.endpoint_id)
    mine = WebhookMessage.objects.filter(pk=message.pk, state=MessageState.SENDING, lease_token=message.lease_token)
    if outcome.succeeded:
        mine.update(state=MessageState.DELIVERED, delivered_at=now, due_at=None, lease_token="", lease_until=None)
        endpoint.filter(failures_in_a_row__gt=0).update(failures_in_a_row=0, failing_since=None, rest_until=None)
        return
    pause = None if outcome.is_gone else patience.pause_after(message.tries, asked_for=outcome.retry_after)
    mine.update(
        state=MessageState.WAITING if pause else MessageState.GIVEN_UP,
        due_at=now + pause if pause else None,
        lease_token="",
        lease_until=None,
    )
    endpoint.update(failures_in_a_row=F("failures_in_a_row") + 1, failing_since=Coalesce("failing_since", now))
    _look_at(message.endpoint_id, outcome)


def _look_at(endpoint_id: str, outcome: Outcome) -> None:
    """What its failures mean for the endpoint: left alone for a while, or switched off."""
    now = clock.database_now()
    endpoint = WebhookEndpoint.objects.get(pk=endpoint_id)
    if outcome.is_gone:
        deactivate(endpoint=endpoint, reason="The receiver answered 410 Gone: it wants no more messages.")
    elif endpoint.failing_since and endpoint.failing_since < now - patience.DISABLED_AFTER:
        deactivate(
            endpoint=endpoint,
            reason=f"Nothing but failures for {patience.DISABLED_AFTER.days} days. The last one: {outcome.words}",
        )
    rests = [one for one in (patience.rest_after(endpoint.failures_in_a_row), _asked(outcome)) if one]
    if rests:
        WebhookEndpoint.objects.filter(pk=endpoint_id).update(rest_until=now + max(rests))


def _asked(outcome: Outcome) -> datetime.timedelta | None:
    """Whoever has too much to do, says so of everything, not of one message."""
    if outcome.status not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE) or not outcome.retry_after:
        return None
    return min(outcome.retry_after, patience.LONGEST_ASKED_REST)
