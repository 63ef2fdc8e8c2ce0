"""The rules about absence that hold for every kind of delivery whose outcome is unknown."""

import datetime

from apps.configuration.models import IntacctConfiguration
from apps.delivery import patience, problems
from apps.delivery.deliverables import Finding
from apps.delivery.models import Delivery
from apps.delivery.models.probe import Verdict
from apps.delivery.states import State

MOST_CRASHES = 3


def horizon_passed(connection: IntacctConfiguration, delivery: Delivery, now: datetime.datetime) -> bool:
    """Whether Intacct can no longer be working on what was last sent."""
    return delivery.last_sent_at is None or now - delivery.last_sent_at >= connection.horizon


def absent(connection: IntacctConfiguration, delivery: Delivery, now: datetime.datetime) -> Finding:
    """Nothing was found: believed only when seen twice after the horizon, one unit apart (reliability.md 2.6).

    Then it is sent again under the same control ID, twice at most; after that a person decides.
    """
    if not horizon_passed(connection, delivery, now):
        return Finding(Verdict.ABSENT_YET, "Not there yet; Intacct may still be working on it.")
    if delivery.absent_since is None or now - delivery.absent_since < patience.unit(connection):
        return Finding(Verdict.ABSENT, "Not there after the horizon; looked at once more before it is believed.")
    if delivery.crashes >= MOST_CRASHES:
        problem = problems.poison(delivery.crashes)
        return Finding(Verdict.ABSENT, problem.detail, State.ERROR, problem.as_json())
    if delivery.resends >= patience.MOST_RESENDS:
        problem = problems.unresolved(
            f"It was sent {delivery.resends + 1} times, no answer was clear, and Intacct does not have it."
        )
        return Finding(Verdict.ABSENT, problem.detail, State.ERROR, problem.as_json())
    return Finding(Verdict.ABSENT, "Intacct does not have it: it is sent again.", State.PENDING)
