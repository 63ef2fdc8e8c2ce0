"""Currencies and their decimals (ISO 4217)."""

from decimal import Decimal
from functools import lru_cache

from iso4217 import Currency

LARGEST_AMOUNT = Decimal("99999999999.9999")
"""What a `MoneyField` holds: eleven digits before the point."""

INTACCT_DECIMALS = 2
"""Intacct rounds amounts to two decimals (protocol 1.6): more would change the amount in silence."""


@lru_cache(maxsize=512)
def currency_digits(code: str) -> int | None:
    """Decimals of a currency (USD 2, JPY 0, KWD 3), or None for a code that ISO 4217 does not know.

    From the ISO 4217 data package, not from locale data, whose digits differ for 13 currencies.
    """
    try:
        exponent = Currency(code).exponent
    except ValueError:
        return None
    return exponent if isinstance(exponent, int) else None


def decimals_of(amount: Decimal) -> int:
    """How many decimals an amount really uses: 1.50 uses one, 2.00 none."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain(amount: Decimal, currency: str) -> str:
    """An amount as text, in the currency's decimals, never in exponent notation.

    Raises ValueError if the amount has more decimals than the currency: nothing is rounded in silence.
    """
    digits = currency_digits(currency)
    if digits is None:
        digits = decimals_of(amount)
    if decimals_of(amount) > digits:
        raise ValueError(f"{amount} has more decimals than {currency} allows ({digits}).")
    return f"{amount:.{digits}f}"


def exact(amount: Decimal | None, currency: str) -> str:
    """An amount in its currency's decimals; with more of them as it is, never rounded. Empty: there is none."""
    if amount is None:
        return ""
    try:
        return plain(amount, currency)
    except ValueError:
        return f"{amount:f}"
