"""Delivered data in a test's database: loaded once, then put there again as the same rows, in little time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection
from django.db.models import Model

from apps.organisation.models import Legislation


@dataclass(frozen=True)
class Table:
    """The rows of a table as its database gives and takes them."""

    name: str
    columns: list[str]
    rows: list[tuple[Any, ...]]

    @classmethod
    def read(cls, model: type[Model]) -> Self:
        name = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608  a table of our own
            return cls(name, [column[0] for column in cursor.description], cursor.fetchall())

    def write(self, legislations: dict[int, int]) -> None:
        """Put the rows there, for legislations that have other keys now."""
        columns = ", ".join(map(connection.ops.quote_name, self.columns))
        places = f"({', '.join(['%s'] * len(self.columns))})"
        rows = self.rows
        if "legislation_id" in self.columns:
            at = self.columns.index("legislation_id")
            rows = [(*row[:at], legislations.get(row[at]), *row[at + 1 :]) for row in rows]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.name} ({columns}) VALUES {', '.join([places] * len(rows))}",  # noqa: S608
                [value for row in rows for value in row],
            )


_kept: dict[tuple[str, ...], tuple[dict[str, int], list[Table]]] = {}


def deliver(load: Callable[[], object], *models: type[Model]) -> None:
    """What `load` puts into the tables of these models, the first ones needed by the later ones.

    The load itself does it the first time, and wherever one of the tables is not empty.
    """
    if any(model._base_manager.exists() for model in models):
        load()
        return
    legislations = dict(Legislation.objects.values_list("code", "pk"))
    key = (load.__qualname__, *sorted(legislations))
    if key not in _kept:
        load()
        _kept[key] = legislations, [Table.read(model) for model in models]
        return
    before, tables = _kept[key]
    for table in tables:
        table.write({before[code]: pk for code, pk in legislations.items()})
