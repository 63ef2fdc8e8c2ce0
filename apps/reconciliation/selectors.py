"""The comparisons that somebody may see, and the one that tells how things stand."""

from apps.delivery.states import RunState
from apps.foundation.scoping import Scope
from apps.reconciliation.models import ReconciliationRun


def last_comparison(viewer: Scope) -> ReconciliationRun | None:
    """The newest one that was worked to its end. Two queries."""
    runs = ReconciliationRun.objects.visible_to(viewer).filter(state=RunState.FINISHED)
    return runs.prefetch_related("companies").order_by("-pk").first()


def standing_of_nights(connection_id: int) -> ReconciliationRun | None:
    """What the newest nightly comparison found, or one that was made of its days since; None: there is none.

    So that what was set right, and compared again, is no longer told. Two queries.
    """
    ended = ReconciliationRun.objects.filter(connection=connection_id, covers_all=True).order_by("-pk")
    night = ended.filter(night__isnull=False, state__in=(RunState.FINISHED, RunState.FAILED)).first()
    if night is None:
        return None
    again = ended.filter(pk__gt=night.pk, first__lte=night.first, last__gte=night.last, state=RunState.FINISHED)
    return again.first() or night
