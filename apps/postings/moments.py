"""What the apps above know of a posting, for its timeline: each registers a teller in its `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.delivery.story import Happening
from apps.postings.models import Posting


@dataclass(frozen=True)
class Moments:
    """What happened around a posting. `is_moving`: more of it is about to, so its page goes on looking."""

    happenings: tuple[Happening, ...] = ()
    is_moving: bool = False


Teller = Callable[[Posting], Moments]
"""Answers of a posting of `visible_postings`, by one query: pages that are kept fresh ask every few seconds. Whatever
changes what it answers changes the page."""

_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Have `teller` asked for every page of a posting. Twice is once."""
    if teller not in _tellers:
        _tellers.append(teller)


def moments_of(posting: Posting) -> Moments:
    """What all of them tell."""
    told = [teller(posting) for teller in _tellers]
    happenings = tuple(happening for one in told for happening in one.happenings)
    return Moments(happenings, any(one.is_moving for one in told))
