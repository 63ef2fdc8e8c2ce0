"""The `filter` of a `query`: as a test on a record, and as far as the database can answer it (protocol 3.5)."""

import re

from django.db.models import Q
from lxml import etree

from apps.sandbox.catalogue import OBJECTS
from apps.sandbox.comparisons import (
    OPERATORS,
    Test,
    alike,
    check_field,
    comparable,
    compared,
    is_text,
    refuse_iso_dates,
    text_of,
)
from apps.sandbox.failures import refused
from apps.sandbox.ledger import MARKER_FIELD
from apps.sandbox.readable_fields import related
from apps.sandbox.values import read_number

_VALUES = {"in": (1, 1000), "notin": (1, 1000), "between": (2, 2)}
_LOOK_UPS = {
    "equalto": "in", "in": "in", "greaterthan": "gt", "greaterthanorequalto": "gte", "lessthan": "lt",
    "lessthanorequalto": "lte",
}  # fmt: skip
# Characters that stand in the stored JSON as they are.
_PLAIN = re.compile(r"[A-Za-z0-9 .:\[\]-]+", re.ASCII)


def filter_test(element: etree._Element, object_name: str, custom: list[str], *, fold: bool) -> Test:
    """A `filter`'s one operator, or its `and`/`or`. Raises the failure for one that cannot be."""
    operator = str(element.tag)
    if operator in ("and", "or"):
        parts = [filter_test(child, object_name, custom, fold=fold) for child in element]
        if len(parts) < 2:
            raise refused("DL02000001", f"'{operator}' needs at least two conditions")
        combine = all if operator == "and" else any
        return lambda fields: combine(part(fields) for part in parts)
    name, values = _operands(element)
    check_field(object_name, name, custom)
    if related(object_name, name):
        text = f"The following fields cannot be queried in the sandbox: [{object_name}: [{name}]]"
        raise refused("XL03000006", text, "Query the other object.")
    if operator in ("isnull", "isnotnull"):
        return lambda fields: bool(text_of(fields, name)) == (operator == "isnotnull")
    fewest, most = _VALUES.get(operator, (1, 1))
    if not fewest <= len(values) <= most:
        raise refused("DL02000001", f"'{operator}' takes {fewest} to {most} values")
    refuse_iso_dates(name, values)
    return _operator_test(operator, name, values, fold=fold)


def _operator_test(operator: str, name: str, values: list[str], *, fold: bool) -> Test:
    if operator in OPERATORS:
        return compared(operator, name, values[0], fold=fold)
    if operator in ("in", "notin"):
        wanted = {comparable(name, value.lower() if fold else value) for value in values}
        return lambda fields: (comparable(name, text_of(fields, name, fold=fold)) in wanted) == (operator == "in")
    if operator in ("like", "notlike"):
        test = alike(name, values[0], fold=fold)
        return test if operator == "like" else lambda fields: not test(fields)
    if operator == "between":
        low = compared("greaterthanorequalto", name, values[0], fold=fold)
        high = compared("lessthanorequalto", name, values[1], fold=fold)
        return lambda fields: low(fields) and high(fields)
    raise refused("DL02000001", f"'{operator}' is no operator")


def _operands(element: etree._Element) -> tuple[str, list[str]]:
    return (element.findtext("field") or "").strip(), [value.text or "" for value in element.findall("value")]


def narrowed(element: etree._Element, object_name: str) -> Q:
    """A condition that every match meets and that the database answers, from an index where it can.

    It may let through too much, never too little: the test decides. Empty where it can say nothing.
    """
    operator = str(element.tag)
    if operator == "and":
        together = Q()
        for child in element:
            together &= narrowed(child, object_name)
        return together
    if operator == "or":
        either = [narrowed(child, object_name) for child in element]
        if not all(either):
            return Q()
        alternatives = Q()
        for one in either:
            alternatives |= one
        return alternatives
    name, values = _operands(element)
    return _by_column(operator, name, values, object_name) or _by_text(operator, name, values)


def answered(element: etree._Element, object_name: str) -> Q | None:
    """The condition, where the database alone gives exactly what the test would; None where it does not.

    Record numbers, and the IDs of objects that have one: what a reading page by page and a look-up ask for.
    """
    if str(element.tag) == "and":
        parts = [answered(child, object_name) for child in element]
        together = Q()
        for part in parts:
            if part is None:
                return None
            together &= part
        return together
    name, values = _operands(element)
    definition = OBJECTS[object_name]
    by_id = name == definition.key and definition.key in definition.required
    if name != "RECORDNO" and not by_id:
        return None
    return _by_column(str(element.tag), name, values, object_name) or None


def _by_column(operator: str, name: str, values: list[str], object_name: str) -> Q:
    definition = OBJECTS[object_name]
    columns = {definition.natural_key: "natural_id", MARKER_FIELD: "marker"} if not definition.parent_field else {}
    columns |= {"RECORDNO": "record_no", definition.parent_field: "parent"}
    column, look_up = columns.get(name), _LOOK_UPS.get(operator)
    if column is None or look_up is None:
        return Q()
    if column in ("record_no", "parent"):
        numbers = [number for value in values if (number := read_number(value)) is not None]
        if look_up == "in":
            return Q(**{f"{column}__in": numbers})
        return Q(**{f"{column}__{look_up}": numbers[0]}) if numbers else Q()
    return Q(**{f"{column}__in": values}) if look_up == "in" else Q()


def _by_text(operator: str, name: str, values: list[str]) -> Q:
    """The longest plain piece of what is looked for is somewhere in the stored text."""
    if operator not in ("equalto", "like") or not values or not is_text(name):
        return Q()
    pieces = re.split("[%_]", values[0]) if operator == "like" else [values[0]]
    plain = max((run for piece in pieces for run in _PLAIN.findall(piece)), key=len, default="")
    return Q(text__contains=plain) if plain else Q()
