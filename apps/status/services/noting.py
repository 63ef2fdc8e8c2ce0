"""Marking the figures that a change made stale: whatever changed, they are counted anew from the rows themselves."""

import datetime
from collections.abc import Iterable

from django.db import transaction

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery, IntegrationState
from apps.foundation.portions import portions
from apps.masterdata.models import Customer, OutboundRecord, Supplier
from apps.postings.deliverable import KIND
from apps.status.models import PartnerKind, RollUp, StaleFigure, StaleKind

OVERLAP = datetime.timedelta(minutes=5)
"""Noted again each time: longer than any transaction, whose rows show only when it is over, and than clocks differ."""

HOURS_KEPT = datetime.timedelta(days=7)

RECORDS: dict[str, type[OutboundRecord]] = {PartnerKind.CUSTOMER: Customer, PartnerKind.SUPPLIER: Supplier}

Mark = tuple[str, str]
"""Kind and key of a figure."""

AT_ONCE = 2000


def note_changes(roll_up: RollUp, now: datetime.datetime) -> None:
    """Mark what changed since changes were noted last, and say that they are noted until now."""
    active = active_connection()
    marks = set() if roll_up.noted_until is None else _changed(roll_up.noted_until - OVERLAP, now)
    with transaction.atomic():
        _mark(marks)
        RollUp.objects.filter(pk=roll_up.pk).update(noted_until=now, connection=active)


def active_connection() -> int | None:
    """The primary key of the active configuration."""
    return IntacctConfiguration.objects.filter(is_active=True).values_list("pk", flat=True).first()


def _mark(marks: Iterable[Mark]) -> None:
    for some in portions(marks, AT_ONCE):
        StaleFigure.objects.bulk_create((StaleFigure(kind=kind, key=key) for kind, key in some), ignore_conflicts=True)


def _changed(since: datetime.datetime, now: datetime.datetime) -> set[Mark]:
    # Without an order, which SQLite would take a whole table's index for: it reads a million to find five hundred.
    moved = Delivery.objects.filter(kind=KIND, updated_at__gte=since).order_by()
    rows = moved.values_list(
        "posted_at",
        "target_document__posting__created_at",
        "target_document__posting__customer",
        "target_document__posting__supplier",
    )
    marks: set[Mark] = set()
    for posted_at, submitted_at, customer, supplier in rows.iterator(AT_ONCE):
        if posted_at is not None and posted_at > now - HOURS_KEPT:
            marks.add((StaleKind.HOUR, hour_of(posted_at)))
        if submitted_at is not None:
            marks.add((StaleKind.DAY, submitted_at.date().isoformat()))
        if customer:
            marks.add((StaleKind.CUSTOMER, customer))
        if supplier:
            marks.add((StaleKind.SUPPLIER, supplier))
    states = IntegrationState.objects.filter(node__in=RECORDS, updated_at__gte=since).order_by()
    marks.update(states.values_list("node", "key"))
    for kind, model in RECORDS.items():
        changed = model._default_manager.filter(updated_at__gte=since).order_by()
        marks.update((kind, code) for code in changed.values_list("code", flat=True))
    return marks


def hour_of(moment: datetime.datetime) -> str:
    """The key of an hour's figure."""
    return moment.astimezone(datetime.UTC).replace(minute=0, second=0, microsecond=0).isoformat()
