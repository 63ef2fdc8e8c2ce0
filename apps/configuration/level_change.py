"""What is not posted yet when the transaction integration level is about to change, told by the apps above.

"If you change this setting after your initial integration, the change only applies to future transaction posts.
Unposted transactions are not included and could create errors" (guide, "Multi-entity general accounting structures").
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import ngettext

from apps.configuration.models import IntacctConfiguration

MOST_NAMED = 20


@dataclass(frozen=True)
class NotPosted:
    """How many are not posted yet, and the names of the oldest."""

    number: int = 0
    names: tuple[str, ...] = ()


Teller = Callable[[IntacctConfiguration, Collection[str] | None], NotPosted]
"""Answers with what is not posted yet, of all companies or of those in these countries: the number, and at most
`MOST_NAMED` names."""

_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Have `teller` asked before the level changes. Twice is once."""
    if teller not in _tellers:
        _tellers.append(teller)


def not_posted(configuration: IntacctConfiguration, countries: Collection[str] | None = None) -> NotPosted:
    """Everything of this configuration that keeps the old level; only of companies in these countries, if given."""
    told = [teller(configuration, countries) for teller in _tellers]
    names = tuple(name for one in told for name in one.names)[:MOST_NAMED]
    return NotPosted(sum(one.number for one in told), names)


def warning(waiting: NotPosted) -> str:
    """What a person reads before the level changes."""
    words = ngettext(
        "%(number)d document is not posted yet: %(named)s. It keeps the old level and could fail. Post it first, "
        "or confirm below.",
        "%(number)d documents are not posted yet: %(named)s. They keep the old level and could fail. Post them "
        "first, or confirm below.",
        waiting.number,
    )
    named = ", ".join(waiting.names) + (" …" if waiting.number > len(waiting.names) else "")
    return words % {"number": waiting.number, "named": named}


Levels = Mapping[str, str]
"""Levels by country; an empty one is the configuration's."""


def changed_countries(*, before: Levels, after: Levels, top_before: str, top_after: str) -> set[str]:
    """Countries whose own line in the grid changes the level of their documents."""
    return {
        country
        for country in {*before, *after}
        if before.get(country, "") != after.get(country, "")
        and (before.get(country) or top_before) != (after.get(country) or top_after)
    }
