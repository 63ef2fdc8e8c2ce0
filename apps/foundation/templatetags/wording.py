"""Stored words on pages. Built in: every template has it without loading it."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from apps.foundation import wording

register = template.Library()


@register.filter
def translated(words: Any) -> Any:
    """What a service wrote in English, in the reader's language; a message that is markup stays as it is."""
    if words is None or isinstance(words, SafeString):
        return words
    return wording.translated(str(words))
