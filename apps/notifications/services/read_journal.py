"""From journal entries to messages: each entry once for each endpoint that wants it, whoever reads it how often.

What is told is the *posting's* state, of which a delivery's entry only says that it may have changed. So the message
belongs to the newest entry that brought one of the posting's deliveries into that state: read together, one after the
other, or twice, the entries of a posting's several deliveries make one message.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from apps.access.viewer import SYSTEM_VIEWER
from apps.foundation import clock
from apps.foundation.audit import AuditEntry
from apps.notifications.event_kinds import KIND_OF_STATE, EventKind
from apps.notifications.models import JournalReader, WebhookEndpoint, WebhookMessage
from apps.notifications.payload import posting_body
from apps.postings.models import Posting, TargetDocument
from apps.postings.selectors import visible_postings
from apps.postings.services.payments import PAYMENT_CHANGED

AT_ONCE = 500
"""Entries that are read together: bounded statements and memory."""

MISSED_FOR = datetime.timedelta(minutes=10)
"""How long a number is waited for that is not in the journal: longer than any transaction. Then it was rolled back."""

MOST_GAPS = 2000

_ACTION_OF_STATE = {state: f"delivery_{state.value}" for state in KIND_OF_STATE}


@dataclass(frozen=True)
class _News:
    """One thing to be told: the entry that it belongs to, and which of its posting."""

    entry: int
    at: datetime.datetime
    kind: EventKind
    posting: Posting


def read_journal(*, turn_token: str) -> int:
    """Make messages of what the journal has since it was last read, some hundred entries. Returns how many were read.

    Only by whoever has the turn: messages and position are written in one transaction.
    """
    endpoints = list(WebhookEndpoint.objects.filter(is_active=True).prefetch_related("companies"))
    reader = JournalReader.objects.filter(turn_token=turn_token).first()
    if not endpoints or reader is None:
        return 0
    now = clock.database_now()
    start = max(reader.position, min(one.starts_after for one in endpoints))
    # Whoever listened when an older gap opened has been switched off since.
    missing = _missing(reader.gaps, now) if start == reader.position else {}
    entries = list(AuditEntry.objects.filter(pk__gt=start).order_by("pk").only(*_READ)[:AT_ONCE])
    late = list(AuditEntry.objects.filter(pk__in=list(missing)).only(*_READ)) if missing else []
    if not entries and not late and len(missing) == len(reader.gaps):
        return 0
    position = entries[-1].pk if entries else start
    for entry in late:
        del missing[entry.pk]
    there = {entry.pk for entry in entries}
    for number in range(max(start + 1, position - MOST_GAPS), position):
        if number not in there:
            missing[number] = now
    gaps = [(number, since.isoformat()) for number, since in sorted(missing.items())][-MOST_GAPS:]
    messages = _messages(_news([*late, *entries]), endpoints, now)
    with transaction.atomic():
        WebhookMessage.objects.bulk_create(messages, ignore_conflicts=True, batch_size=AT_ONCE)
        moved = JournalReader.objects.filter(turn_token=turn_token).update(position=position, gaps=gaps)
        if not moved:  # somebody took the turn over, and reads the same
            transaction.set_rollback(True)
            return 0
    return len(entries) + len(late)


_READ = ("pk", "action", "subject_type", "subject_id")


def _missing(gaps: Sequence[tuple[int, str]], now: datetime.datetime) -> dict[int, datetime.datetime]:
    known = {number: datetime.datetime.fromisoformat(since) for number, since in gaps}
    return {number: since for number, since in known.items() if since > now - MISSED_FOR}


def _news(entries: Sequence[AuditEntry]) -> list[_News]:
    """What these entries tell of postings, in a constant number of queries."""
    moved = {one.subject_id for one in entries if one.subject_type == "delivery" and one.action.startswith("delivery_")}
    paid = {one.subject_id for one in entries if one.subject_type == "posting" and one.action == PAYMENT_CHANGED}
    targets = TargetDocument.objects.all()
    affected = set(targets.filter(delivery__in=moved).values_list("posting_id", flat=True)) if moved else set()
    if not affected and not paid:
        return []
    deliveries_of: dict[str, list[str]] = {}
    for posting_id, delivery_id in targets.filter(posting__in=affected).values_list("posting", "delivery"):
        deliveries_of.setdefault(str(posting_id), []).append(str(delivery_id))
    # Asked before the states are: a later state then only finds an entry that is too old, and its own is read later.
    states = _newest("delivery", [one for some in deliveries_of.values() for one in some], _ACTION_OF_STATE.values())
    payments = _newest("posting", paid, [PAYMENT_CHANGED])
    news = []
    for posting in visible_postings(SYSTEM_VIEWER).filter(pk__in=affected | paid).order_by("pk"):
        kind = KIND_OF_STATE.get(posting.state)
        if kind is not None and posting.pk in affected:
            action = _ACTION_OF_STATE[posting.state]
            brought = [found for one in deliveries_of[posting.pk] if (found := states.get((one, action)))]
            if brought:
                news.append(_News(*max(brought), kind, posting))
        if changed := payments.get((posting.pk, PAYMENT_CHANGED)):
            news.append(_News(*changed, EventKind.PAYMENT_CHANGED, posting))
    return news


def _newest(
    subject_type: str, subjects: Iterable[str], actions: Iterable[str]
) -> dict[tuple[str, str], tuple[int, datetime.datetime]]:
    """The newest entry of each subject and action: its number and time."""
    found = AuditEntry.objects.filter(
        subject_type=subject_type, subject_id__in=list(subjects), action__in=list(actions)
    )
    rows = found.values_list("subject_id", "action").annotate(number=Max("pk"), moment=Max("at")).order_by()
    return {(subject, action): (number, moment) for subject, action, number, moment in rows}


def _messages(
    news: Iterable[_News], endpoints: Sequence[WebhookEndpoint], now: datetime.datetime
) -> list[WebhookMessage]:
    """One for each endpoint that wants it, that may know of the company, and that listened when it happened."""
    companies = {one.pk: {company.pk for company in one.companies.all()} for one in endpoints}
    messages = []
    for one in news:
        wanting = [
            endpoint
            for endpoint in endpoints
            if one.kind.value in endpoint.event_kinds
            and (endpoint.all_companies or one.posting.company_id in companies[endpoint.pk])
            and one.entry > endpoint.starts_after
        ]
        body = posting_body(one.posting, kind=one.kind.value, at=one.at) if wanting else ""
        messages += [
            WebhookMessage(
                endpoint=endpoint,
                kind=one.kind.value,
                journal_entry=one.entry,
                subject_id=one.posting.pk,
                subject_label=str(one.posting)[:120],
                company=one.posting.company.code,
                body=body,
                due_at=now,
            )
            for endpoint in wanting
        ]
    return messages
