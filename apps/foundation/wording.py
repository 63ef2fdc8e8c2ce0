"""English in what is stored, the reader's language on pages (decision 0034).

Services write and refuse in English: their words go to the database, to REST and to logs. A page shows the same words
through `translated`, which finds the sentence they were made from among those registered here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

PLACE = re.compile(r"%\((\w+)\)s")
ONE_SENTENCE = r"(?:(?![.?] ).)+?"
SENTENCE_ENDS = re.compile(r"(?<=[.:?;]) ")


def in_english(service: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """A service whose words are stored: it speaks English, and gives its caller's language back."""

    @wraps(service)
    def speaking_english(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        with translation.override(settings.LANGUAGE_CODE):
            return service(*args, **kwargs)

    return speaking_english


@dataclass(frozen=True)
class Sentence:
    """An English sentence with places for values: how to know it again, and what of it to look for first."""

    msgid: str
    shape: re.Pattern[str]
    longest: str


_sentences: list[Sentence] = []


def register(msgids: Iterable[str]) -> None:
    """Have these known again. Those without places need no shape: they are looked up as they are."""
    for msgid in msgids:
        fixed = [one.replace("%%", "%") for one in PLACE.split(msgid)[::2]]
        if len(fixed) > 1:
            _sentences.append(Sentence(msgid, _shape(PLACE.findall(msgid), fixed), max(fixed, key=len)))
    _sentences.sort(key=lambda one: -sum(map(len, PLACE.split(one.msgid)[::2])))
    _of_text.cache_clear()


def _shape(names: list[str], fixed: list[str]) -> re.Pattern[str]:
    """A value that only a full stop follows ends with its sentence: else it would swallow the next one."""
    last = len(names) - 1
    places = [
        f"(?P<{name}>{ONE_SENTENCE if at == last and fixed[-1] == '.' else '.+?'}){re.escape(fixed[at + 1])}"
        for at, name in enumerate(names)
    ]
    return re.compile(re.escape(fixed[0]) + "".join(places), re.DOTALL)


def translated(words: str) -> str:
    """Words that were written in English, in the reader's language; as they are where nobody translated them."""
    language = translation.get_language()
    if not words or language is None or language == settings.LANGUAGE_CODE:
        return words
    return _of_text(language, str(words))


@lru_cache(maxsize=4096)
def _of_text(language: str, words: str) -> str:
    """Whole, or sentence by sentence: a problem's words are often two sentences, each known by itself."""
    found = _of_sentence(language, words)
    if found is not None:
        return found
    for end in reversed([one.start() for one in SENTENCE_ENDS.finditer(words)]):
        found = _of_sentence(language, words[:end])
        if found is not None:
            return f"{found} {_of_text(language, words[end + 1 :])}"
    return words


def _of_sentence(language: str, words: str) -> str | None:
    looked_up = translation.gettext(words.replace("%", "%%")) if "%" in words else translation.gettext(words)
    if looked_up not in (words, words.replace("%", "%%")):
        return looked_up.replace("%%", "%") if "%" in words else looked_up
    for one in _sentences:
        match = one.longest in words and one.shape.fullmatch(words)
        if match:
            values = {name: _of_value(language, value) for name, value in match.groupdict().items()}
            return translation.gettext(one.msgid) % values
    return None


def _of_value(language: str, value: str) -> str:
    """A value is a name, a number, a label, or a sentence of its own: "Sales invoice SI-1" is half translated."""
    whole = _of_text(language, value)
    if whole != value:
        return whole
    kind, space, name = value.rpartition(" ")
    if space and any(one.isdigit() for one in name):
        return f"{translation.gettext(kind)} {name}"
    label = value[:1].upper() + value[1:]
    found = translation.gettext(label) if label else label
    if found == label or label == value:
        return value
    return found if language == "de" else found[:1].lower() + found[1:]  # a German noun stays one


def happened(action: str) -> str:
    """The code of an audit action in the reader's words: "delivery_posted" is "Posted"."""
    words = action.removeprefix("delivery_").replace("_", " ").capitalize()
    return translated(words.replace("Api ", "API "))
