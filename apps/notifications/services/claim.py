"""Which messages are sent next: claimed by a conditional update, and only a few of each endpoint."""

import random
from collections.abc import Mapping
from secrets import token_hex

from django.db.models import F

from apps.foundation import clock
from apps.notifications.models import MessageState, WebhookEndpoint, WebhookMessage
from apps.notifications.patience import LEASE

LANES = 4
"""Messages of one endpoint that are under way at once; of one that fails, a single one."""

_order = random.SystemRandom()


def claim(*, most: int, under_way: Mapping[str, int]) -> list[WebhookMessage]:
    """Take up to `most` due messages for this sender. `under_way`: how many it has of each endpoint already.

    A message is taken by one sender only, whoever asks at the same moment. What a dead sender held is taken over when
    its lease has passed.
    """
    now = clock.database_now()
    waiting = WebhookMessage.objects.due(now).values_list("endpoint", flat=True).order_by().distinct()
    endpoints = list(WebhookEndpoint.objects.filter(pk__in=list(waiting)))
    _order.shuffle(endpoints)
    taken: list[WebhookMessage] = []
    for endpoint in endpoints:
        lanes = (1 if endpoint.failing_since else LANES) - under_way.get(endpoint.pk, 0)
        wanted = min(lanes, most - len(taken))
        if wanted <= 0:
            continue
        due = WebhookMessage.objects.due(now).filter(endpoint=endpoint)
        pks = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:wanted])
        token = token_hex(16)
        # Asked once more of the rows themselves: somebody may have been faster.
        WebhookMessage.objects.filter(WebhookMessage.may_be_taken(now), pk__in=pks).update(
            state=MessageState.SENDING, lease_token=token, lease_until=now + LEASE, tries=F("tries") + 1
        )
        mine = list(WebhookMessage.objects.filter(lease_token=token).order_by("due_at", "pk"))
        for message in mine:
            message.endpoint = endpoint
        taken += mine
    return taken
