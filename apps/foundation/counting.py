"""Counting what may be a million rows, so far as a person can use the number."""

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format

MOST_COUNTED = 10_000


class AtLeast(int):
    """A number of rows that was not counted to its end; pages show it as `10,000+`."""

    def __str__(self) -> str:
        return f"{number_format(int(self), force_grouping=True)}+"


def short_count(rows: QuerySet[Any, Any], *, most: int | None = None) -> int:
    """How many rows there are, counted up to ten thousand, or `most`: beyond it the database would read them all."""
    most = MOST_COUNTED if most is None else most
    counted = rows.order_by().values("pk")[: most + 1].count()
    return AtLeast(most) if counted > most else counted
