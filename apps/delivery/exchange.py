"""What was sent and answered, as a page bears it: redacted as stored, cut where it is long, with what is new marked."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from apps.delivery.models import Attempt

MOST_LINES = 300


@dataclass(frozen=True)
class ShownLine:
    text: str
    is_new: bool = False


@dataclass(frozen=True)
class ShownText:
    """A stored request or answer. `left_out`: lines below those shown; the whole can be downloaded."""

    lines: tuple[ShownLine, ...]
    left_out: int = 0
    compared_with: int | None = None
    """The number of the attempt whose request this one is compared with."""

    @property
    def is_same(self) -> bool:
        return self.compared_with is not None and not any(line.is_new for line in self.lines)


@dataclass(frozen=True)
class ShownAttempt:
    """An attempt; `request` and `answer` are None where they were not read, and stand on its own page."""

    attempt: Attempt
    request: ShownText | None = None
    answer: ShownText | None = None

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it is open."""
        attempt = self.attempt
        return (attempt.finished_at - attempt.started_at).total_seconds() if attempt.finished_at else None


def shown_attempt(attempt: Attempt, before: Attempt | None = None) -> ShownAttempt:
    """An attempt with its texts. `before`: the attempt before it, whose request it is compared with."""
    return ShownAttempt(attempt, _compared(attempt, before), _shown(attempt.response_xml))


def _shown(text: str) -> ShownText:
    lines = text.splitlines()
    return ShownText(tuple(ShownLine(line) for line in lines[:MOST_LINES]), max(0, len(lines) - MOST_LINES))


def _compared(attempt: Attempt, before: Attempt | None) -> ShownText:
    shown = _shown(attempt.request_xml)
    if before is None or not before.request_xml or not attempt.request_xml:
        return shown
    lines = [line.text for line in shown.lines]
    known = before.request_xml.splitlines()[:MOST_LINES]
    old: set[int] = set()
    for block in SequenceMatcher(None, known, lines, autojunk=False).get_matching_blocks():
        old.update(range(block.b, block.b + block.size))
    marked = tuple(ShownLine(text, is_new=place not in old) for place, text in enumerate(lines))
    return ShownText(marked, shown.left_out, before.number)
