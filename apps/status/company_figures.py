"""What became of a company's documents: by day, and added up over today, seven and thirty days."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from apps.status.figures import DayCounts
from apps.status.models import DayFigure

DAYS = 30
WEEK = 7


@dataclass(frozen=True)
class CompanyFigures:
    days: tuple[DayCounts, ...]
    """Thirty, the oldest first."""

    @property
    def today(self) -> DayCounts:
        return self.days[-1]

    @property
    def week(self) -> DayCounts:
        return _sum(self.days[-WEEK:])

    @property
    def month(self) -> DayCounts:
        return _sum(self.days)


def company_figures(company_ids: Sequence[int]) -> dict[int, CompanyFigures]:
    """The figures of each company in one query; a day without documents is all noughts. Days are UTC's."""
    today = timezone.now().date()
    days = [today - datetime.timedelta(days=back) for back in reversed(range(DAYS))]
    rows = DayFigure.objects.filter(company__in=company_ids, day__gte=days[0], day__lte=today)
    found = {
        (company, day): DayCounts(day, *numbers)
        for company, day, *numbers in rows.values_list("company", "day", "posted", "pending", "in_error", "cancelled")
    }
    return {pk: CompanyFigures(tuple(found.get((pk, day), DayCounts(day)) for day in days)) for pk in company_ids}


def _sum(days: Sequence[DayCounts]) -> DayCounts:
    return DayCounts(
        day=days[0].day,
        posted=sum(one.posted for one in days),
        pending=sum(one.pending for one in days),
        in_error=sum(one.in_error for one in days),
        cancelled=sum(one.cancelled for one in days),
    )
