"""Counts in templates. A record's number is no count: it is written as it is."""

from django import template
from django.utils.formats import number_format

from apps.foundation.counting import AtLeast

register = template.Library()


@register.filter
def counted(number: int) -> str:
    """How many there are, with the reader's separators: "12.345" in German; "10,000+" of what was not counted on."""
    return str(number) if isinstance(number, AtLeast) else str(number_format(number, force_grouping=True))
