"""User-defined dimensions on the lines of a document: fields that no delivered map can name (intacct-protocol 4.1)."""

import dataclasses
from collections.abc import Sequence

from apps.mapping.object_maps import FieldMap, LinesMap, ObjectMap

PREFIX = "GLDIM"
ACCOUNTS = "GLACCOUNT"


def account_flag(object_name: str) -> str:
    """The field of an account that says whether its lines must name this dimension."""
    return f"REQUIRE{PREFIX}{object_name}"


def with_own_dimensions(mapped: ObjectMap, types: Sequence[tuple[str, str]]) -> ObjectMap:
    """The map with a field on each line for each of these types: the type's code, and its Intacct object."""
    if not types:
        return mapped
    fields = tuple(FieldMap(field=f"{PREFIX}{name}", property=f"dimension.{code}") for code, name in types)
    return dataclasses.replace(mapped, lines=dataclasses.replace(mapped.lines, fields=_placed(mapped.lines, fields)))


def _placed(lines: LinesMap, fields: tuple[FieldMap, ...]) -> tuple[FieldMap, ...]:
    """Beside the other fields, or in the element that is there for them, together with what is mapped into it."""
    around = lines.own_dimensions_in
    if not around:
        return (*lines.fields, *fields)
    there = tuple(inner for one in lines.fields if one.field == around for inner in one.nested)
    others = tuple(one for one in lines.fields if one.field != around)
    return (*others, FieldMap(field=around, nested=(*there, *fields)))
