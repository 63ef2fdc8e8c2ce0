"""Amounts in templates."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from apps.foundation.money import currency_digits, decimals_of

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """An amount in the reader's format, with the currency's decimals: never rounded."""
    if amount is None:
        return ""
    digits = max(currency_digits(currency) or 0, decimals_of(amount))
    return str(number_format(amount, decimal_pos=digits, force_grouping=True))


@register.filter
def plain(number: Decimal) -> str:
    """A quantity or a rate in the reader's format, without trailing zeros: "20", never "2E+1"."""
    return str(number_format(number.normalize()))
