"""Stored messages past their keeping time: emptied, never the attempts themselves."""

import datetime

from django.db.models import Q

from apps.delivery.models import Attempt
from apps.delivery.states import OPEN_STATES

CHUNK = 1000


def purge_messages(*, before: datetime.datetime) -> int:
    """Empty request and answer of settled attempts that began before then. Returns how many.

    What is still open keeps its messages whatever its age. In small transactions, so that nobody waits.
    """
    kept = ~Q(request_xml="") | ~Q(response_xml="")
    old = Attempt.objects.filter(kept, started_at__lt=before).exclude(delivery__state__in=OPEN_STATES)
    emptied = 0
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        emptied += Attempt.objects.filter(pk__in=ids).update(request_xml="", response_xml="")
    return emptied
