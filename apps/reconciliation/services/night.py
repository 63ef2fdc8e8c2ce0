"""The comparison that starts by itself each night (docs/how-to/reconcile-a-month.md)."""

import datetime

from django.utils import timezone

from apps.access.viewer import SYSTEM_VIEWER
from apps.configuration.models import IntacctConfiguration
from apps.delivery.services import health
from apps.foundation import clock
from apps.reconciliation.errors import ComparisonIsOpen
from apps.reconciliation.models import ReconciliationRun
from apps.reconciliation.result import Period
from apps.reconciliation.services.runs import start_comparison

FROM_HOUR, TO_HOUR = 2, 5
"""In the portal's time zone. A night that was missed is no loss: the days of the next one overlap it."""


def start_nightly(*, now: datetime.datetime | None = None) -> ReconciliationRun | None:
    """Start tonight's comparison if it is time for it and it was not started yet. Safe to call each minute.

    Not while the option is off or the connection is paused or resting: it is tried again until the night is over.
    """
    local = timezone.localtime(now or clock.database_now())
    if not FROM_HOUR <= local.hour < TO_HOUR:
        return None
    connection = IntacctConfiguration.objects.filter(is_active=True, nightly_days__gt=0).first()
    if connection is None or ReconciliationRun.objects.filter(connection=connection, night=local.date()).exists():
        return None
    if not health.may_call(connection, now=clock.database_now()):
        return None
    yesterday = local.date() - datetime.timedelta(days=1)
    first = yesterday - datetime.timedelta(days=connection.nightly_days - 1)
    try:
        return start_comparison(period=Period(first, yesterday), viewer=SYSTEM_VIEWER, night=local.date())
    except ComparisonIsOpen:
        return None
