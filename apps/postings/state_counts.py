"""How many postings are in each state, exactly while a person can use the number."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count

from apps.access.viewer import Viewer
from apps.delivery.states import OPEN_STATES, State
from apps.foundation.counting import AtLeast, first_different, short_count
from apps.postings.document_types import Part
from apps.postings.models import Posting, TargetDocument
from apps.postings.models.posting import PostingQuerySet

MOST_OF_A_STATE = 1000
NEWEST_LOOKED_THROUGH = 4 * MOST_OF_A_STATE


def state_counts(viewer: Viewer) -> dict[State, int]:
    """How many of the viewer's postings are in each state, each counted up to a thousand (`AtLeast`).

    Each number is the length of the list that it links to. Four queries at most times; where more than a thousand are
    in one state, one more for each state that is found beside it.
    """
    mine = Posting.objects.visible_to(viewer)
    counts = dict.fromkeys(State, 0)
    counts[State.ERROR] = _in_error(viewer)
    for states in (OPEN_STATES, (State.CANCELLED,)):
        counts |= _counted(viewer, mine, states)
    return counts | {State.POSTED: _posted(mine)}


def _near(viewer: Viewer, states: Collection[State]) -> set[str]:
    """Keys of postings with a document in these states, found through the index of the states."""
    documents = TargetDocument.objects.visible_to(viewer).filter(delivery__state__in=states)
    return first_different(documents.values_list("posting", flat=True), most=MOST_OF_A_STATE, repeats=len(Part))


def _in_error(viewer: Viewer) -> int:
    """One document in error makes the whole posting one: no state is more telling."""
    found = len(_near(viewer, (State.ERROR,)))
    return AtLeast(MOST_OF_A_STATE) if found > MOST_OF_A_STATE else found


def _counted(viewer: Viewer, mine: PostingQuerySet, states: Collection[State]) -> dict[State, int]:
    """What stands in a more telling state is not of these."""
    looked_at: Any = Posting.objects.filter(pk__in=_near(viewer, states)).with_state().order_by()
    found = dict(looked_at.values_list("shown_state").annotate(Count("pk")))
    counts = {state: int(found.get(state, 0)) for state in states}
    if sum(found.values()) <= MOST_OF_A_STATE:
        return counts
    return {
        state: AtLeast(MOST_OF_A_STATE)
        if number > MOST_OF_A_STATE
        else short_count(mine.in_state(state), most=MOST_OF_A_STATE)
        for state, number in counts.items()
    }


def _posted(mine: PostingQuerySet) -> int:
    """Only the newest are looked through, while they are enough to say "at least"."""
    newest = mine.filter(pk__in=mine.order_by("-pk").values("pk")[:NEWEST_LOOKED_THROUGH])
    posted = short_count(newest.in_state(State.POSTED), most=MOST_OF_A_STATE)
    if not isinstance(posted, AtLeast) and isinstance(short_count(mine, most=NEWEST_LOOKED_THROUGH), AtLeast):
        posted = short_count(mine.in_state(State.POSTED), most=MOST_OF_A_STATE)
    return posted
