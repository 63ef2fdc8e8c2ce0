"""The language of what is stored: English, whoever pressed the button (decision 0034)."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def in_english(service: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """A service whose words are stored: it speaks English, and gives its caller's language back."""

    @wraps(service)
    def speaking_english(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        with translation.override(settings.LANGUAGE_CODE):
            return service(*args, **kwargs)

    return speaking_english
