"""The figures as pages ask for them: small tables that the worker rolls up, so they cost the same at any size."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Sum

from apps.status.models import DayFigure, HourFigure, RecordFigure, RollUp, StaleFigure


@dataclass(frozen=True)
class DayCounts:
    """Where the postings submitted on a day (UTC) stand."""

    day: datetime.date
    posted: int = 0
    pending: int = 0
    in_error: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        return self.posted + self.pending + self.in_error + self.cancelled


def counts_by_day(company_ids: Collection[int] | None, since: datetime.date, until: datetime.date) -> list[DayCounts]:
    """One for each day from `since` to `until`, oldest first, of these companies (None: all). One query."""
    figures = DayFigure.objects.filter(day__gte=since, day__lte=until)
    if company_ids is not None:
        figures = figures.filter(company__in=company_ids)
    rows = figures.values("day").order_by().annotate(**{name: Sum(name) for name in _STANDINGS})
    found = {row["day"]: DayCounts(**row) for row in rows}
    days = (since + datetime.timedelta(days=number) for number in range((until - since).days + 1))
    return [found.get(day) or DayCounts(day) for day in days]


_STANDINGS = ("posted", "pending", "in_error", "cancelled")


def counts_ever(company_ids: Collection[int] | None) -> dict[str, int]:
    """How many postings of these companies (None: of all) stand where. One query."""
    figures = DayFigure.objects.all() if company_ids is None else DayFigure.objects.filter(company__in=company_ids)
    return {name: number or 0 for name, number in figures.aggregate(**{n: Sum(n) for n in _STANDINGS}).items()}


def posted_by_hour(since: datetime.datetime, until: datetime.datetime) -> list[tuple[datetime.datetime, int]]:
    """How much was posted in each hour (UTC), oldest first. One query."""
    first = since.replace(minute=0, second=0, microsecond=0)
    found = dict(HourFigure.objects.filter(hour__gte=first, hour__lte=until).values_list("hour", "posted"))
    hours = (
        first + datetime.timedelta(hours=number) for number in range(int((until - first).total_seconds() // 3600) + 1)
    )
    return [(hour, found.get(hour, 0)) for hour in hours]


def records_by_status() -> dict[str, dict[str, int]]:
    """Of items, customers and suppliers (by node): how many have which integration status. One query."""
    found: dict[str, dict[str, int]] = {}
    for figure in RecordFigure.objects.all():
        found.setdefault(figure.node, {})[figure.status] = figure.records
    return found


@dataclass(frozen=True)
class Freshness:
    """`as_of`: until when the figures are right; None before the first roll-up. `left`: how many are being counted."""

    as_of: datetime.datetime | None
    left: int


def freshness() -> Freshness:
    """Two queries."""
    as_of = RollUp.objects.values_list("as_of", flat=True).first()
    return Freshness(as_of, StaleFigure.objects.count())
