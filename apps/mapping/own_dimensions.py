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
    if own and mapped.lines.own_dimensions_in:
        own = (FieldMap(field=mapped.lines.own_dimensions_in, nested=own),)
    return dataclasses.replace(mapped, lines=dataclasses.replace(mapped.lines, fields=(*fields, *own)))


def _located(one: FieldMap, code: str) -> FieldMap:
    if one.field.upper() not in (LOCATION, f"{LOCATION}ID"):
        return one
    return dataclasses.replace(one, property=f"dimension.{code}.or.{one.property}")
