"""What an alert rule found, in words of the language that is active: what happened, what to do, and where."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from apps.foundation.wording import translated
from apps.notifications.alert_conditions import Facts
from apps.notifications.alert_kinds import AlertKind
from apps.postings.document_types import DocumentType

POSTINGS = "admin:postings_posting_changelist"
WHOLE_FROM = Decimal("9.95")
"""Percent from which on no decimal is shown: what is rounded to ten is no longer below it."""


@dataclass(frozen=True)
class AlertWords:
    """`link`: the whole address of the page where one looks at it."""

    detail: str
    next_step: str
    link: str

    @property
    def path(self) -> str:
        """The same page for who is in the portal already, under whatever address he opened it."""
        return self.link.removeprefix(settings.PORTAL_BASE_URL)


def alert_words(kind: str, facts: Facts) -> AlertWords:
    """Of what `alert_conditions.facts_of` found."""
    return _WORDS[AlertKind(kind)](facts)


def moment(text: str | datetime.datetime) -> str:
    """A time as the reader's language writes it, in UTC."""
    at = datetime.datetime.fromisoformat(text) if isinstance(text, str) else text
    return f"{date_format(at.astimezone(datetime.UTC), 'DATETIME_FORMAT')} UTC"


def address_of(page: str, *args: object, query: str = "") -> str:
    """The whole address of an admin page, as a mail needs it."""
    return f"{settings.PORTAL_BASE_URL}{reverse(page, args=args)}{query}"


def percent_of(part: int, whole: int) -> str:
    """A share in percent as the reader's language writes it: rounded half up, with one decimal below ten."""
    share = Decimal(part * 100) / whole
    digits = 0 if share >= WHOLE_FROM else 1
    return number_format(share.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP), digits)


def _error_rate(facts: Facts) -> AlertWords:
    failed, settled = facts["failed"], facts["settled"]
    hours, odd_minutes = divmod(facts["minutes"], 60)
    if hours > 1 and not odd_minutes:
        some = _(
            "%(failed)s of %(settled)s documents ended in error within %(hours)s hours (%(percent)s%%); the others "
            "were posted."
        )
        every = _("%(failed)s of %(settled)s documents ended in error within %(hours)s hours (100%%); none was posted.")
    else:
        some = _(
            "%(failed)s of %(settled)s documents ended in error within %(minutes)s minutes (%(percent)s%%); the others "
            "were posted."
        )
        every = _(
            "%(failed)s of %(settled)s documents ended in error within %(minutes)s minutes (100%%); none was posted."
        )
    detail = every if failed == settled else some
    return AlertWords(
        detail % {**facts, "hours": hours, "percent": percent_of(failed, settled)},
        _("Look at the postings in error: many with one reason are corrected in one place and retried together."),
        address_of(POSTINGS, query="?state=error"),
    )


def _oldest_pending(facts: Facts) -> AlertWords:
    detail = _("%(document_type)s %(document)s of company %(company)s has been waiting since %(since)s.")
    return AlertWords(
        detail % _named(facts),
        _("Its page says what it waits for: a record, its connection, or a worker."),
        address_of("admin:postings_posting_change", facts["posting"]),
    )


def _outcome_unknown(facts: Facts) -> AlertWords:
    detail = (
        _(
            "Of a document it is not known whether Sage Intacct has it: %(document_type)s %(document)s of company "
            "%(company)s, sent at %(since)s."
        )
        if facts["number"] == 1
        else _(
            "Of %(number)s documents it is not known whether Sage Intacct has them. The oldest is %(document_type)s "
            "%(document)s of company %(company)s, sent at %(since)s."
        )
    )
    return AlertWords(
        detail % _named(facts),
        _("Sage Intacct is asked again by itself. Never enter the document by hand meanwhile."),
        address_of(POSTINGS, query="?state=verifying"),
    )


def _connection_down(facts: Facts) -> AlertWords:
    if "health" in facts:
        return AlertWords(
            _("The connection %(configuration)s is paused, so nothing is sent. The reason: %(reason)s")
            % {**facts, "reason": translated(facts["reason"])},
            facts["next_step"] or _("Correct what the reason says, test the connection, and resume it."),
            address_of("admin:delivery_connectionhealth_change", facts["health"]),
        )
    return AlertWords(
        _("The last test of the connection %(configuration)s failed.") % facts,
        _("Open the configuration: it shows which step failed, and what to do."),
        address_of("admin:configuration_intacctconfiguration_change", facts["pk"]),
    )


def _no_worker(facts: Facts) -> AlertWords:
    return AlertWords(
        _("No worker has executed anything since %(since)s, so nothing is sent.") % {"since": moment(facts["since"])}
        if facts["since"]
        else _("No worker has ever executed anything, so nothing is sent."),
        _("Look at the worker's log, and start it with: manage.py worker"),
        address_of("admin:index"),
    )


def _webhook_off(facts: Facts) -> AlertWords:
    if "message" in facts:
        return AlertWords(
            _("A message to the webhook %(webhook)s was given up after its last try.") % facts,
            _("See what its receiver answered, then send the message again."),
            address_of("admin:notifications_webhookmessage_change", facts["message"]),
        )
    return AlertWords(
        _("The webhook %(webhook)s was switched off: %(reason)s") % {**facts, "reason": translated(facts["reason"])},
        _("Have its receiver repaired, then activate the webhook. It gets what was waiting."),
        address_of("admin:notifications_webhookendpoint_change", facts["pk"]),
    )


def _named(facts: Facts) -> Facts:
    return {
        **facts,
        "document_type": str(DocumentType(facts["document_type"]).label),
        "since": moment(facts["since"]) if facts["since"] else "–",
    }


_WORDS: dict[AlertKind, Callable[[Facts], AlertWords]] = {
    AlertKind.ERROR_RATE: _error_rate,
    AlertKind.OLDEST_PENDING: _oldest_pending,
    AlertKind.CONNECTION_DOWN: _connection_down,
    AlertKind.NO_WORKER: _no_worker,
    AlertKind.OUTCOME_UNKNOWN: _outcome_unknown,
    AlertKind.WEBHOOK_OFF: _webhook_off,
}
