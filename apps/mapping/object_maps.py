"""Object maps as delivered: one YAML per Intacct object, read once. Editing them comes with the Mapping page."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DELIVERED = Path(__file__).resolve().parent / "delivered"


@dataclass(frozen=True)
class FieldMap:
    """One Intacct field: from a property, or a constant; how long it may be; whether it may be empty.

    `marker`: the custom field that holds the portal's key. `marker_fallback`: the text that ends with the key while
    Intacct does not have that custom field.
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
    """How a record of this object is found again, and which of its fields are compared."""

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

    @property
    def is_generic(self) -> bool:
        """Sent with `create`; otherwise with the legacy function named."""
        return self.function == "create"


def field_map(row: dict[str, Any]) -> FieldMap:
    """A row of a delivered map."""
    return FieldMap(**{**row, "nested": tuple(field_map(one) for one in row.get("nested", ()))})


@cache
def object_map(object_name: str) -> ObjectMap:
    """The delivered map of an Intacct object. Raises KeyError for one that none is delivered for."""
    path = DELIVERED / f"{object_name}.yaml"
    if not path.is_file():
        raise KeyError(f"No map is delivered for {object_name}.")
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines = raw["lines"]
    return ObjectMap(
        object_name=raw["object"],
        label=raw["label"],
        node=raw["node"],
        function=raw["function"],
        fields=tuple(field_map(row) for row in raw["fields"]),
        lines=LinesMap(
            field=lines["field"],
            object_name=lines["object"],
            collection=lines["collection"],
            fields=tuple(field_map(row) for row in lines["fields"]),
            own_dimensions_in=lines.get("own_dimensions_in", ""),
        ),
        look_up=LookUp(**raw["look_up"]),
    )


@cache
def mapped_objects() -> tuple[str, ...]:
    """All Intacct objects with a delivered map."""
    return tuple(sorted(path.stem for path in DELIVERED.glob("*.yaml")))
