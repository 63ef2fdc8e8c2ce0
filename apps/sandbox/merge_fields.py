"""Merge fields and conditions of Smart Events (protocol 7.1)."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from apps.sandbox.ledger import Change
from apps.sandbox.reading import shown
from apps.sandbox.values import nested

_FIELD = re.compile(r"\{!\s*(\w+)\.([\w.]+)\s*!\}", re.ASCII)
_OPERAND = r"""(\{!\s*\w+\.[\w.]+\s*!\}|"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?)"""
_COMPARISON = re.compile(rf"\s*{_OPERAND}\s*(==|!=|>|<)\s*{_OPERAND}\s*", re.ASCII)


class NotUnderstood(ValueError):
    """A condition that Intacct may understand and the sandbox does not."""


def resolve(text: str, change: Change, *, written: Callable[[str], str] = str) -> str:
    """Merge fields replaced by the record's values; of other objects, and unknown ones, by nothing."""
    return _FIELD.sub(lambda found: written(_value(found, change)), text)


def holds(condition: str, change: Change) -> bool:
    """Whether a condition is true of the record. Raises `NotUnderstood`."""
    text = condition.strip()
    if not text:
        return True
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise NotUnderstood(condition)
    return _compare(found[1], found[2], found[3], change)


def _compare(left: str, operator: str, right: str, change: Change) -> bool:
    """By number where both are numbers or the other side is written as one; else as text."""
    one, other = _operand(left, change), _operand(right, change)
    as_text = left[0] in "\"'" or right[0] in "\"'"
    numbers = None if as_text else (_number(one), _number(other))
    if numbers is None or None in numbers:
        if operator in "<>" and numbers is not None:
            return False  # a field that is empty, or holds no number, is neither more nor less than one
        return _hold(one, operator, other)
    return _hold(numbers[0], operator, numbers[1])


def _hold(one: object, operator: str, other: object) -> bool:
    if operator == "==":
        return one == other
    if operator == "!=":
        return one != other
    return one > other if operator == ">" else one < other  # type: ignore[operator]


def _operand(text: str, change: Change) -> str:
    found = _FIELD.fullmatch(text)
    if found is not None:
        return _value(found, change)
    return text[1:-1] if text[0] in "\"'" else text


def _value(found: re.Match[str], change: Change) -> str:
    if found[1].upper() != change.object_name:
        return ""
    return shown(nested(change.fields, found[2]))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
