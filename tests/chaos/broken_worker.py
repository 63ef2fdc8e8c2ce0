"""A worker with one safeguard taken out, to show that the judge sees what it is there for.

`broken_worker.py horizon` believes at once that what is not found is absent; `broken_worker.py attempt` writes down
what it sent only after the answer.
"""

import sys
import time
from typing import Any

from tests.chaos.portal import set_up

set_up()

import datetime  # noqa: E402  Django must be set up first

from apps.configuration.models import IntacctConfiguration  # noqa: E402
from apps.delivery import keys  # noqa: E402
from apps.delivery.deliverables import deliverable_for  # noqa: E402
from apps.delivery.models import Attempt  # noqa: E402
from apps.delivery.services import drain as draining  # noqa: E402
from apps.delivery.services import verify  # noqa: E402


def without_horizon() -> None:
    """Absence is believed whenever it is seen."""
    IntacctConfiguration.horizon = property(lambda self: datetime.timedelta(0))  # type: ignore[assignment]
    verify.patience.unit = lambda connection: datetime.timedelta(milliseconds=50)  # type: ignore[attr-defined]


def attempt_after_send() -> None:
    """No attempt is committed before the send: a death in between leaves no trace of it."""

    def prepare(batch: Any, client: Any, *, worker: str) -> Any:
        rendered = deliverable_for(batch.deliveries[0].kind).render(batch.deliveries)
        prepared = []
        for delivery in batch.deliveries:
            delivery.payload = rendered[delivery.pk].payload
            delivery.payload_sha256 = keys.payload_hash(delivery.payload)
            prepared.append((delivery, Attempt(delivery=delivery, control_id=delivery.control_id)))
        return prepared

    draining.prepare = prepare  # type: ignore[assignment]


BROKEN = {"horizon": without_horizon, "attempt": attempt_after_send}

if __name__ == "__main__":
    BROKEN[sys.argv[1]]()
    ends = time.monotonic() + float(sys.argv[2])
    while time.monotonic() < ends:
        draining.drain(connection=IntacctConfiguration.objects.get(), budget_seconds=5, wait=True)
        time.sleep(0.1)
