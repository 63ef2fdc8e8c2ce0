"""Comparisons past their keeping time."""

import datetime

from apps.delivery.states import OPEN_RUN_STATES
from apps.reconciliation.models import ReconciliationRun


def purge_comparisons(*, before: datetime.datetime) -> int:
    """Delete those that ended before, with what they found. Returns how many."""
    old = ReconciliationRun.objects.filter(finished_at__lt=before).exclude(state__in=OPEN_RUN_STATES)
    number = old.count()
    old.delete()
    return number
