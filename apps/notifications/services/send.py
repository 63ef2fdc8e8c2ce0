"""Reading the journal and sending what it made, until nothing is due or the time is used up.

Sending is waiting for others: it goes on in threads, up to `MOST_AT_ONCE` messages at a time and a few of each
endpoint, so that a slow receiver holds up nobody else's. The threads know no database: this one claims, signs, settles.
"""

import logging
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from apps.foundation import clock
from apps.foundation.fields import SecretUnreadable
from apps.notifications.models import WebhookEndpoint, WebhookMessage
from apps.notifications.services.claim import claim
from apps.notifications.services.read_journal import read_journal
from apps.notifications.services.settle import settle
from apps.notifications.services.turns import turn, wake_for_webhooks
from apps.notifications.signing import signed_headers
from apps.notifications.transport import Outcome, post

logger = logging.getLogger(__name__)

BUDGET_SECONDS = 20.0
"""Then the worker is free for documents, and the rest is worked in the next turn."""

MOST_AT_ONCE = 32
_UNREADABLE = "Not sent: the secret can't be read with the keys of PORTAL_ENCRYPTION_KEYS. Rotate the secret."
LOOK_SECONDS = 0.5
"""How long an answer is waited for before looking whether there is something new to send."""


@dataclass
class WebhookReport:
    """What one turn did."""

    read: int = 0
    delivered: int = 0
    failed: int = 0


def work_webhooks(*, budget_seconds: float = BUDGET_SECONDS) -> WebhookReport:
    """Make messages of what happened and send what is due. Safe to run twice, at once, never, or late.

    At least once: a message whose answer was lost is sent again, under the same `webhook-id`. One query where no
    webhook is active.
    """
    report = WebhookReport()
    if not WebhookEndpoint.objects.filter(is_active=True).exists():
        return report
    with turn() as token:
        if token is not None:
            _work(token, report, ends=time.monotonic() + budget_seconds)
    if token is not None:
        wake_for_webhooks()
    return report


def _work(token: str, report: WebhookReport, *, ends: float) -> None:
    under_way: dict[Future[Outcome], WebhookMessage] = {}
    with ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="webhook") as threads:
        while True:
            read = 0
            if time.monotonic() < ends:
                read = read_journal(turn_token=token)
                report.read += read
                for message in _claimed(under_way):
                    sending = _sent(threads, message)
                    under_way[sending] = message
            if not under_way:
                if read and time.monotonic() < ends:
                    continue
                return
            done, _rest = wait(under_way, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for sending in done:
                _settle(under_way.pop(sending), sending.result(), report)


def _claimed(under_way: dict["Future[Outcome]", WebhookMessage]) -> list[WebhookMessage]:
    busy = Counter(message.endpoint_id for message in under_way.values())
    return claim(most=MOST_AT_ONCE - len(under_way), under_way=busy) if len(under_way) < MOST_AT_ONCE else []


def _sent(threads: ThreadPoolExecutor, message: WebhookMessage) -> "Future[Outcome]":
    """On its way, signed as of now."""
    now = clock.database_now()
    try:
        signing_secrets = message.endpoint.signing_secrets(now)
    except SecretUnreadable:
        return threads.submit(Outcome, _UNREADABLE)
    headers = signed_headers(message_id=message.pk, body=message.body, at=now, signing_secrets=signing_secrets)
    return threads.submit(post, message.endpoint.url, message.body, headers)


def _settle(message: WebhookMessage, outcome: Outcome, report: WebhookReport) -> None:
    settle(message, outcome)
    if outcome.succeeded:
        report.delivered += 1
    else:
        report.failed += 1
        logger.warning("webhook message %s, try %d: %s", message.pk, message.tries, outcome.words)
