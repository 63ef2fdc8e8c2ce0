"""What is not posted yet when the transaction integration level is about to change, told by the apps above.

"If you change this setting after your initial integration, the change only applies to future transaction posts.
Unposted transactions are not included and could create errors" (guide, "Multi-entity general accounting structures").
"""

from collections.abc import Callable
from dataclasses import dataclass

from apps.configuration.models import IntacctConfiguration

MOST_NAMED = 20


@dataclass(frozen=True)
class NotPosted:
    """How many are not posted yet, and the names of the oldest."""

    number: int = 0
    names: tuple[str, ...] = ()


Teller = Callable[[IntacctConfiguration], NotPosted]
"""Answers with what is not posted yet: the number, and at most `MOST_NAMED` names."""

_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Have `teller` asked before the level changes. Twice is once."""
    if teller not in _tellers:
        _tellers.append(teller)


def not_posted(configuration: IntacctConfiguration) -> NotPosted:
    """Everything of this configuration that keeps the old level."""
    told = [teller(configuration) for teller in _tellers]
    names = tuple(name for one in told for name in one.names)[:MOST_NAMED]
    return NotPosted(sum(one.number for one in told), names)
