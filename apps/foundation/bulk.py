"""Many rows changed at once, each with values of its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections, models, router


def update_each(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[tuple[Any, Sequence[Any]]],
    *,
    only_if: Mapping[str, Any] | None = None,
) -> int:
    """Write the fields `names` of each row, given as (primary key, values). Returns how many rows were changed.

    One prepared UPDATE for all: Django's `bulk_update` builds an expression for each value of each row, and an
    `update()` for each row builds a query, which costs more than the database needs. `only_if`: a row is changed only
    while these fields have these values; None means NULL.
    """
    using = router.db_for_write(model)
    database = connections[using]
    quote = database.ops.quote_name
    fields = [_field(model, name) for name in names]
    guards = [(_field(model, name), value) for name, value in (only_if or {}).items()]
    key: Any = model._meta.pk
    conditions = [f"{quote(key.column)} = %s"]
    conditions += [f"{quote(one.column)} {'IS NULL' if value is None else '= %s'}" for one, value in guards]
    written = ", ".join(f"{quote(one.column)} = %s" for one in fields)
    guarding = [one.get_db_prep_save(value, database) for one, value in guards if value is not None]
    parameters = [
        (
            *(one.get_db_prep_save(value, database) for one, value in zip(fields, values, strict=True)),
            key.get_db_prep_save(pk, database),
            *guarding,
        )
        for pk, values in rows
    ]
    if not parameters:
        return 0
    with database.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {written} WHERE {' AND '.join(conditions)}",  # noqa: S608  names of our models
            parameters,
        )
        changed: int = cursor.rowcount
    return changed


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
