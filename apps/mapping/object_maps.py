"""How documents become Intacct objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from apps.mapping.delivered_maps import DOCUMENTS
from apps.mapping.effective import Changes, added, all_in_force_with_directions, changed_rows, in_force, paths_of
from apps.mapping.models import Direction


@dataclass(frozen=True)
class FieldMap:
    """One Intacct field: from a property, or a constant; how long it may be; whether it may be empty.

    `locked`: it decides what is posted, or how the record is found again, so nobody maps it otherwise.
    `marker`: the custom field that holds the portal's key. `marker_fallback`: the text that ends with the key while
    Intacct does not have that custom field. `collection`: the element is repeated for each member of it.
    """

    field: str
    property: str = ""
    constant: str = ""
    expression: str = ""
    longest: int | None = None
    required: bool = False
    marker: bool = False
    marker_fallback: bool = False
    only_if: str = ""
    locked: bool = False
    collection: str = ""
    nested: tuple["FieldMap", ...] = ()


@dataclass(frozen=True)
class LinesMap:
    """A collection of lines inside an object: `field` wraps one `object_name` element for each line.

    `own_dimensions_in`: the element that user-defined dimensions are written in; empty: beside the others.
    """

    field: str
    object_name: str
    collection: str
    fields: tuple[FieldMap, ...]
    own_dimensions_in: str = ""


@dataclass(frozen=True)
class LookUp:
    """How a record of this object is found again, and which of its fields are compared.

    `marker` is empty where the object takes no custom field: the key then always stands in `marker_fallback`.
    What has a default serves the comparison of a period: `posted_on` is the date in the books (empty: `date`);
    `module` and `own_module` keep out what another module wrote; a record in one of the states `unposted` is not in
    the books; `lines_currency` is for an object whose header has no total.
    """

    marker: str
    marker_fallback: str
    number: str
    counterparty: str
    currency: str
    date: str
    total: str
    lines_object: str
    lines_parent: str
    lines_amount: str
    lines_side: str
    posted_on: str = ""
    journal: str = ""
    entity: str = ""
    url: str = ""
    state: str = ""
    unposted: Sequence[str] = ()
    module: str = ""
    own_module: str = ""
    lines_currency: str = ""

    def marked_in_field(self, uses_marker_field: bool) -> bool:
        """Whether the key stands in the custom field, where the connection uses it: not every object takes one."""
        return uses_marker_field and bool(self.marker)


@dataclass(frozen=True)
class PaymentMap:
    """Where a record says what is paid on it and what is due. `words`: Intacct's words for its state, and ours."""

    paid: str
    due: str
    state: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class ObjectMap:
    """How a node of the portal becomes an Intacct object."""

    object_name: str
    label: str
    node: str
    function: str
    fields: tuple[FieldMap, ...]
    lines: LinesMap
    look_up: LookUp
    payment: PaymentMap | None = None
    """Only of what is paid: an invoice, not a journal entry."""

    @property
    def is_generic(self) -> bool:
        """Sent with `create`; otherwise with the legacy function named."""
        return self.function == "create"


@dataclass(frozen=True)
class DocumentMaps:
    """The maps of all documents, by Intacct object.

    `credit_note_objects`: what credit notes become, by the object whose negative lines they are otherwise.
    """

    maps: dict[str, ObjectMap]
    credit_note_objects: dict[str, str]


def field_map(row: dict[str, Any]) -> FieldMap:
    """A row of a delivered map."""
    return FieldMap(**{**row, "nested": tuple(field_map(one) for one in row.get("nested", ()))})


def object_map(object_name: str) -> ObjectMap:
    """The map of an Intacct object as it is in force now. Raises KeyError for one that none is delivered for.

    One query: ask once for many documents.
    """
    return in_force(object_name, _built)


def object_maps() -> dict[str, ObjectMap]:
    """The maps of all documents as they are in force now, by Intacct object. One query."""
    return document_maps().maps


def document_maps() -> DocumentMaps:
    """The maps of all documents, and what credit notes become by them. One query."""
    maps, directions = all_in_force_with_directions(DOCUMENTS.objects(), _built)
    instead_of = {name: DOCUMENTS.of(name).get("instead_of", "") for name in maps}
    return DocumentMaps(
        maps,
        {other: name for name, other in instead_of.items() if other and directions.get(name) == Direction.OUTBOUND},
    )


@cache
def delivered_object_map(object_name: str) -> ObjectMap:
    """The map as delivered: what nobody can change of it stands in this one too. Raises KeyError."""
    return _built(object_name, Changes())


def _built(object_name: str, changes: Changes) -> ObjectMap:
    raw = DOCUMENTS.of(object_name)
    lines, at = raw["lines"], lines_path(raw)
    fields = changed_rows(raw["fields"], changes)
    fields_of_lines = changed_rows(lines["fields"], changes, at)
    for path, change in added(raw["fields"], changes, paths_of(lines["fields"], at)).items():
        row = {change.kind.value: change.value}
        if path.startswith(at):
            _add(fields_of_lines, path.removeprefix(at), row)
        else:
            _add(fields, path, row)
    return ObjectMap(
        object_name=raw["object"],
        label=raw["label"],
        node=raw["node"],
        function=raw["function"],
        fields=tuple(field_map(row) for row in fields),
        lines=LinesMap(
            field=lines["field"],
            object_name=lines["object"],
            collection=lines["collection"],
            fields=tuple(field_map(row) for row in fields_of_lines),
            own_dimensions_in=lines.get("own_dimensions_in", ""),
        ),
        look_up=LookUp(**raw["look_up"]),
        payment=PaymentMap(**raw["payment"]) if "payment" in raw else None,
    )


def lines_path(raw: Mapping[str, Any]) -> str:
    """Where the fields of a line stand in the object: `ENTRIES.GLENTRY.`."""
    return f"{raw['lines']['field']}.{raw['lines']['object']}."


def _add(rows: list[dict[str, Any]], path: str, row: dict[str, str]) -> None:
    """A field that no map is delivered for; `customfields.COLOUR` goes into the list of custom fields."""
    around, _, name = path.rpartition(".")
    if not around:
        rows.append({"field": name, **row})
        return
    for index, one in enumerate(rows):
        if one["field"] == around:
            rows[index] = {**one, "nested": [*one.get("nested", ()), {"field": name, **row}]}
            return
    rows.append({"field": around, "nested": [{"field": name, **row}]})
