"""Look-ups that an index answers on every database."""

from typing import Any

from django.db.models import CharField
from django.db.models.functions import Lower
from django.db.models.lookups import StartsWith


@CharField.register_lookup
class Prefix(StartsWith):
    """`key__prefix="C-1"`: how the text begins, with its case.

    On SQLite a range, because its LIKE can't use an index; on PostgreSQL LIKE, for an index with
    `varchar_pattern_ops`.
    """

    lookup_name = "prefix"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return compiler.compile(StartsWith(self.lhs, self.rhs))

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        column, parameters = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", (
            *parameters,
            str(self.rhs),
            *parameters,
            f"{self.rhs}\U0010ffff",
        )


class NotByIndex(Lower):
    """A text in small letters, for which SQLite takes no index of the column.

    It has no statistics: for `posting's deliveries in a state` it would read all deliveries of the state for each
    posting, not the posting's own. PostgreSQL knows better, and is given the column as it is.
    """

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        (column,) = self.get_source_expressions()
        return compiler.compile(column)
