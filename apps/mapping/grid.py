"""What the *Mapping* page shows of an object: its map as delivered and in force, beside the fields that Intacct has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from apps.mapping.delivered_maps import DOCUMENTS, OUTBOUND
from apps.mapping.effective import FieldChange, changes_of, paths_of
from apps.mapping.inbound_properties import camel, inbound_properties, reading_of
from apps.mapping.models import Direction, MappedKind, ObjectMapping
from apps.mapping.nodes import Node, node_of
from apps.mapping.object_maps import lines_path
from apps.mapping.reading import delivered_inbound, inbound_objects
from apps.mapping.smart_event_objects import smart_event_objects

ORDER = (
    "CUSTOMER", "VENDOR", "ITEM", "CONTACT", "LOCATIONENTITY", "APTERM", "ARTERM", "GLJOURNAL", "GLACCOUNT",
    "TAXDETAIL", "GLBATCH", "APBILL", "ARINVOICE", "ARADVANCE", "APADJUSTMENT", "ARADJUSTMENT",
)  # fmt: skip
"""The guide's tables; what is not in it comes after."""

POSTING_KEY = "posting_key"
"""What the grid calls the portal's own mark on a record."""


class Way(StrEnum):
    """Which of the three kinds of maps an object has."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    DOCUMENT = "document"


@dataclass(frozen=True)
class MappedObject:
    """An object map that can be edited. `delivered`: by field path; `required`: can't be cleared.

    `locked`: fields that stay as they are delivered. Of a document, these decide what is posted and how it is found
    again. `lines_at`: where the fields of a document's lines stand, with `line_properties` to fill them from.
    `custom_at`: where custom fields go, of an object whose function has an element of its own for them. `instead_of`:
    the object that credit notes are lines of, unless this one's direction is Outbound.
    """

    object_name: str
    label: str
    node: str
    way: Way
    delivered: Mapping[str, FieldChange]
    required: frozenset[str]
    locked: frozenset[str]
    properties: Mapping[str, str]
    transactions: str = ""
    delivered_private: bool = False
    readings: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    lines_object: str = ""
    lines_at: str = ""
    line_properties: Mapping[str, str] = field(default_factory=dict)
    custom_at: str = ""
    instead_of: str = ""

    @property
    def is_inbound(self) -> bool:
        return self.way == Way.INBOUND

    @property
    def is_document(self) -> bool:
        return self.way == Way.DOCUMENT

    @property
    def delivered_direction(self) -> Direction:
        if self.instead_of:
            return Direction.NOT_SENT
        return Direction.INBOUND if self.is_inbound else Direction.OUTBOUND

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions that make sense for it: *Both* needs Smart Events, which tell of changes over there.

        A document that was accepted is posted: what holds postings back is the option's switch, not a mapping. Only
        what credit notes become is chosen here.
        """
        if self.instead_of:
            return (Direction.NOT_SENT, Direction.OUTBOUND)
        if self.is_document:
            return (self.delivered_direction,)
        is_told = not self.is_inbound and self.object_name in smart_event_objects()
        both = (Direction.BOTH,) if is_told else ()
        return (self.delivered_direction, *both, Direction.NOT_SENT)

    def is_of_line(self, path: str) -> bool:
        return bool(self.lines_at) and path.startswith(self.lines_at)

    def properties_of(self, path: str) -> Mapping[str, str]:
        """What the field at a path may be filled from, or may fill: labels by key."""
        return self.line_properties if self.is_of_line(path) else self.properties

    def path_of(self, name: str, *, is_custom: bool, is_of_line: bool) -> str:
        """Where a field that Intacct listed stands in the map; empty for one that can't be sent.

        A legacy function names its fields otherwise, and takes no others but custom ones (protocol 4.7).
        """
        at = self.lines_at if is_of_line else ""
        if not self.custom_at:
            return f"{at}{name}"
        if is_custom:
            return f"{at}{self.custom_at}.{name}"
        return next((path for path in self.delivered if path == f"{at}{name.lower()}"), "")

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
    if object_name in DOCUMENTS.objects():
        return _document(DOCUMENTS.of(object_name))
    is_inbound = object_name not in OUTBOUND.objects()
    if is_inbound:
        raw = delivered_inbound(object_name)
        properties = {name: str(one.verbose_name) for name, one in inbound_properties(raw["node"]).items()}
    else:
        raw = OUTBOUND.of(object_name)
        properties = _labels(node_of(raw["node"]))
    rows = paths_of([raw["key"], *raw["fields"]])
    required = frozenset({raw["key"]["field"], *(path for path, row in rows if row.get("required"))})
    return MappedObject(
        object_name=raw["object"],
        label=raw["label"],
        node=raw["node"],
        way=Way.INBOUND if is_inbound else Way.OUTBOUND,
        delivered={path: _delivered(row) for path, row in rows},
        required=required,
        locked=required,
        properties=properties,
        delivered_private=bool(raw.get("include_private", False)),
        readings=dict(rows),
    )


def _document(raw: Mapping[str, Any]) -> MappedObject:
    at = lines_path(raw)
    node = node_of(raw["node"])
    rows = [*_with_conditions(raw["fields"]), *_with_conditions(raw["lines"]["fields"], at)]
    is_generic = raw["function"] == "create"
    return MappedObject(
        object_name=raw["object"],
        label=raw["label"],
        node=raw["node"],
        way=Way.DOCUMENT,
        delivered={path: _delivered(row) for path, row in rows},
        required=frozenset(path for path, row in rows if row.get("required")),
        locked=frozenset(path for path, row in rows if any(row.get(name) for name in _LOCKING)),
        properties=_labels(node),
        transactions=raw["transactions"],
        lines_object=raw["look_up"]["lines_object"],
        lines_at=at,
        line_properties=_labels(node.collections[raw["lines"]["collection"]].node),
        custom_at="" if is_generic else "customfields",
        instead_of=raw.get("instead_of", ""),
    )


_LOCKING = ("required", "locked", "marker", "marker_fallback", "only_if")


def _with_conditions(rows: list[dict[str, Any]], at: str = "", only_if: str = "") -> list[tuple[str, dict[str, Any]]]:
    """The rows that hold a value by path; what is inside a conditional element is conditional itself."""
    found: list[tuple[str, dict[str, Any]]] = []
    for row in rows:
        path, condition = f"{at}{row['field']}", row.get("only_if", only_if)
        if row.get("nested"):
            found += _with_conditions(row["nested"], f"{path}.", condition)
        else:
            found.append((path, {**row, "only_if": condition}))
    return found


def _labels(node: Node[Any]) -> dict[str, str]:
    return {name: one.label for name, one in node.properties.items()}


def mapped_objects() -> list[MappedObject]:
    """Every object whose map can be edited, in the guide's order."""
    names = [*inbound_objects(), *OUTBOUND.objects(), *DOCUMENTS.objects()]
    return [mapped_object(name) for name in sorted(names, key=lambda one: (_place(one), one))]


def _place(object_name: str) -> int:
    return ORDER.index(object_name) if object_name in ORDER else len(ORDER)


def _delivered(row: Mapping[str, Any]) -> FieldChange:
    if row.get("constant"):
        return FieldChange(MappedKind.CONSTANT, str(row["constant"]))
    return FieldChange(MappedKind.PROPERTY, POSTING_KEY if row.get("marker") else row["property"])


@dataclass(frozen=True)
class GridRow:
    """One field: what Intacct says of it, and what it is mapped to, now and as delivered.

    `name`: without the path of the lines, where it is the field of a line.
    """

    path: str
    name: str
    is_of_line: bool
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
    # A nested field is not listed by Intacct, and a legacy function's fields have names of their own.
    is_listed = "." not in path.removeprefix(mapped.lines_at) and not mapped.custom_at and path not in mapped.locked
    unknown = bool(inspected) and not said and is_listed and now is not None
    return GridRow(
        path=path,
        name=path.removeprefix(mapped.lines_at) if mapped.is_of_line(path) else path,
        is_of_line=mapped.is_of_line(path),
        label=said.get("label", ""),
        description=said.get("description", ""),
        data_type=said.get("type", ""),
        is_required=path in mapped.required or said.get("required", False),
        is_read_only=said.get("read_only", False),
        is_custom=said.get("custom", False),
        is_unknown=unknown and now is not None and now.kind != MappedKind.CLEARED,
        is_editable=path not in mapped.locked and (mapped.is_inbound or not said.get("read_only", False)),
        now=None if now is not None and now.kind == MappedKind.CLEARED else now,
        delivered=delivered,
    )


@dataclass(frozen=True)
class Relationship:
    """An object that Intacct relates to this one, and the property that decides which record of it."""

    path: str
    label: str
    object_name: str
    through: str
    property_name: str


def relationships_of(mapping: ObjectMapping, rows: Sequence[GridRow]) -> list[Relationship]:
    """The relationships that Intacct listed, beside the property that is mapped to their field."""
    names = {row.path: row.property_name for row in rows}
    return [
        Relationship(one["path"], one["label"], one["object"], one["by"], names.get(one["by"], ""))
        for one in mapping.relationships
    ]


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
