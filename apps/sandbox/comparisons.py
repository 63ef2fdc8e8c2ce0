"""Comparing a record's fields with values: numbers as numbers, dates as dates, texts as they are (protocol part 3)."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.sandbox.catalogue import AMOUNTS, DATES
from apps.sandbox.failures import FunctionFailed, refused
from apps.sandbox.readable_fields import is_readable
from apps.sandbox.values import nested

Fields = dict[str, Any]
Test = Callable[[Fields], bool]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "equalto": lambda one, other: one == other,
    "notequalto": lambda one, other: one != other,
    "lessthan": lambda one, other: one < other,
    "lessthanorequalto": lambda one, other: one <= other,
    "greaterthan": lambda one, other: one > other,
    "greaterthanorequalto": lambda one, other: one >= other,
}
OPERATORS = frozenset(_COMPARE)
_MOMENTS = DATES | {"WHENMODIFIED"}
_NUMBERS = AMOUNTS | {"id", "RECORDNO", "LINE_NO", "BATCHNO", "RECORDKEY", "CREDITLIMIT", "EXCHANGE_RATE"}
_MOMENT = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{2}:\d{2}:\d{2}))?", re.ASCII)


def check_field(object_name: str, name: str, custom: list[str]) -> None:
    """Raises the failure for a field that the object does not have."""
    if name not in custom and not is_readable(object_name, name):
        raise unknown_field(object_name, name)


def unknown_field(object_name: str, name: str) -> FunctionFailed:
    return refused("XL03000010", f"Field {name} does not exist for object {object_name}", "Correct the query.")


def is_text(name: str) -> bool:
    """Whether equal values of the field are written the same."""
    return name not in _NUMBERS and name not in _MOMENTS


def comparable(name: str, text: str) -> Any:
    """A value that sorts as people expect."""
    if name in _MOMENTS and (found := _MOMENT.fullmatch(text)):
        month, day, year, time = found.groups()
        return f"{year}{month:0>2}{day:0>2} {time or '00:00:00'}"
    if name in _NUMBERS:
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    return text


def text_of(fields: Fields, name: str, *, fold: bool = False) -> str:
    """The field as text, folded where case does not count; empty where there is none."""
    text = str(nested(fields, name) or "")
    return text.lower() if fold else text


def compared(operator: str, name: str, value: str, *, fold: bool = False) -> Test:
    """One of the six comparisons. An empty field is less or greater than nothing."""
    compare = _COMPARE[operator]
    wanted = comparable(name, value.lower() if fold else value)
    takes_empty = operator in ("equalto", "notequalto")

    def test(fields: Fields) -> bool:
        text = text_of(fields, name, fold=fold)
        if not text and not takes_empty:
            return False
        found = comparable(name, text)
        return compare(found, wanted) if type(found) is type(wanted) else compare(text, str(wanted))

    return test


def alike(name: str, pattern: str, *, fold: bool = False) -> Test:
    """`like`: % is anything, _ one character."""
    body = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    compiled = re.compile(body, re.DOTALL | (re.IGNORECASE if fold else 0))
    return lambda fields: bool(compiled.fullmatch(text_of(fields, name)))


def refuse_iso_dates(name: str, values: Iterable[str]) -> None:
    """Dates of filters are written mm/dd/yyyy; ISO ones are refused (protocol 1.6)."""
    if name in _MOMENTS and any(re.match(r"\d{4}-", value) for value in values):
        raise refused("DL02000001", "There was an error processing the request.", "Use mm/dd/yyyy.")
