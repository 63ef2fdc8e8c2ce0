"""Counting what may be a million rows, so far as a person can use the number."""

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format

MOST_COUNTED = 10_000


class AtLeast(int):
    """A number of rows that was not counted to its end; pages show it as `10,000+`."""

    def __str__(self) -> str:
        return f"{number_format(int(self), force_grouping=True)}+"


def short_count(rows: QuerySet[Any, Any]) -> int:
    """How many rows there are, counted up to ten thousand: beyond it the database would read them all."""
    counted = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return AtLeast(MOST_COUNTED) if counted > MOST_COUNTED else counted
