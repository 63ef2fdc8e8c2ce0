"""Marking the figures that a change made stale: whatever changed, they are counted anew from the rows themselves."""

import datetime
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Min

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery, IntegrationState
from apps.delivery.states import State
from apps.foundation.portions import portions
from apps.masterdata.models import Customer, OutboundRecord, Supplier
from apps.postings.deliverable import KIND
from apps.postings.models import Posting
from apps.status.models import PartnerFigure, PartnerKind, RollUp, StaleFigure, StaleKind

OVERLAP = datetime.timedelta(minutes=5)
"""Noted again each time: longer than any transaction, whose rows show only when it is over, and than clocks differ."""

HOURS_KEPT = datetime.timedelta(days=7)

RECORDS: dict[str, type[OutboundRecord]] = {PartnerKind.CUSTOMER: Customer, PartnerKind.SUPPLIER: Supplier}

Mark = tuple[str, str]
"""Kind and key of a figure."""

AT_ONCE = 2000


def note_changes(roll_up: RollUp, now: datetime.datetime) -> None:
    """Mark what changed since changes were noted last, and say that they are noted until now.

    The first time, once a day, and when another configuration became the active one, that is everything: a defect in
    the noting heals within a day.
    """
    active = IntacctConfiguration.objects.filter(is_active=True).values_list("pk", flat=True).first()
    since = roll_up.noted_until
    known = since is not None and since.date() == now.date() and roll_up.connection_id == active
    marks = _changed(since - OVERLAP, now) if known and since is not None else _everything(now)
    with transaction.atomic():
        _mark(marks)
        RollUp.objects.filter(pk=roll_up.pk).update(noted_until=now, connection=active)


def note_everything(now: datetime.datetime) -> None:
    """Have every figure counted anew."""
    with transaction.atomic():
        _mark(_everything(now))


def _mark(marks: Iterable[Mark]) -> None:
    for some in portions(marks, AT_ONCE):
        StaleFigure.objects.bulk_create((StaleFigure(kind=kind, key=key) for kind, key in some), ignore_conflicts=True)


def _changed(since: datetime.datetime, now: datetime.datetime) -> set[Mark]:
    moved = Delivery.objects.filter(kind=KIND, updated_at__gte=since).values_list(
        "posted_at",
        "target_document__posting__created_at",
        "target_document__posting__customer",
        "target_document__posting__supplier",
    )
    marks: set[Mark] = set()
    for posted_at, submitted_at, customer, supplier in moved.iterator(AT_ONCE):
        if posted_at is not None and posted_at > now - HOURS_KEPT:
            marks.add((StaleKind.HOUR, _hour(posted_at)))
        if submitted_at is not None:
            marks.add((StaleKind.DAY, submitted_at.date().isoformat()))
        if customer:
            marks.add((StaleKind.CUSTOMER, customer))
        if supplier:
            marks.add((StaleKind.SUPPLIER, supplier))
    states = IntegrationState.objects.filter(node__in=RECORDS, updated_at__gte=since)
    marks.update(states.values_list("node", "key"))
    for kind, model in RECORDS.items():
        changed = model._default_manager.filter(updated_at__gte=since)
        marks.update((kind, code) for code in changed.values_list("code", flat=True))
    return marks


def _everything(now: datetime.datetime) -> Iterator[Mark]:
    first = Posting.objects.aggregate(at=Min("created_at"))["at"]
    if first is not None:
        for back in range((now.date() - first.date()).days + 1):
            yield StaleKind.DAY, (now.date() - datetime.timedelta(days=back)).isoformat()
    posted = Delivery.objects.filter(kind=KIND, state=State.POSTED)
    if posted.exists():
        for back in range(int(HOURS_KEPT / datetime.timedelta(hours=1))):
            yield StaleKind.HOUR, _hour(now - datetime.timedelta(hours=back))
    for kind, model in RECORDS.items():
        codes = set(model._default_manager.values_list("code", flat=True))
        codes.update(PartnerFigure.objects.filter(kind=kind).values_list("code", flat=True))
        codes.update(Posting.objects.exclude(**{kind: ""}).order_by().values_list(kind, flat=True).distinct())
        yield from ((kind, code) for code in sorted(codes))


def _hour(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).replace(minute=0, second=0, microsecond=0).isoformat()
