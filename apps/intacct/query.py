"""What the `query` function takes: filters, selected fields and order (protocol 3.5)."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from lxml import etree

from apps.intacct.errors import RenderError
from apps.intacct.limits import MAX_IN_VALUES
from apps.intacct.records import Scalar, add_text


class Filter(ABC):
    """A condition; conditions join with And and Or."""

    @abstractmethod
    def to_element(self) -> etree._Element:
        """The condition as XML."""


@dataclass(frozen=True)
class Comparison(Filter):
    """One operator on one field. Values are the labels a person sees (protocol 3.5)."""

    operator: str
    field: str
    values: tuple[Scalar, ...] = ()

    def to_element(self) -> etree._Element:
        """`<operator><field/><value/>…</operator>`."""
        element = etree.Element(self.operator)
        add_text(element, "field", self.field, path=f"filter {self.field}")
        for value in self.values:
            add_text(element, "value", value, path=f"filter {self.field}")
        return element


def equal_to(field: str, value: Scalar) -> Filter:
    """The field has this value, compared with case."""
    return Comparison("equalto", field, (value,))


def not_equal_to(field: str, value: Scalar) -> Filter:
    """The field has another value."""
    return Comparison("notequalto", field, (value,))


def less_than(field: str, value: Scalar) -> Filter:
    """The field is smaller."""
    return Comparison("lessthan", field, (value,))


def less_than_or_equal(field: str, value: Scalar) -> Filter:
    """The field is smaller or equal."""
    return Comparison("lessthanorequalto", field, (value,))


def greater_than(field: str, value: Scalar) -> Filter:
    """The field is greater."""
    return Comparison("greaterthan", field, (value,))


def greater_than_or_equal(field: str, value: Scalar) -> Filter:
    """The field is greater or equal."""
    return Comparison("greaterthanorequalto", field, (value,))


def like(field: str, pattern: str) -> Filter:
    """The field matches a pattern of `%` and `_`."""
    return Comparison("like", field, (pattern,))


def between(field: str, low: Scalar, high: Scalar) -> Filter:
    """The field lies between two values, both included."""
    return Comparison("between", field, (low, high))


def is_in(field: str, values: Iterable[Scalar]) -> Filter:
    """The field has one of 1 to 1000 values."""
    listed = tuple(values)
    if not 1 <= len(listed) <= MAX_IN_VALUES:
        raise RenderError(f"A list for {field!r} needs 1 to {MAX_IN_VALUES} values.", field=field)
    return Comparison("in", field, listed)


def is_null(field: str) -> Filter:
    """The field is empty."""
    return Comparison("isnull", field)


def is_not_null(field: str) -> Filter:
    """The field is not empty."""
    return Comparison("isnotnull", field)


class _Junction(Filter):
    tag: ClassVar[str]

    def __init__(self, *filters: Filter) -> None:
        if len(filters) < 2:
            raise RenderError(f"A condition {self.tag!r} joins at least two conditions.")
        self.filters = filters

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.filters == getattr(other, "filters", None)

    def __hash__(self) -> int:
        return hash((self.tag, self.filters))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.filters))})"

    def to_element(self) -> etree._Element:
        """The joined conditions."""
        element = etree.Element(self.tag)
        element.extend(condition.to_element() for condition in self.filters)
        return element


class And(_Junction):
    """All conditions hold."""

    tag = "and"


class Or(_Junction):
    """At least one condition holds."""

    tag = "or"


@dataclass(frozen=True)
class OrderBy:
    """One field of the order. Without an order, pages may repeat or lose rows (protocol 3.5)."""

    field: str
    descending: bool = False

    def to_element(self) -> etree._Element:
        """`<order>`."""
        element = etree.Element("order")
        add_text(element, "field", self.field)
        etree.SubElement(element, "descending" if self.descending else "ascending")
        return element


@dataclass(frozen=True)
class Aggregate:
    """A selected count, avg, min, max or sum; comes back as `COUNT.RECORDNO` (protocol 2.2)."""

    operation: str
    field: str = field(default="RECORDNO")

    def __post_init__(self) -> None:
        if self.operation not in {"count", "avg", "min", "max", "sum"}:
            raise RenderError(f"There is no aggregate {self.operation!r}.", field=self.field)
