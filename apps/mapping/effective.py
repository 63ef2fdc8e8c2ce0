"""The map in force: what is delivered, with what an admin changed. Read again only when its revision is another."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from apps.mapping.models import MappedKind, ObjectMapping

M = TypeVar("M")


@dataclass(frozen=True)
class FieldChange:
    """A field mapped otherwise than delivered: from a property, a constant, an expression, or not at all."""

    kind: MappedKind
    value: str = ""


@dataclass(frozen=True)
class Changes:
    """Everything that was changed in one map; `include_private` None: as delivered."""

    fields: Mapping[str, FieldChange] = field(default_factory=dict)
    include_private: bool | None = None


_AS_DELIVERED = ("", None)
_built: dict[str, tuple[tuple[str, bool | None], Any]] = {}


def in_force(object_name: str, build: Callable[[str, Changes], M]) -> M:
    """The map that `build` makes of an object and its changes. One cheap query; two more for another revision."""
    return all_in_force([object_name], build)[object_name]


def all_in_force(object_names: Iterable[str], build: Callable[[str, Changes], M]) -> dict[str, M]:
    """The same for several objects, for the same one query."""
    return all_in_force_with_directions(object_names, build)[0]


def all_in_force_with_directions(
    object_names: Iterable[str], build: Callable[[str, Changes], M]
) -> tuple[dict[str, M], dict[str, str]]:
    """The maps, and the direction of each object that has one here; for the same one query."""
    names = list(object_names)
    rows = list(
        ObjectMapping.objects.filter(object_name__in=names)
        .order_by()
        .values_list("object_name", "revision", "include_private", "direction")
    )
    stamps = {name: (revision, private) for name, revision, private, _direction in rows if revision}
    maps: dict[str, M] = {}
    for name in names:
        stamp = stamps.get(name, _AS_DELIVERED)
        known = _built.get(name)
        if known is None or known[0] != stamp:
            known = (stamp, build(name, changes_of(name) if name in stamps else Changes()))
            _built[name] = known
        maps[name] = known[1]
    return maps, {name: direction for name, _revision, _private, direction in rows}


def changes_of(object_name: str) -> Changes:
    """What an admin changed in an object's map."""
    mapping = ObjectMapping.objects.filter(object_name=object_name).prefetch_related("fields").first()
    if mapping is None:
        return Changes()
    fields = {row.field: FieldChange(MappedKind(row.kind), row.value) for row in mapping.fields.all()}
    return Changes(fields, mapping.include_private if mapping.revision else None)


def changed_rows(rows: list[dict[str, Any]], changes: Changes, at: str = "") -> list[dict[str, Any]]:
    """Delivered rows of fields with the changes; cleared ones are gone, nested ones are named by their path."""
    kept = []
    for row in rows:
        path = f"{at}{row['field']}"
        if row.get("nested"):
            nested = changed_rows(row["nested"], changes, f"{path}.")
            if nested:
                kept.append({**row, "nested": nested})
            continue
        change = changes.fields.get(path)
        if change is None:
            kept.append(row)
        elif change.kind != MappedKind.CLEARED:
            without = {name: value for name, value in row.items() if name not in ("property", "constant", "expression")}
            kept.append({**without, change.kind.value: change.value})
    return kept


def paths_of(rows: list[dict[str, Any]], at: str = "") -> list[tuple[str, dict[str, Any]]]:
    """The delivered rows that hold a value, each with its path."""
    found: list[tuple[str, dict[str, Any]]] = []
    for row in rows:
        path = f"{at}{row['field']}"
        found += paths_of(row["nested"], f"{path}.") if row.get("nested") else [(path, row)]
    return found


def added(
    rows: list[dict[str, Any]], changes: Changes, more: Iterable[tuple[str, dict[str, Any]]] = ()
) -> dict[str, FieldChange]:
    """Fields that are mapped although no map is delivered for them: neither in the rows nor in `more`."""
    known = {path for path, _row in (*paths_of(rows), *more)}
    return {
        path: change
        for path, change in changes.fields.items()
        if path not in known and change.kind != MappedKind.CLEARED
    }
