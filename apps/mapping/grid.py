"""What the *Mapping* page shows of an object: its map as delivered and in force, beside the fields that Intacct has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.mapping.effective import FieldChange, changes_of, paths_of
from apps.mapping.inbound_properties import camel, inbound_properties, reading_of
from apps.mapping.models import Direction, MappedKind, ObjectMapping
from apps.mapping.nodes import node_of
from apps.mapping.reading import delivered_inbound, inbound_objects
from apps.mapping.sending import delivered_outbound, outbound_objects
from apps.mapping.smart_event_objects import smart_event_objects

ORDER = ("CUSTOMER", "VENDOR", "ITEM", "CONTACT", "LOCATIONENTITY", "APTERM", "ARTERM", "GLJOURNAL", "GLACCOUNT")
"""The guide's tables; what is not in it comes after."""


@dataclass(frozen=True)
class MappedObject:
    """An object map that can be edited. `delivered`: by field path; `required`: can't be cleared."""

    object_name: str
    label: str
    node: str
    is_inbound: bool
    delivered: Mapping[str, FieldChange]
    required: frozenset[str]
    properties: Mapping[str, str]
    delivered_private: bool = False
    readings: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def delivered_direction(self) -> Direction:
        return Direction.INBOUND if self.is_inbound else Direction.OUTBOUND

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions that make sense for it: *Both* needs Smart Events, which tell of changes over there."""
        is_told = not self.is_inbound and self.object_name in smart_event_objects()
        both = (Direction.BOTH,) if is_told else ()
        return (self.delivered_direction, *both, Direction.NOT_SENT)

    def same_type(self, path: str, name: str) -> bool:
        """Whether a field's values can fill another property: read the same way."""
        if not self.is_inbound:
            return True
        now = {key: value for key, value in self.readings.get(path, {}).items() if key in ("active", "type", "words")}
        return _kind(now) == _kind(reading_of(self.node, name))


def _kind(reading: Mapping[str, Any]) -> str:
    return "switch" if reading.get("active") else "word" if reading.get("words") else str(reading.get("type", "text"))


def mapped_object(object_name: str) -> MappedObject:
    """Raises KeyError for an object that has no map to edit."""
    is_inbound = object_name not in outbound_objects()
    if is_inbound:
        raw = delivered_inbound(object_name)
        properties = {name: str(one.verbose_name) for name, one in inbound_properties(raw["node"]).items()}
    else:
        raw = delivered_outbound(object_name)
        properties = {name: one.label for name, one in node_of(raw["node"]).properties.items()}
    rows = paths_of([raw["key"], *raw["fields"]])
    return MappedObject(
        object_name=raw["object"],
        label=raw["label"],
        node=raw["node"],
        is_inbound=is_inbound,
        delivered={path: _delivered(row) for path, row in rows},
        required=frozenset({raw["key"]["field"], *(path for path, row in rows if row.get("required"))}),
        properties=properties,
        delivered_private=bool(raw.get("include_private", False)),
        readings=dict(rows),
    )


def mapped_objects() -> list[MappedObject]:
    """Every object whose map can be edited, in the guide's order."""
    names = [*inbound_objects(), *outbound_objects()]
    return [mapped_object(name) for name in sorted(names, key=lambda one: (_place(one), one))]


def _place(object_name: str) -> int:
    return ORDER.index(object_name) if object_name in ORDER else len(ORDER)


def _delivered(row: Mapping[str, Any]) -> FieldChange:
    if row.get("constant"):
        return FieldChange(MappedKind.CONSTANT, str(row["constant"]))
    return FieldChange(MappedKind.PROPERTY, row["property"])


@dataclass(frozen=True)
class GridRow:
    """One field: what Intacct says of it, and what it is mapped to, now and as delivered."""

    path: str
    label: str
    description: str
    data_type: str
    is_required: bool
    is_read_only: bool
    is_custom: bool
    is_unknown: bool
    is_editable: bool
    now: FieldChange | None
    delivered: FieldChange | None

    @property
    def is_changed(self) -> bool:
        return self.now != self.delivered

    @property
    def property_name(self) -> str:
        """As Sage DMO spells it; empty where no property is mapped."""
        return camel(self.now.value) if self.now is not None and self.now.kind == MappedKind.PROPERTY else ""

    @property
    def constant(self) -> str:
        """The constant, or the expression after a `=`."""
        if self.now is None or self.now.kind == MappedKind.PROPERTY:
            return ""
        return f"={self.now.value}" if self.now.kind == MappedKind.EXPRESSION else self.now.value

    @property
    def delivered_words(self) -> str:
        if self.delivered is None:
            return ""
        return self.delivered.value if self.delivered.kind == MappedKind.CONSTANT else camel(self.delivered.value)


def grid_of(mapping: ObjectMapping) -> list[GridRow]:
    """Mapped fields first, then the other fields that Intacct has; two queries."""
    mapped = mapped_object(mapping.object_name)
    changes = changes_of(mapping.object_name).fields
    inspected: dict[str, Any] = {one["name"]: one for one in mapping.inspected}
    paths = dict.fromkeys([*mapped.delivered, *changes, *sorted(inspected)])
    return [_row(path, mapped, changes, inspected) for path in paths]


def _row(path: str, mapped: MappedObject, changes: Mapping[str, FieldChange], inspected: Mapping[str, Any]) -> GridRow:
    said = inspected.get(path, {})
    delivered = mapped.delivered.get(path)
    now = changes.get(path, delivered)
    unknown = bool(inspected) and not said and "." not in path and now is not None
    return GridRow(
        path=path,
        label=said.get("label", ""),
        description=said.get("description", ""),
        data_type=said.get("type", ""),
        is_required=path in mapped.required or said.get("required", False),
        is_read_only=said.get("read_only", False),
        is_custom=said.get("custom", False),
        is_unknown=unknown and now is not None and now.kind != MappedKind.CLEARED,
        is_editable=path not in mapped.required and (mapped.is_inbound or not said.get("read_only", False)),
        now=None if now is not None and now.kind == MappedKind.CLEARED else now,
        delivered=delivered,
    )


def differences_from_delivered(mapping: ObjectMapping) -> list[tuple[str, str, str]]:
    """What a reset would undo: field or setting, now, as delivered."""
    mapped = mapped_object(mapping.object_name)
    found: list[tuple[str, str, str]] = []
    if mapping.direction != mapped.delivered_direction:
        found.append(("Direction", str(mapping.get_direction_display()), str(mapped.delivered_direction.label)))
    if mapping.include_private != mapped.delivered_private:
        found.append(("Include private", _yes(mapping.include_private), _yes(mapped.delivered_private)))
    rows: Sequence[GridRow] = [row for row in grid_of(mapping) if row.is_changed]
    return found + [
        (row.path, row.property_name or row.constant or "cleared", row.delivered_words or "not mapped") for row in rows
    ]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
