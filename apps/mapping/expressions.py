"""Small expressions of a mapping: `upper(name)`, `either(creditLimit > 1000, "A", "B")`. By simpleeval, no `eval`.

Names are the node's properties, spelled as on the page; functions are those below and no others. No attribute of a
value can be reached. Numbers are exact decimals.
"""

import ast
import datetime
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

from apps.mapping.inbound_properties import camel
from apps.mapping.nodes import Property, PropertyValue

LONGEST = 200


class ExpressionError(ValueError):
    """An expression that can't be read, or gives no value; the sentence says why."""


def _rounded(value: Any, digits: int = 2) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "upper": lambda text: str(text or "").upper(),
    "lower": lambda text: str(text or "").lower(),
    "trim": lambda text: str(text or "").strip(),
    "left": lambda text, number: str(text or "")[: int(number)],
    "right": lambda text, number: str(text or "")[-int(number) :],
    "concat": lambda *parts: "".join("" if part is None else str(part) for part in parts),
    "either": lambda condition, then, otherwise: then if condition else otherwise,
    "round": _rounded,
    "text": lambda value: "" if value is None else str(value),
}
"""`either(condition, then, otherwise)` chooses; the others do what a spreadsheet's do."""


_INSIDE = (ArithmeticError, TypeError, ValueError, InvalidOperation, SyntaxError, RecursionError, MemoryError)
"""What may go wrong inside an expression that can be read."""


class _Exact(SimpleEval):
    """Numbers with a decimal point are decimals; values have no attributes and no items."""

    def __init__(self, names: Callable[[ast.Name], Any]) -> None:
        super().__init__(names=names, functions=dict(FUNCTIONS))
        for kind in (ast.Attribute, ast.Subscript):
            self.nodes.pop(kind, None)
        self.nodes[ast.Constant] = self._exact

    def _exact(self, node: ast.Constant) -> Any:
        return Decimal(str(node.value)) if isinstance(node.value, float) else node.value


@lru_cache(maxsize=1000)
def _read(expression: str) -> ast.expr:
    """The one expression of the text: no statement, no assignment. Raises `ExpressionError`."""
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError("The expression can't be read: write it as in upper(name).") from None


def check(expression: str, names: Mapping[str, Any]) -> str:
    """What is wrong with an expression, in words; empty where nothing is. Evaluates nothing."""
    if len(expression) > LONGEST:
        return f"An expression has {LONGEST} characters at the most."
    try:
        tree = _read(expression)
    except ExpressionError as error:
        return str(error)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    spelled = {spelling(name) for name in names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            known = FUNCTIONS if id(node) in called else spelled
            if node.id not in known:
                return f"{node.id} is not known. {'Functions' if id(node) in called else 'Properties'}: {_some(known)}."
        elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Lambda, ast.ListComp, ast.GeneratorExp)):
            return "An expression has properties, functions, numbers, texts and operators, nothing else."
    return ""


def spelling(name: str) -> str:
    """A property's name in an expression: `dimension.department` is `dimensionDepartment`."""
    return camel(name.replace(".", "_"))


def _some(known: Any) -> str:
    return ", ".join(sorted(known)[:12])


def evaluate(expression: str, properties: Mapping[str, Property[Any]], record: Any) -> PropertyValue:
    """The value for a record. Raises `ExpressionError`, whatever went wrong inside."""
    spelled = {spelling(key): one for key, one in properties.items()}

    def value_of(node: ast.Name) -> PropertyValue:
        if node.id not in spelled:
            raise ExpressionError(f"{node.id} is no property.")
        return spelled[node.id].get(record)

    try:
        value = _Exact(value_of).eval(expression, previously_parsed=_read(expression))
    except (InvalidExpression, ExpressionError) as error:
        raise ExpressionError(f"The expression {expression!r} gives no value: {error}") from None
    except _INSIDE as error:
        raise ExpressionError(f"The expression {expression!r} gives no value: {type(error).__name__}.") from None
    if isinstance(value, float):
        return Decimal(str(value))
    if value is None or isinstance(value, (str, Decimal, bool, int, datetime.date)):
        return value
    raise ExpressionError(f"The expression {expression!r} gives no text, number, date or yes/no.")
