"""Counts in templates. A record's number is no count: it is written as it is."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def counted(number: int) -> str:
    """How many there are, with the reader's separators: "12,345" in English, "12.345" in German."""
    return str(number_format(number, force_grouping=True))
