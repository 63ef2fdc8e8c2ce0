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


def first_different(values: QuerySet[Any, Any], *, most: int, repeats: int) -> set[Any]:
    """The different values of a `values_list(…, flat=True)`, up to one more than `most`.

    Each is in it `repeats` times at most. Read only so far, and here: with DISTINCT, PostgreSQL would read and sort all
    of them before it gives the first.
    """
    found = set()
    for value in values.order_by()[: repeats * (most + 1)].iterator(chunk_size=250):
        found.add(value)
        if len(found) > most:
            break
    return found
