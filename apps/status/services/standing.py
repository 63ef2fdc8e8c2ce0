"""Where a posting stands: of its Intacct documents, the most telling one."""

from django.db.models import Case, Min, OuterRef, Subquery, Value, When

from apps.delivery.states import OPEN_STATES, State
from apps.postings.models import TargetDocument

STANDINGS = ("in_error", "pending", "posted", "cancelled")
"""The first of these that occurs among a posting's Intacct documents is where the posting stands."""


def standing(posting: str) -> Subquery:
    """Where a posting stands, as an index of `STANDINGS`; `posting` names its primary key in the outer query."""
    rank = Case(
        When(delivery__state=State.ERROR, then=Value(0)),
        When(delivery__state__in=OPEN_STATES, then=Value(1)),
        When(delivery__state=State.POSTED, then=Value(2)),
        default=Value(3),
    )
    documents = TargetDocument.objects.filter(posting=OuterRef(posting)).order_by().values("posting")
    return Subquery(documents.annotate(first=Min(rank)).values("first"))
