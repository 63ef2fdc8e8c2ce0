"""Whose turn it is to read the journal and send: one worker at a time, however many are woken.

A receiver may be slow, and workers are there for documents first: so webhooks never occupy more than one of them.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from django.db.models import Q

from apps.foundation import audit, clock
from apps.foundation.wakeups import Wakeup, enqueue
from apps.notifications.models import JournalReader, WebhookEndpoint, WebhookMessage

TURN = datetime.timedelta(seconds=90)
"""Longer than a budget and the last tries that began in it: a dead worker's turn ends by itself."""

WAKE_UP_GRAIN = datetime.timedelta(seconds=10)
"""While one wake-up is on its way, no other is sent for this long."""


@contextmanager
def turn() -> Iterator[str | None]:
    """Take the turn and give it back; its token, or None while it is another's."""
    now, token = clock.database_now(), token_hex(16)
    free = Q(turn_until__isnull=True) | Q(turn_until__lt=now)
    reader, _ = JournalReader.objects.get_or_create(pk=1)
    taken = JournalReader.objects.filter(free, pk=reader.pk).update(
        turn_token=token, turn_until=now + TURN, wake_requested_at=None
    )
    if not taken:
        yield None
        return
    try:
        yield token
    finally:
        JournalReader.objects.filter(turn_token=token).update(turn_token="", turn_until=None)


def wake_for_webhooks() -> bool:
    """Wake a worker if there may be something to tell, and nobody is at it. Returns whether one was woken.

    Called every other second by each `worker`, and cheap: one query where no webhook is active.
    """
    starts = WebhookEndpoint.objects.filter(is_active=True).order_by("starts_after")
    first = starts.values_list("starts_after", flat=True).first()
    if first is None:
        return False
    now = clock.database_now()
    reader, _ = JournalReader.objects.get_or_create(pk=1)
    if reader.turn_until is not None and reader.turn_until >= now:
        return False
    new = Q(pk__gt=max(first, reader.position)) | Q(pk__in=[number for number, _since in reader.gaps])
    unread = audit.AuditEntry.objects.filter(new).exists()
    if not unread and not WebhookMessage.objects.due(now).exists():
        return False
    stale = Q(wake_requested_at__isnull=True) | Q(wake_requested_at__lt=now - WAKE_UP_GRAIN)
    asked = JournalReader.objects.filter(stale, pk=reader.pk).update(wake_requested_at=now)
    if asked:
        enqueue(Wakeup.WEBHOOKS)
    return bool(asked)
