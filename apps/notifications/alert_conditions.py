"""Whether the condition of an alert rule holds now, and what was found: a few queries each, bounded at any size.

None reads what was posted before its window or settled long ago: each goes through an index of what is open, in error,
or posted in turn.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.configuration.models import ConnectionTestResult, IntacctConfiguration, secret_fields
from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.models.connection_health import Flow
from apps.delivery.states import OPEN_STATES, State
from apps.foundation.audit import SYSTEM, AuditEntry
from apps.notifications.alert_kinds import AlertKind
from apps.notifications.models import AlertRule, MessageState, WebhookEndpoint, WebhookMessage
from apps.postings.document_types import (
    AP_ADJUSTMENT,
    AP_BILL,
    AR_ADJUSTMENT,
    AR_ADVANCE,
    AR_INVOICE,
    JOURNAL_ENTRY,
)
from apps.postings.models import TargetDocument

Facts = dict[str, Any]
"""What was found, as JSON keeps it: numbers, names, and times in ISO 8601."""

Companies = frozenset[int] | None
STILL_NEWS = datetime.timedelta(days=7)
"""How old a webhook message that was given up may be; its tries alone take about three days."""

_OBJECTS = (JOURNAL_ENTRY, AP_BILL, AP_ADJUSTMENT, AR_INVOICE, AR_ADJUSTMENT, AR_ADVANCE)
"""The Intacct objects that documents become, so that the index of what was posted is read by object."""


def facts_of(rule: AlertRule, now: datetime.datetime) -> Facts | None:
    """What is wrong by this rule at this moment; None: nothing."""
    return _JUDGES[AlertKind(rule.kind)](rule, now)


def error_rate(rule: AlertRule, now: datetime.datetime) -> Facts | None:
    """Of what was posted or ended in error in the window, the share in error; None below it or the least number."""
    since = now - datetime.timedelta(minutes=rule.minutes or 0)
    documents = documents_of(rule.company_ids())
    failed = documents.filter(state=State.ERROR, updated_at__gte=since).count()
    if not failed:
        return None
    settled = failed + posted_between(rule.company_ids(), since, now)
    if settled < (rule.least_number or 0) or failed * 100 < settled * (rule.percent or 0):
        return None
    return {"failed": failed, "settled": settled, "minutes": rule.minutes}


def oldest_pending(rule: AlertRule, now: datetime.datetime) -> Facts | None:
    """The open document that waits for longest, if for longer than the rule says."""
    oldest = oldest_open(rule.company_ids())
    if oldest is None or oldest.delivery.created_at > now - datetime.timedelta(minutes=rule.minutes or 0):
        return None
    return {**_document(oldest), "since": oldest.delivery.created_at.isoformat()}


def outcome_unknown(rule: AlertRule, now: datetime.datetime) -> Facts | None:
    """Documents of which it has not been known for long whether Sage Intacct has them."""
    before = now - datetime.timedelta(minutes=rule.minutes or 0)
    unknown = documents_of(rule.company_ids()).filter(state=State.VERIFYING, last_sent_at__lt=before)
    oldest = unknown.order_by("last_sent_at").first()
    if oldest is None:
        return None
    target = TargetDocument.objects.select_related("posting__company").get(delivery=oldest)
    since = oldest.last_sent_at
    return {**_document(target), "number": unknown.count(), "since": since.isoformat() if since else ""}


def connection_down(rule: AlertRule | None = None, now: datetime.datetime | None = None) -> Facts | None:
    """The active connection, if a person has paused it or must look at it, or if its last test failed."""
    configuration = IntacctConfiguration.objects.defer(*secret_fields()).filter(is_active=True).first()
    if configuration is None:
        return None
    health = ConnectionHealth.objects.filter(connection=configuration).first()
    facts: Facts = {"configuration": configuration.code, "pk": configuration.pk}
    if health is not None and health.flow == Flow.PAUSED:
        return {**facts, "reason": health.reason, "next_step": health.next_step, "health": health.pk}
    return facts if configuration.last_test_result == ConnectionTestResult.FAILED else None


def no_worker(rule: AlertRule, now: datetime.datetime) -> Facts | None:
    return worker_silent(now, for_longer_than=datetime.timedelta(minutes=rule.minutes or 0))


def worker_silent(now: datetime.datetime, *, for_longer_than: datetime.timedelta) -> Facts | None:
    """No worker has executed a task for so long, or ever."""
    beat = WorkerHeartbeat.objects.order_by("-beaten_at").values_list("beaten_at", flat=True).first()
    if beat is not None and beat >= now - for_longer_than:
        return None
    return {"since": beat.isoformat() if beat else ""}


def webhook_off(rule: AlertRule, now: datetime.datetime) -> Facts | None:
    """A webhook that the portal switched off, or the last message that was given up. What a person did is no news."""
    for endpoint in WebhookEndpoint.objects.filter(is_active=False):
        switched = AuditEntry.objects.filter(
            subject_type="webhook", subject_id=endpoint.pk, action="webhook_deactivated"
        ).first()
        if switched is not None and switched.actor == SYSTEM:
            return {"webhook": endpoint.name, "pk": endpoint.pk, "reason": endpoint.inactive_reason}
    newest = WebhookMessage.objects.filter(state=MessageState.GIVEN_UP).select_related("endpoint").first()
    if newest is None or not newest.endpoint.is_active or newest.created_at < now - STILL_NEWS:
        return None
    return {"webhook": newest.endpoint.name, "pk": newest.endpoint_id, "message": newest.pk}


def documents_of(companies: Companies) -> QuerySet[Delivery, Delivery]:
    """The deliveries of accounting documents of these companies."""
    return Delivery.objects.filter(_of(companies), object_name__in=_OBJECTS)


def _of(companies: Companies) -> Q:
    return Q() if companies is None else Q(target_document__posting__company__in=companies)


def posted_between(companies: Companies, since: datetime.datetime, until: datetime.datetime) -> int:
    """How many documents were posted from `since` on and before `until`.

    Object by object, and the state as a literal: so SQLite, too, reads the partial index of what was posted in turn. It
    does not look into parameters, and would read everything that was ever posted.
    """
    posted = RawSQL("'posted'", ())
    own = _of(companies)
    return sum(
        Delivery.objects.filter(own, object_name=name, state=posted, posted_at__gte=since, posted_at__lt=until).count()
        for name in _OBJECTS
    )


def oldest_open(companies: Companies) -> TargetDocument | None:
    """The open document that was accepted first.

    IDs sort by creation, so the first of each state is the oldest: one step into the index of states.
    """
    documents = documents_of(companies)
    firsts = [
        documents.filter(state=state).order_by("pk").values_list("pk", flat=True).first() for state in OPEN_STATES
    ]
    there = [pk for pk in firsts if pk]
    if not there:
        return None
    return TargetDocument.objects.select_related("posting__company", "delivery").get(delivery=min(there))


def _document(target: TargetDocument) -> Facts:
    posting = target.posting
    return {
        "document_type": posting.document_type,
        "document": posting.number,
        "company": posting.company.code,
        "posting": posting.pk,
    }


_JUDGES: dict[AlertKind, Callable[[AlertRule, datetime.datetime], Facts | None]] = {
    AlertKind.ERROR_RATE: error_rate,
    AlertKind.OLDEST_PENDING: oldest_pending,
    AlertKind.CONNECTION_DOWN: connection_down,
    AlertKind.NO_WORKER: no_worker,
    AlertKind.OUTCOME_UNKNOWN: outcome_unknown,
    AlertKind.WEBHOOK_OFF: webhook_off,
}
