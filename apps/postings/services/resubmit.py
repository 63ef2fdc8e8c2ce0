"""What may be done to a posting after it was accepted: retry, ask Intacct, cancel."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from apps.access.roles import Action, Role
from apps.access.viewer import Viewer
from apps.delivery.models import Delivery
from apps.delivery.services import retry as deliveries
from apps.delivery.states import State
from apps.foundation.wording import in_english
from apps.postings.errors import NotCancellable, NotRetryable
from apps.postings.models import Posting
from apps.postings.models.posting import PostingQuerySet

AT_ONCE = 500


def _deliveries(posting: Posting) -> list[Delivery]:
    return list(Delivery.objects.filter(target_document__posting=posting).order_by("pk"))


@in_english
def retry(*, posting: Posting, viewer: Viewer) -> int:
    """Send what is in `error` again; what is `verifying` is looked up at once. Returns how many documents moved.

    Raises `NotRetryable` when nothing is in error or unresolved.
    """
    moved = 0
    for delivery in _deliveries(posting):
        if delivery.state == State.ERROR:
            moved += deliveries.retry(delivery=delivery, actor=viewer.label)
        elif delivery.state == State.VERIFYING:
            moved += deliveries.ask_now(delivery=delivery, actor=viewer.label)
    if not moved:
        raise NotRetryable(
            f"{posting} is not in error: it is {_state_words(posting)}.",
            next_step="Only a posting in error can be retried. Reload it to see its state.",
        )
    return moved


@in_english
def retry_many(*, postings: Sequence[Posting], viewer: Viewer) -> tuple[int, int]:
    """Retry each posting that can be. Returns how many were retried, and how many could not be."""
    retried = 0
    for posting in postings:
        try:
            retry(posting=posting, viewer=viewer)
        except NotRetryable:
            continue
        retried += 1
    return retried, len(postings) - retried


@in_english
def retry_found(*, postings: PostingQuerySet, viewer: Viewer) -> tuple[int, int]:
    """The same for a selection of any size: only what can be retried is read, so many at a time."""
    number = postings.order_by().count()
    open_ones = Delivery.objects.filter(
        state__in=(State.ERROR, State.VERIFYING), target_document__posting=OuterRef("pk")
    )
    found = postings.filter(Exists(open_ones)).order_by("pk")
    retried, last = 0, ""
    while page := list(found.filter(pk__gt=last)[:AT_ONCE]):
        last = page[-1].pk
        retried += retry_many(postings=page, viewer=viewer)[0]
    return retried, number - retried


@in_english
def cancel(*, posting: Posting, viewer: Viewer) -> None:
    """Cancel a posting that was not sent; an integration admin also one that Intacct definitely refused.

    Raises `NotCancellable` once it is on its way, may have arrived, or is posted. A cancelled posting keeps its key.
    """
    from_states = [State.PENDING, State.HELD]
    if viewer.role == Role.INTEGRATION_ADMIN and viewer.may(Action.CANCEL):
        from_states.append(State.ERROR)
    if not deliveries.cancel_all(deliveries=_deliveries(posting), from_states=from_states, actor=viewer.label):
        raise NotCancellable(
            f"{posting} can't be cancelled: it is {_state_words(posting)}.",
            next_step="A journal entry that was sent is undone by its reversal, an invoice or bill by a credit note.",
        )


def _state_words(posting: Posting) -> str:
    state = Posting.objects.with_state().get(pk=posting.pk).state
    return str(state.label).lower()
