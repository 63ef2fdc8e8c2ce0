"""What turning an option off means, told by the apps above: each registers a teller in its `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Consequence:
    """One sentence, and whom or what it is about."""

    words: str
    subjects: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.words} {', '.join(self.subjects)}".strip() if self.subjects else self.words


Teller = Callable[[], Consequence | None]
"""Answers with the consequence as things are now, or None when there is none."""

_tellers: dict[str, list[Teller]] = {}


def register(code: str, teller: Teller) -> None:
    """Have `teller` asked whenever somebody is about to turn the option off. Twice is once."""
    known = _tellers.setdefault(code, [])
    if teller not in known:
        known.append(teller)


def of_turning_off(code: str) -> tuple[Consequence, ...]:
    """Every consequence of turning the option off now, in the order of the layers."""
    return tuple(told for told in (teller() for teller in _tellers.get(code, ())) if told is not None)
