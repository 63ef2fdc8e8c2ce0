"""What the first page keeps fresh by itself: what needs a person, and how many postings are in each state."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from apps.access.viewer import Viewer
from apps.delivery.states import LOOKS, MOST_TELLING_FIRST, Look, State
from apps.foundation.counting import AtLeast
from apps.foundation.live import LivePart, stamp_of
from apps.postings.models import Posting
from apps.postings.selectors import in_error
from apps.postings.state_counts import state_counts
from apps.status.attention import Matter, Situation, matters
from apps.status.figures import counts_ever

ALWAYS_SHOWN = frozenset({State.ERROR, State.VERIFYING, State.PENDING, State.POSTED})
FIGURES = {State.POSTED: "posted", State.ERROR: "in_error", State.CANCELLED: "cancelled"}
"""States that a figure knows one by one; what is pending it counts together."""

ERRORS_SHOWN = 5
SECONDS_BETWEEN = 10


@dataclass(frozen=True)
class Tile:
    """How many postings are in a state, and the list of them."""

    state: State
    look: Look
    number: int
    link: str

    @property
    def label(self) -> str:
        return str(self.state.label)


@dataclass(frozen=True)
class Now:
    """Read from the rows themselves: each number is the length of the list behind it."""

    matters: list[Matter]
    errors: list[Posting]
    more_errors: int
    errors_link: str
    tiles: list[Tile]

    @property
    def nothing_yet(self) -> bool:
        return not any(tile.number for tile in self.tiles)

    @property
    def needs_nobody(self) -> bool:
        return not self.matters and not self.errors

    @property
    def said(self) -> str:
        """In words, for who does not see the page change."""
        matters, errors = len(self.matters), len(self.errors) + self.more_errors
        said = (
            ngettext("%(number)d matter needs a person.", "%(number)d matters need a person.", matters)
            % {"number": matters},
            ngettext("%(number)d posting is in error.", "%(number)d postings are in error.", errors)
            % {"number": errors},
        )
        return " ".join(said)

    @property
    def live(self) -> LivePart:
        """What needs a person, and the tiles: the part of the page that keeps itself fresh."""
        return LivePart(
            name="where-things-stand",
            url=reverse("admin:status_now"),
            template="admin/status/dashboard/now.html",
            stamp=stamp_of((self.matters, [posting.pk for posting in self.errors], self.tiles)),
            is_open=True,
            said=self.said,
            seconds=SECONDS_BETWEEN,
        )


def now_of(situation: Situation, viewer: Viewer, may_open: Callable[[str], bool]) -> Now:
    """In a constant number of queries. `may_open`: whether the viewer has a permission (`app.codename`)."""
    counts = _counts(viewer)
    return Now(
        matters=matters(situation, may_open),
        errors=in_error(viewer, most=ERRORS_SHOWN),
        more_errors=max(0, counts[State.ERROR] - ERRORS_SHOWN),
        errors_link=postings_link(state=State.ERROR.value),
        tiles=_tiles(counts),
    )


def postings_link(**filters: str) -> str:
    """The list of postings, filtered."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{reverse('admin:postings_posting_changelist')}?{query}"


def _counts(viewer: Viewer) -> dict[State, int]:
    """Of what is too much to count for a page, the figure, which is some seconds old."""
    counts = state_counts(viewer)
    if any(isinstance(number, AtLeast) for number in counts.values()):
        figures = counts_ever(viewer.company_ids)
        for state, name in FIGURES.items():
            counts[state] = max(counts[state], figures[name])
    return counts


def _tiles(counts: dict[State, int]) -> list[Tile]:
    return [
        Tile(state, LOOKS[state], counts[state], postings_link(state=state.value))
        for state in MOST_TELLING_FIRST
        if counts[state] or state in ALWAYS_SHOWN
    ]
