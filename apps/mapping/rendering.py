"""Record + object map → Intacct record. Rendering is data: no Intacct field name stands in this code."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.intacct import Create, LegacyCreate, Record, payload
from apps.mapping.expressions import ExpressionError, evaluate
from apps.mapping.nodes import Collection, Node, Property, PropertyType, PropertyValue
from apps.mapping.object_maps import FieldMap, ObjectMap

Source = Mapping[str, Property[Any]]
"""The properties of a node, by key; open-ended families (dimensions) answer through `__getitem__`."""


@dataclass(frozen=True)
class Shortfall:
    """A value that the Intacct field can't take: missing, or too long."""

    property: str
    pointer: str
    code: str
    detail: str


@dataclass(frozen=True)
class Marking:
    """Where a record carries the portal's key: in a custom field, or at the end of its description."""

    value: str
    in_field: bool

    @property
    def suffix(self) -> str:
        return f" [{self.value}]"


NO_MARKING = Marking(value="", in_field=False)


@dataclass
class _Rendering:
    """`keeps_empty`: an empty value is written as an empty element, which clears the field over there."""

    label: str
    marking: Marking = NO_MARKING
    keeps_empty: bool = False
    shortfalls: list[Shortfall] = field(default_factory=list)

    def fields(self, maps: tuple[FieldMap, ...], node: Node[Any], record: Any, at: str) -> list[tuple[str, Any]]:
        """The fields of one element, in the map's order; what is empty is left out."""
        written: list[tuple[str, Any]] = []
        properties = node.properties
        for one in maps:
            if one.only_if and not properties[one.only_if].get(record):
                continue
            if one.collection:
                written += self._repeated(one, node.collections[one.collection], record, at)
                continue
            if one.nested:
                inner = self.fields(one.nested, node, record, at)
                elements = tuple(value for _, value in inner if isinstance(value, Record))
                if elements and len(elements) == len(inner):  # a list; a record may hold records beside plain fields
                    written.append((one.field, elements))
                elif inner:
                    written.append((one.field, Record(one.field, tuple(inner))))
                continue
            value = self._value(one, properties, record, at)
            if value is not None and value != "":
                written.append((one.field, value))
            elif self.keeps_empty:
                written.append((one.field, ""))
        return written

    def _repeated(
        self, one: FieldMap, collection: Collection[Any], record: Any, at: str
    ) -> Iterator[tuple[str, Record]]:
        """One element for each member of a collection of the record."""
        for _index, member in collection.get(record):
            inner = self.fields(one.nested, collection.node, member, f"{at}{collection.pointer}")
            yield one.field, Record(one.field, tuple(inner))

    def _value(self, one: FieldMap, properties: Source, record: Any, at: str) -> PropertyValue:
        if one.marker:
            return self.marking.value if self.marking.in_field else None
        if one.constant:
            return one.constant
        if one.expression:
            return self._evaluated(one, properties, record, at)
        source = properties[one.property]
        value = source.get(record)
        longest = one.longest
        if one.marker_fallback and not self.marking.in_field:
            longest = longest and longest - len(self.marking.suffix)
            self._check(one, source, value, longest, at)
            return f"{value or ''}{self.marking.suffix}".strip()
        self._check(one, source, value, longest, at)
        return value

    def _evaluated(self, one: FieldMap, properties: Source, record: Any, at: str) -> PropertyValue:
        try:
            value = evaluate(one.expression, properties, record)
        except ExpressionError as error:
            self.shortfalls.append(Shortfall(one.field, at, "expression", f"{one.field}: {error}"))
            return None
        written = Property[Any](one.field, one.field, PropertyType.TEXT, lambda _record: value)
        self._check(one, written, value, one.longest, at)
        return value

    def _check(self, one: FieldMap, source: Property[Any], value: PropertyValue, longest: int | None, at: str) -> None:
        pointer = f"{at}{source.pointer}"
        if one.required and (value is None or value == ""):
            self.shortfalls.append(
                Shortfall(
                    source.key,
                    pointer,
                    "required",
                    f"{source.label} is required for {_article(self.label)}.",
                )
            )
        if longest is not None and isinstance(value, str) and len(value) > longest:
            self.shortfalls.append(
                Shortfall(
                    source.key,
                    pointer,
                    "too_long",
                    f"{source.label} has {len(value)} characters; Intacct's field takes {longest}.",
                )
            )


def _article(label: str) -> str:
    return f"an {label}" if label[0] in "AEIOU" else f"a {label.lower()}"


@dataclass(frozen=True)
class RenderedObject:
    """An Intacct record as it would be sent, and what keeps it from being sent."""

    record: Record
    shortfalls: tuple[Shortfall, ...]

    def payload(self, object_map: ObjectMap) -> str:
        """The function's canonical XML. Raises `apps.intacct.RenderError` for text that XML can't hold."""
        if object_map.is_generic:
            return payload(Create(control_id="", record=self.record))
        return payload(LegacyCreate(control_id="", function_name=object_map.function, record=self.record))


def render(object_map: ObjectMap, node: Node[Any], record: Any, *, marking: Marking) -> RenderedObject:
    """Turn a record into the Intacct object of the map, with all that is missing or too long, not just the first."""
    in_field = object_map.look_up.marked_in_field(marking.in_field)
    work = _Rendering(object_map.label, dataclasses.replace(marking, in_field=in_field))
    fields = work.fields(object_map.fields, node, record, "")
    collection = node.collections[object_map.lines.collection]
    lines = tuple(
        Record(
            object_map.lines.object_name,
            tuple(work.fields(object_map.lines.fields, collection.node, line, f"{collection.pointer}/{index}")),
        )
        for index, line in collection.get(record)
    )
    fields.append((object_map.lines.field, lines))
    return RenderedObject(Record(object_map.object_name, tuple(fields)), tuple(work.shortfalls))


def render_fields(
    label: str, maps: tuple[FieldMap, ...], node: Node[Any], record: Any, *, keeps_empty: bool, at: str = ""
) -> tuple[list[tuple[str, Any]], list[Shortfall]]:
    """The fields of a record of master data in the map's order, and what is missing or too long."""
    work = _Rendering(label, keeps_empty=keeps_empty)
    return work.fields(maps, node, record, at), work.shortfalls
