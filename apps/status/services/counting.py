"""Counting figures anew from the rows: a constant number of queries for many, and only what differs is written."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Count

from apps.delivery.models import Delivery, IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.postings.deliverable import KIND
from apps.postings.models import Posting
from apps.status.models import DayFigure, HourFigure, RecordFigure, StaleKind
from apps.status.services.partner_counting import count_customers, count_suppliers
from apps.status.services.standing import STANDINGS, standing

ROWS_AT_ONCE = 2000


@contextmanager
def quickly_planned() -> Iterator[None]:
    """On PostgreSQL, statements inside are one transaction, and not compiled.

    Looking up a few thousand postings by key takes it 30 ms, and compiling the statement first (`jit`) up to 1.5 s: it
    takes them for many more. SQLite compiles nothing, and a transaction would keep its only writer waiting.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")
        yield


def count_days(days: Collection[str]) -> None:
    """Where the postings of these days (ISO, UTC) stand, by company: a query for each day."""
    wanted = [datetime.date.fromisoformat(one) for one in days]
    found = {(day, company): numbers for day in wanted for company, numbers in _day(day).items()}
    with transaction.atomic():
        rows = DayFigure.objects.filter(day__in=wanted).order_by().values_list("day", "company", "pk", *STANDINGS)
        before = {(day, company): (pk, tuple(numbers)) for day, company, pk, *numbers in rows}
        if gone := [pk for place, (pk, _) in before.items() if place not in found]:
            DayFigure.objects.filter(pk__in=gone).delete()
        DayFigure.objects.bulk_create(
            [
                DayFigure(day=day, company_id=company, **dict(zip(STANDINGS, numbers, strict=True)))
                for (day, company), numbers in sorted(found.items())
                if numbers != before.get((day, company), (None, ()))[1]
            ],
            update_conflicts=True,
            unique_fields=("day", "company"),
            update_fields=STANDINGS,
        )


def _day(day: datetime.date) -> dict[int, tuple[int, ...]]:
    """By company: how many stand where, in the order of `STANDINGS`."""
    begin = datetime.datetime.combine(day, datetime.time.min, datetime.UTC)
    postings = Posting.objects.filter(created_at__gte=begin, created_at__lt=begin + datetime.timedelta(days=1))
    rows = postings.annotate(standing=standing("pk")).values_list("company", "standing").order_by()
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for company, place, number in rows.annotate(number=Count("pk")):
        counts[company][place] = number
    return {company: tuple(places[place] for place in range(len(STANDINGS))) for company, places in counts.items()}


def count_hours(hours: Collection[str]) -> None:
    """How much was posted in these hours (ISO, UTC): one query for all of them.

    Found by when it changed last, which is not before it was posted. No condition of state: SQLite, which has no
    statistics, would go through all that is posted.
    """
    wanted = sorted(datetime.datetime.fromisoformat(one) for one in hours)
    first, ends = wanted[0], wanted[-1] + datetime.timedelta(hours=1)
    posted = Delivery.objects.filter(kind=KIND, updated_at__gte=first, posted_at__gte=first, posted_at__lt=ends)
    moments = posted.order_by().values_list("posted_at", flat=True).iterator(ROWS_AT_ONCE)
    counts = Counter(moment.replace(minute=0, second=0, microsecond=0) for moment in moments if moment is not None)
    with transaction.atomic():
        HourFigure.objects.filter(hour__in=[hour for hour in wanted if not counts[hour]]).delete()
        HourFigure.objects.bulk_create(
            [HourFigure(hour=hour, posted=counts[hour]) for hour in wanted if counts[hour]],
            update_conflicts=True,
            unique_fields=("hour",),
            update_fields=("posted",),
        )


def count_records() -> None:
    """How many items, customers and suppliers have which status with the active configuration: two queries a kind."""
    rows = []
    for node, kind in OUTBOUND_NODES.items():
        records = kind.model._default_manager.alive()
        states = IntegrationState.objects.filter(connection__is_active=True, node=node).order_by()
        counts = dict(states.values_list("status").annotate(number=Count("pk")))
        without = records.count() - sum(counts.values())
        counts[IntegrationStatus.NOT_INTEGRATED] = counts.get(IntegrationStatus.NOT_INTEGRATED, 0) + max(0, without)
        rows += [RecordFigure(node=node, status=status, records=number) for status, number in counts.items() if number]
    with transaction.atomic():
        RecordFigure.objects.all().delete()
        RecordFigure.objects.bulk_create(rows)


COUNTS: dict[str, Callable[[Collection[str]], None]] = {
    StaleKind.DAY: count_days,
    StaleKind.HOUR: count_hours,
    StaleKind.CUSTOMER: count_customers,
    StaleKind.SUPPLIER: count_suppliers,
}
"""How figures of each kind are counted."""
