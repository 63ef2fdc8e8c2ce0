"""Expressions of a mapping: exact, small, and harmless whatever is written."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.mapping.expressions import ExpressionError, check, evaluate
from apps.mapping.nodes import Property, PropertyType, properties

RECORD = SimpleNamespace(name="Pump", base_price=Decimal("10.10"), is_active=True, nothing=None)
PROPERTIES: dict[str, Property[Any]] = properties(
    Property(name, name, PropertyType.TEXT, lambda record, name=name: getattr(record, name)) for name in vars(RECORD)
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("upper(name)", "PUMP"),
        ('concat(name, "-", left("abcdef", 3))', "Pump-abc"),
        ('either(isActive, "yes", "no")', "yes"),
        ('"A" if basePrice > 10 else "B"', "A"),
        ("basePrice * 1.1", Decimal("11.110")),
        ("round(basePrice / 3)", Decimal("3.37")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("text(nothing)", ""),
    ],
)
def test_gives_exact_values(expression: str, value: object) -> None:
    assert check(expression, PROPERTIES) == ""
    assert evaluate(expression, PROPERTIES, RECORD) == value


@pytest.mark.parametrize(
    "expression",
    ["name.__class__", "().__class__", "name[0]", "open('x')", "__import__('os')", "shoeSize", "upper(", "lambda: 1",
     "[x for x in name]", "x" * 201],
)  # fmt: skip
def test_what_is_no_expression_is_refused_when_saved_and_when_evaluated(expression: str) -> None:
    assert check(expression, PROPERTIES)
    with pytest.raises(ExpressionError):
        evaluate(expression, PROPERTIES, RECORD)


@pytest.mark.parametrize("expression", ["1 / 0", "name * 1000000000", "9 ** 99999999", "name + 1"])
def test_what_goes_wrong_inside_is_our_error(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, PROPERTIES, RECORD)


@given(st.text(st.sampled_from("name()+-*/._[]'\"=<>0123456789 ifelsupr,{}:"), max_size=40))
def test_any_text_gives_a_value_or_our_error_and_nothing_else(expression: str) -> None:
    check(expression, PROPERTIES)
    try:
        value = evaluate(expression, PROPERTIES, RECORD)
    except ExpressionError:
        return
    assert value is None or isinstance(value, (str, Decimal, bool, int))
