"""What the admin's first page shows: what needs a person first, then where postings stand."""

from typing import Any

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration, secret_fields
from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.states import LOOKS, MOST_TELLING_FIRST, OPEN_STATES, State
from apps.options.models import OptionCode
from apps.options.selectors import is_on
from apps.postings.page import in_error, state_counts
from integration_portal.health import HEARTBEAT_STALE

ALWAYS_SHOWN = frozenset({State.ERROR, State.VERIFYING, State.PENDING, State.POSTED})
ERRORS_SHOWN = 5


def first_page(viewer: Viewer) -> dict[str, Any]:
    """Counts by state with their lists, the oldest errors, the connection, the worker, the oldest open posting."""
    counts = state_counts(viewer)
    postings = reverse("admin:postings_posting_changelist")
    beat = WorkerHeartbeat.objects.order_by("-beaten_at").first()
    configuration = IntacctConfiguration.objects.defer(*secret_fields()).filter(is_active=True).first()
    return {
        "tiles": [
            {
                "label": state.label,
                "number": counts[state],
                "look": LOOKS[state],
                "link": f"{postings}?state={state.value}",
            }
            for state in MOST_TELLING_FIRST
            if counts[state] or state in ALWAYS_SHOWN
        ],
        "nothing_yet": not any(counts.values()),
        "errors": in_error(viewer, most=ERRORS_SHOWN),
        "more_errors": max(0, counts[State.ERROR] - ERRORS_SHOWN),
        "errors_link": f"{postings}?state={State.ERROR.value}",
        "oldest_open": Delivery.objects.filter(state__in=OPEN_STATES).aggregate(at=Min("created_at"))["at"],
        "intacct_is_on": is_on(OptionCode.SAGE_INTACCT),
        "configuration": configuration,
        "connection_health": ConnectionHealth.objects.filter(connection=configuration).first(),
        "worker_beat": beat,
        "worker_alive": beat is not None and timezone.now() - beat.beaten_at < HEARTBEAT_STALE,
    }
