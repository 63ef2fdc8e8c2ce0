"""Sending what was written: each mail by one worker, with patience, and never for long."""

import logging
import time
from dataclasses import dataclass
from secrets import token_hex

from django.conf import settings
from django.db.models import F

from apps.foundation import clock
from apps.notifications.mail_transport import MailOutcome, mail_server, send
from apps.notifications.models import Mail, MailState
from apps.notifications.patience import MAIL_LEASE, mail_pause_after
from apps.notifications.services.digests import write_due_digests
from apps.notifications.services.watch import look_at_rules

logger = logging.getLogger(__name__)

BUDGET_SECONDS = 20.0
"""Then the worker is free for documents; the rest is sent in the next turn."""


@dataclass
class MailReport:
    """What one turn did."""

    alerts: int = 0
    digests: int = 0
    sent: int = 0
    failed: int = 0


def work_mails(*, budget_seconds: float = BUDGET_SECONDS) -> MailReport:
    """Look at the rules, write due digests, send what waits. Safe to run twice, at once, never, or late.

    At least once: a mail whose sender died before it could note that the server took it is sent again, under the same
    Message-ID. Three queries where nothing is on and nothing waits.
    """
    report = MailReport(alerts=look_at_rules(), digests=write_due_digests())
    if settings.MAIL_IS_SET_UP:
        _send_due(report, ends=time.monotonic() + budget_seconds)
    return report


def _send_due(report: MailReport, *, ends: float) -> None:
    """One after the other over one connection; after a failure of the server itself, no other until the next turn."""
    if _somebody_sends():
        return
    with mail_server() as connection:
        while time.monotonic() < ends:
            mail = claim()
            if mail is None:
                return
            outcome = send(connection, mail)
            settle(mail, outcome)
            if not outcome.failure:
                report.sent += 1
                continue
            report.failed += 1
            logger.warning("mail %s, try %d: %s", mail.pk, mail.tries, outcome.failure)
            if outcome.server_failed:
                return


def _somebody_sends() -> bool:
    """A slow mail server shall not occupy a second worker. Nothing depends on it: a claim is one worker's anyway."""
    return Mail.objects.filter(state=MailState.SENDING, lease_until__gte=clock.database_now()).exists()


def claim() -> Mail | None:
    """Take the mail that is due for longest. What a dead worker held is taken over when its lease has passed."""
    now, token = clock.database_now(), token_hex(16)
    may_be_taken = Mail.may_be_taken(now)
    # The states by name too: the index is found by them.
    is_open = Mail.objects.filter(may_be_taken, state__in=(MailState.WAITING, MailState.SENDING))
    while pk := is_open.order_by("due_at", "pk").values_list("pk", flat=True).first():
        taken = Mail.objects.filter(may_be_taken, pk=pk).update(
            state=MailState.SENDING, lease_token=token, lease_until=now + MAIL_LEASE, tries=F("tries") + 1
        )
        if taken:
            return Mail.objects.select_related("rule", "digest").get(pk=pk)
    return None


def settle(mail: Mail, outcome: MailOutcome) -> None:
    """What came of it; only while the mail is still this worker's."""
    now = clock.database_now()
    mine = Mail.objects.filter(pk=mail.pk, state=MailState.SENDING, lease_token=mail.lease_token)
    freed = {"lease_token": "", "lease_until": None}
    if not outcome.failure:
        mine.update(state=MailState.SENT, sent_at=now, due_at=None, failure="", **freed)
        return
    pause = None if outcome.is_final else mail_pause_after(mail.tries)
    mine.update(
        state=MailState.WAITING if pause else MailState.GIVEN_UP,
        due_at=now + pause if pause else None,
        failure=outcome.failure[:300],
        **freed,
    )
