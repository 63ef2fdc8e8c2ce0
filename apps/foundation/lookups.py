"""Look-ups that an index answers on every database."""

from typing import Any

from django.db.models import CharField
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
