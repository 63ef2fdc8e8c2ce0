"""States of a delivery, and which moves between them are allowed: one frozen table, printed in the docs."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    PENDING = "pending", _("Pending")
    SENDING = "sending", _("Sending")
    VERIFYING = "verifying", _("Verifying")
    POSTED = "posted", _("Posted")
    ERROR = "error", _("Error")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class IntegrationStatus(models.TextChoices):
    """DMO's own words for where a record stands (its Integration page)."""

    NOT_INTEGRATED = "not_integrated", _("Not integrated")
    PENDING = "pending", _("Pending")
    SUCCESS = "success", _("Success")
    ERROR = "error", _("Error")
    DESYNCHRONISED = "desynchronised", _("Desynchronised")


class Outcome(models.TextChoices):
    """How an attempt ended. An attempt without outcome is open: something may have happened."""

    SUCCESS = "success", _("Success")
    REFUSED = "refused", _("Refused")
    TRANSIENT = "transient", _("Not done, will be tried again")
    UNKNOWN = "unknown", _("Outcome unknown")
    RESOLVED = "resolved", _("Resolved by asking Intacct")


class RunState(models.TextChoices):
    """Where work is that a worker carries out in slices (`apps.delivery.models.run`)."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_RUN_STATES = (RunState.WAITING, RunState.RUNNING)


@dataclass(frozen=True)
class Look:
    """How a state is shown: a colour that is never alone, an icon, and what it means for the reader."""

    tone: str
    icon: str
    meaning: str | Promise


LOOKS: dict[str, Look] = {
    State.PENDING: Look("info", "schedule", _("Waits to be sent. Nothing to do.")),
    State.SENDING: Look("info", "send", _("Is on its way to Intacct.")),
    State.VERIFYING: Look(
        "warning", "manage_search", _("Intacct did not answer clearly. It is asked before anything is sent again.")
    ),
    State.POSTED: Look("success", "check_circle", _("Is in Intacct, under the record number shown.")),
    State.ERROR: Look("danger", "error", _("Needs a person: the problem says what to do.")),
    State.HELD: Look(
        "warning", "pause_circle", _("Waits for what it needs in Intacct, or until its connection works again.")
    ),
    State.CANCELLED: Look("default", "cancel", _("Was cancelled before it was sent.")),
    Outcome.SUCCESS: Look("success", "check_circle", _("Intacct confirmed it.")),
    Outcome.REFUSED: Look("danger", "block", _("Intacct refused it; nothing was created.")),
    Outcome.TRANSIENT: Look("warning", "replay", _("Nothing was created; it is sent again by itself.")),
    Outcome.UNKNOWN: Look("warning", "help", _("The answer did not arrive or was unreadable.")),
    Outcome.RESOLVED: Look("success", "fact_check", _("Intacct was asked and the outcome is now known.")),
    IntegrationStatus.NOT_INTEGRATED: Look("default", "radio_button_unchecked", _("Not in Intacct.")),
    IntegrationStatus.SUCCESS: Look("success", "check_circle", _("In Intacct.")),
    IntegrationStatus.DESYNCHRONISED: Look("warning", "sync_problem", _("Differs from what Intacct holds.")),
}

RUN_LOOKS: dict[str, Look] = {
    RunState.WAITING: Look("info", "schedule", _("Waits for a worker.")),
    RunState.RUNNING: Look("info", "sync", _("A worker is on it.")),
    RunState.FINISHED: Look("success", "check_circle", _("Went through to its end.")),
    RunState.FAILED: Look("danger", "error", _("Could not go on: its message says why.")),
    RunState.CANCELLED: Look("default", "cancel", _("Was cancelled before its end.")),
}

MOVES: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.SENDING, State.HELD, State.CANCELLED}),
    State.HELD: frozenset({State.PENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.PENDING, State.POSTED, State.ERROR, State.VERIFYING}),
    State.VERIFYING: frozenset({State.PENDING, State.POSTED, State.ERROR}),
    State.ERROR: frozenset({State.PENDING, State.VERIFYING, State.CANCELLED}),
    State.POSTED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""From each state, where it may go. A database trigger refuses every other move."""

OPEN_STATES = (State.PENDING, State.HELD, State.SENDING, State.VERIFYING)
FINAL_STATES = (State.POSTED, State.CANCELLED)
NEVER_SENT = frozenset({State.PENDING, State.HELD})

MOST_TELLING_FIRST = (
    State.ERROR,
    State.VERIFYING,
    State.SENDING,
    State.HELD,
    State.PENDING,
    State.POSTED,
    State.CANCELLED,
)
"""Of several deliveries of one posting, the first of these that occurs is the posting's state."""

INTEGRATION_STATUS: dict[str, IntegrationStatus] = {
    State.PENDING: IntegrationStatus.PENDING,
    State.HELD: IntegrationStatus.PENDING,
    State.SENDING: IntegrationStatus.PENDING,
    State.VERIFYING: IntegrationStatus.PENDING,
    State.POSTED: IntegrationStatus.SUCCESS,
    State.ERROR: IntegrationStatus.ERROR,
    State.CANCELLED: IntegrationStatus.NOT_INTEGRATED,
}
