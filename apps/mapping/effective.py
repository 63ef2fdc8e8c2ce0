"""The map in force: what is delivered, with what an admin changed. Read again only when its revision is another."""

from collections.abc import Callable, Mapping
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


def in_force(object_name: str, build: Callable[[Changes], M]) -> M:
    """The map that `build` makes of the changes. One cheap query; two more when another revision is in force."""
    found = ObjectMapping.objects.filter(object_name=object_name).values_list("revision", "include_private").first()
    stamp = found if found is not None and found[0] else _AS_DELIVERED
    known = _built.get(object_name)
    if known is None or known[0] != stamp:
        known = (stamp, build(changes_of(object_name) if stamp != _AS_DELIVERED else Changes()))
        _built[object_name] = known
    built: M = known[1]
    return built


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


def added(rows: list[dict[str, Any]], changes: Changes) -> dict[str, FieldChange]:
    """Fields that are mapped although no map is delivered for them."""
    known = {path for path, _row in paths_of(rows)}
    return {
        path: change
        for path, change in changes.fields.items()
        if path not in known and change.kind != MappedKind.CLEARED
    }
