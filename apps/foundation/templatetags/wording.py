"""Stored words on pages. Built in: every template has it without loading it."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from apps.foundation import wording

register = template.Library()


@register.filter
def translated(words: Any) -> Any:
    """What a service wrote in English, in the reader's language; a message that is markup stays as it is."""
    if words is None or isinstance(words, SafeString):
        return words
    return wording.translated(str(words))


@register.simple_tag
def languages_by_own_name() -> list[tuple[str, str]]:
    """Code and name of each language, "English" for French readers too: `get_available_languages` translates names."""
    return list(settings.LANGUAGES)
