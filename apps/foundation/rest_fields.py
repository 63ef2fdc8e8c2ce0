"""What a REST client may write: amounts as strings, real dates, text that Intacct's fields can hold."""

import datetime
import re
import unicodedata
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_AMOUNT = re.compile(r"-?\d{1,11}(\.\d{1,4})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,8})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HIGHEST_PLAIN = 0xFFFF


@extend_schema_field({"type": "string", "pattern": r"^-?[0-9]{1,11}(\.[0-9]{1,4})?$", "examples": ["100.00"]})
class AmountField(serializers.Field[Decimal, Any, str, Any]):
    """An amount as a string, so that no client's floats change it: "100.00"."""

    pattern = _AMOUNT
    default_error_messages = {
        "not_a_string": 'Amounts are strings, such as "100.00": a JSON number may lose decimals on its way.',
        "not_an_amount": "{value} is not an amount. Write digits and a decimal point: up to 11 and 4 of them.",
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str):
            self.fail("not_a_string")
        if not self.pattern.fullmatch(data):
            self.fail("not_an_amount", value=_shown(data))
        amount = Decimal(data)
        if amount == 0 and amount.is_signed():
            # Less than nothing of nothing: a sign that got lost somewhere, so not for the portal to guess.
            self.fail("not_an_amount", value=_shown(data))
        return amount

    def to_representation(self, value: Decimal) -> str:
        return f"{value:f}"


@extend_schema_field({"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,8})?$", "examples": ["1.0825"]})
class ExactNumberField(AmountField):
    """A quantity or a rate, as a string."""

    pattern = _NUMBER
    default_error_messages = {
        "not_a_string": 'Quantities and rates are strings, such as "1.25".',
        "not_an_amount": "{value} is not a number. Write digits and a decimal point: up to 9 and 8 of them.",
    }


@extend_schema_field(OpenApiTypes.DATE)
class ExactDateField(serializers.Field[datetime.date, Any, str, Any]):
    """A day of the calendar, `YYYY-MM-DD` and nothing else."""

    default_error_messages = {
        "not_a_date": "{value} is not a date. Write YYYY-MM-DD.",
        "no_such_day": "{value} does not exist in the calendar.",
    }

    def to_internal_value(self, data: Any) -> datetime.date:
        if not isinstance(data, str) or not _DATE.fullmatch(data):
            self.fail("not_a_date", value=_shown(data))
        try:
            return datetime.date.fromisoformat(data)
        except ValueError:
            self.fail("no_such_day", value=data)

    def to_representation(self, value: datetime.date) -> str:
        return value.isoformat()


class TruthField(serializers.BooleanField):
    """true or false, as JSON has them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=_shown(data))
        return data


class PlainTextField(serializers.CharField):
    """Text without control characters, and only from Unicode's basic plane: what Intacct's fields hold for sure."""

    default_error_messages = {
        "not_a_string": "Text is expected here.",
        "control_character": "The text has the control character {name} at position {position}.",
        "unsupported_character": "Intacct's fields may not hold {name} (position {position}). Leave it out.",
    }

    def __init__(self, *, multiline: bool = False, **kwargs: Any) -> None:
        self.multiline = multiline
        kwargs.setdefault("allow_null", True)
        kwargs.setdefault("allow_blank", True)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("not_a_string")
        for position, character in enumerate(data):
            category = unicodedata.category(character)
            if category in ("Cc", "Cs", "Cn") or character in "\ufffe\uffff":
                if self.multiline and character in "\n\t":
                    continue
                self.fail("control_character", name=f"U+{ord(character):04X}", position=position + 1)
            if ord(character) > _HIGHEST_PLAIN:
                name = unicodedata.name(character, "a character").lower()
                self.fail("unsupported_character", name=f"U+{ord(character):X} ({name})", position=position + 1)
        return super().to_internal_value(data)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
