"""What a number of the gateway means, as delivered data: the loader of error_catalogue.yaml."""

import enum
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml


class ErrorKind(enum.Enum):
    """Who or what can remove the cause."""

    TRANSIENT = "transient"
    MASTER_DATA = "master_data"
    PERSON = "person"
    CONFIGURATION = "configuration"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CatalogueEntry:
    """The plain words for one error, and what to do about it."""

    kind: ErrorKind
    meaning: str
    next_step: str
    topic: str = ""
    overloaded: bool = False
    already_executed: bool = False


@dataclass(frozen=True)
class ErrorCatalogue:
    """Numbers, stable identifiers and, as a last resort, patterns of texts."""

    identifiers: Mapping[str, CatalogueEntry]
    numbers: Mapping[str, CatalogueEntry]
    patterns: Sequence[tuple[re.Pattern[str], CatalogueEntry]]
    unknown: CatalogueEntry

    @functools.cached_property
    def topics(self) -> Mapping[str, str]:
        """What an error was about, by its meaning: what is kept of an error names its meaning, not its entry."""
        entries = (*self.identifiers.values(), *self.numbers.values(), *(entry for _, entry in self.patterns))
        return {entry.meaning: entry.topic for entry in entries if entry.topic}

    def classify(self, *, errorno: str, error_id: str, message_id: str, texts: Sequence[str]) -> CatalogueEntry:
        """Find the entry: stable identifiers, then the number, then the text (protocol 6.2).

        A number that carries several causes (`overloaded`, for example XL03000006) says little by
        itself, so for those alone the text comes before the number.
        """
        for identifier in (error_id, message_id):
            if entry := self.identifiers.get(identifier.upper()):
                return entry
        by_number = self.numbers.get(errorno.upper())
        if by_number is not None and not by_number.overloaded:
            return by_number
        for text in (*texts, errorno):
            for pattern, entry in self.patterns:
                if pattern.search(text):
                    return entry
        return by_number or self.unknown


def _entry(source: Mapping[str, Any]) -> CatalogueEntry:
    return CatalogueEntry(
        kind=ErrorKind(source["kind"]),
        meaning=" ".join(str(source["meaning"]).split()),
        next_step=" ".join(str(source["next_step"]).split()),
        topic=str(source.get("topic", "")),
        overloaded=bool(source.get("overloaded", False)),
        already_executed=bool(source.get("already_executed", False)),
    )


@functools.cache
def error_catalogue() -> ErrorCatalogue:
    """The delivered catalogue, read once."""
    text = resources.files(__package__).joinpath("error_catalogue.yaml").read_text(encoding="utf-8")
    source = yaml.safe_load(text)
    return ErrorCatalogue(
        identifiers={str(key).upper(): _entry(value) for key, value in source["identifiers"].items()},
        numbers={str(key).upper(): _entry(value) for key, value in source["numbers"].items()},
        patterns=tuple(
            (re.compile(item["match"], re.IGNORECASE | re.DOTALL), _entry(item)) for item in source["patterns"]
        ),
        unknown=_entry(source["unknown"]),
    )
