"""Nodes and properties: what a map may take a value from. Declared by the app that owns the record."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

R = TypeVar("R")
PropertyValue = str | Decimal | datetime.date | bool | int | None


class PropertyType(StrEnum):
    TEXT = "text"
    AMOUNT = "amount"
    DATE = "date"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Property(Generic[R]):
    """One value of a record. `pointer` is where a REST client gave it, for the error that points there."""

    key: str
    label: str
    type: PropertyType
    get: Callable[[R], PropertyValue]
    pointer: str = ""


@dataclass(frozen=True)
class Node(Generic[R]):
    """A kind of record of the portal: its properties by key, and its collections of lines."""

    key: str
    label: str
    properties: Mapping[str, Property[R]]
    collections: Mapping[str, "Collection[R]"] = field(default_factory=dict)


@dataclass(frozen=True)
class Collection(Generic[R]):
    """Lines of a record. Each line is given with its index in the request, for the pointer of an error."""

    key: str
    node: Node[Any]
    get: Callable[[R], Sequence[tuple[int, Any]]]
    pointer: str = ""


def properties(declared: Iterable[Property[R]]) -> dict[str, Property[R]]:
    """Declared properties by their key."""
    return {one.key: one for one in declared}


_nodes: dict[str, Node[Any]] = {}


def register(*nodes: Node[Any]) -> None:
    """Make kinds of records known, so that the *Mapping* page can offer their properties."""
    _nodes.update({one.key: one for one in nodes})


def node_of(key: str) -> Node[Any]:
    """Raises KeyError for a kind that nobody registered."""
    return _nodes[key]
