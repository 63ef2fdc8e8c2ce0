"""Record: the ordered fields of an Intacct object; amounts and dates stay such until written."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias, Union

from lxml import etree

from apps.intacct.errors import RenderError

Value: TypeAlias = Union[str, int, bool, Decimal, date, "Record", tuple["Record", ...], None]
Scalar: TypeAlias = str | int | bool | Decimal | date

_ELEMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_DIGITS = 60


RECORD_NUMBER = "RECORDNO"


@dataclass(frozen=True)
class Record:
    """An object with its fields in order. Names are kept as given and looked up without case."""

    object_name: str
    fields: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def of(cls, object_name: str, fields: Mapping[str, "Value | list[Record]"]) -> "Record":
        """Build a record from a mapping; lists of records become tuples."""
        return cls(
            object_name,
            tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in fields.items()),
        )

    def get(self, name: str) -> Value:
        """The field's value, or None where the record has no such field."""
        wanted = name.casefold()
        return next((value for field, value in self.fields if field.casefold() == wanted), None)

    def text(self, name: str) -> str | None:
        """The field as text. An empty element gives an empty text."""
        value = self.get(name)
        if value is None or isinstance(value, (Record, tuple)):
            return None
        return value if isinstance(value, str) else scalar_text(value, path=name)

    @property
    def record_no(self) -> str:
        """Intacct's number of the record; empty where it was not asked for or the object has none."""
        return (self.text(RECORD_NUMBER) or "").strip()

    def decimal(self, name: str) -> Decimal | None:
        """The field as an amount; None where empty. Raises ValueError on anything else."""
        value = self.get(name)
        if isinstance(value, Decimal):
            return value
        text = (self.text(name) or "").strip()
        if not text:
            return None
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise ValueError(f"{self.object_name}.{name} is not an amount")
        return amount

    def date(self, name: str) -> date | None:
        """The field as a date: `read` gives yyyy-mm-dd, queries mm/dd/yyyy (protocol 1.6)."""
        value = self.get(name)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = (self.text(name) or "").strip()
        if not text:
            return None
        iso = re.match(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]|\Z)", text)
        american = re.match(r"(\d{2})/(\d{2})/(\d{4})(?:[T ]|\Z)", text)
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if american:
            return date(int(american[3]), int(american[1]), int(american[2]))
        raise ValueError(f"{self.object_name}.{name} is not a date")

    def records(self, name: str) -> tuple["Record", ...]:
        """The nested records of a field: its lines, or the one record in it."""
        value = self.get(name)
        if isinstance(value, Record):
            return (value,)
        return value if isinstance(value, tuple) else ()

    def to_element(self, *, path: str = "") -> etree._Element:
        """The record as the content of a generic `create` or `update` (protocol 1.5, 1.6)."""
        here = path or self.object_name
        element = make_element(self.object_name, path=here)
        for name, value in self.fields:
            _append_value(element, name, value, path=f"{here}.{name}")
        return element

    @classmethod
    def from_element(cls, element: etree._Element) -> "Record":
        """Read a row of an answer. Children of children become records again."""
        return cls(str(element.tag), tuple((str(child.tag), _read_value(child)) for child in element))


def make_element(name: str, *, path: str) -> etree._Element:
    """A new element, or RenderError where the name cannot be one."""
    if not _ELEMENT_NAME.fullmatch(name):
        raise RenderError(f"The field {path!r} has a name that Intacct cannot take.", field=path)
    return etree.Element(name)


def add_text(parent: etree._Element, name: str, value: Scalar, *, path: str | None = None) -> None:
    """Append `name` with a scalar; an empty text gives an empty element."""
    where = path or name
    element = make_element(name, path=where)
    # None instead of "": both write an empty element, but only <a/> survives a second reading as is.
    element.text = scalar_text(value, path=where) or None
    parent.append(element)


def scalar_text(value: Scalar, *, path: str) -> str:
    """Write a value as the generic functions take it (protocol 1.6), or raise RenderError."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _checked(value, path)
    if isinstance(value, Decimal):
        return _plain_decimal(value, path)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return value.strftime("%m/%d/") + f"{value.year:04d}" + value.strftime(" %H:%M:%S")
    if isinstance(value, date):
        return f"{value.month:02d}/{value.day:02d}/{value.year:04d}"
    raise RenderError(f"The field {path!r} holds a kind of value that Intacct cannot take.", field=path)


def check_text(value: str, *, path: str) -> str:
    """Return the text, or raise RenderError where XML has no place for one of its characters."""
    return _checked(value, path)


def _checked(value: str, path: str) -> str:
    if _NOT_XML.search(value):
        raise RenderError(f"The field {path!r} contains a control character that cannot be sent.", field=path)
    return value


def _plain_decimal(value: Decimal, path: str) -> str:
    digits = abs(value.adjusted()) + len(value.as_tuple().digits) if value.is_finite() else _MOST_DIGITS + 1
    if digits > _MOST_DIGITS:
        raise RenderError(f"The field {path!r} is not an amount that can be sent.", field=path)
    return format(abs(value) if value.is_zero() else value, "f")


def _append_value(parent: etree._Element, name: str, value: Value, *, path: str) -> None:
    if value is None:
        return
    if isinstance(value, (Record, tuple)):
        parent.append(_container(name, value, path=path))
        return
    add_text(parent, name, value, path=path)


def _container(name: str, value: "Record | tuple[Record, ...]", *, path: str) -> etree._Element:
    element = make_element(name, path=path)
    if isinstance(value, Record):
        for field, inner in value.fields:
            _append_value(element, field, inner, path=f"{path}.{field}")
        return element
    for number, item in enumerate(value, start=1):
        element.append(item.to_element(path=f"{path}[{number}].{item.object_name}"))
    return element


def _read_value(element: etree._Element) -> Value:
    children: Iterable[etree._Element] = list(element)
    if not children:
        return element.text or ""
    # A list holds only records; a nested record has at least one plain field.
    if all(len(child) for child in children):
        return tuple(Record.from_element(child) for child in children)
    return Record.from_element(element)
