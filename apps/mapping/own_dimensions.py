"""Dimensions that a company linked, on the lines of a document: no delivered map can name them (protocol 4.1)."""

import dataclasses
from collections.abc import Sequence

from apps.mapping.object_maps import FieldMap, ObjectMap

PREFIX = "GLDIM"
ACCOUNTS = "GLACCOUNT"
LOCATION = "LOCATION"


def account_flag(object_name: str) -> str:
    """The field of an account that says whether its lines must name this dimension."""
    return f"REQUIRE{PREFIX}{object_name}"


def with_own_dimensions(mapped: ObjectMap, types: Sequence[tuple[str, str]]) -> ObjectMap:
    """The map with a field on each line for each of these types: the type's code, and its Intacct object.

    A location that a line names stands in the field that holds its entity otherwise.
    """
    if not types:
        return mapped
    fields = mapped.lines.fields
    for code, name in types:
        if name == LOCATION:
            fields = tuple(_located(one, code) for one in fields)
    own = tuple(FieldMap(field=f"{PREFIX}{n}", property=f"dimension.{code}") for code, n in types if n != LOCATION)
    placed = _placed(fields, own, mapped.lines.own_dimensions_in)
    return dataclasses.replace(mapped, lines=dataclasses.replace(mapped.lines, fields=placed))


def _placed(fields: tuple[FieldMap, ...], own: tuple[FieldMap, ...], around: str) -> tuple[FieldMap, ...]:
    """Beside the other fields, or in the element that is there for them, together with what is mapped into it."""
    if not own or not around:
        return (*fields, *own)
    there = tuple(inner for one in fields if one.field == around for inner in one.nested)
    others = tuple(one for one in fields if one.field != around)
    return (*others, FieldMap(field=around, nested=(*there, *own)))


def _located(one: FieldMap, code: str) -> FieldMap:
    if one.field.upper() not in (LOCATION, f"{LOCATION}ID"):
        return one
    return dataclasses.replace(one, property=f"dimension.{code}.or.{one.property}")
