"""Values as Intacct reads and writes them (protocol 1.6)."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from apps.sandbox.failures import refused

MOST_KEYS = 100
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_AMOUNT = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
CENT = Decimal("0.01")


def read_date(name: str, text: str) -> datetime.date:
    """`mm/dd/yyyy`, as the generic functions want it; `yyyy-mm-dd` is taken too."""
    for form in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    raise refused("BL03000018", f"Invalid date '{text}' for field {name}", "Use mm/dd/yyyy.")


def show_date(day: datetime.date) -> str:
    return day.strftime("%m/%d/%Y")


def read_amount(name: str, text: str) -> Decimal:
    """A plain decimal; more than two decimals are rounded to two (protocol 1.6)."""
    if not _AMOUNT.fullmatch(text):
        raise refused("BL03000018", f"Invalid amount '{text}' for field {name}", "Use digits and a decimal point.")
    try:
        return Decimal(text).quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        raise refused("BL03000018", f"The amount '{text}' of {name} is too large", "Use a smaller amount.") from None


def read_number(text: str) -> int | None:
    """A record number; None where the text cannot be one."""
    return int(text) if _WHOLE.fullmatch(text) else None


def read_keys(text: str) -> list[str]:
    """The comma list of `read`, `readByName` and `delete` (protocol 1.7)."""
    keys = [key.strip() for key in text.split(",") if key.strip()]
    if len(keys) > MOST_KEYS:
        raise refused("DL02000001", f"At most {MOST_KEYS} keys are taken, and {len(keys)} were given")
    return keys


def nested(fields: dict[str, Any], path: str) -> Any:
    """A field, or one inside another: DISPLAYCONTACT.EMAIL1."""
    if path in fields or "." not in path:
        return fields.get(path)
    first, _, rest = path.partition(".")
    inner = fields.get(first)
    return nested(inner, rest) if isinstance(inner, dict) else None
