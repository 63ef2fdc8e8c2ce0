"""What an alert rule can watch, and which figures each kind has: one list, read by form, constraint, judge and docs."""

from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlertKind(models.TextChoices):
    ERROR_RATE = "error_rate", _("Error rate: too many documents end in error")
    OLDEST_PENDING = "oldest_pending", _("Oldest pending: a document waits for too long")
    CONNECTION_DOWN = "connection_down", _("Connection down: it is paused, or its last test failed")
    NO_WORKER = "no_worker", _("No worker: nothing is executed")
    OUTCOME_UNKNOWN = "outcome_unknown", _("Outcome unknown: it is not known whether Sage Intacct has a document")
    WEBHOOK_OFF = "webhook_off", _("Webhook: one was switched off, or a message was given up")


class MailLanguage(models.TextChoices):
    """In which language a mail is written; each named in its own."""

    ENGLISH = "en-gb", "English"
    FRENCH = "fr", "Français"
    GERMAN = "de", "Deutsch"


DAY = 24 * 60
LONGEST_WAIT = 30 * DAY


@dataclass(frozen=True)
class Figures:
    """The figures that a kind of rule has, each with the least and the most it may be; and whether it has companies."""

    limits: dict[str, tuple[int, int]] = field(default_factory=dict)
    is_of_postings: bool = False


FIGURES: dict[AlertKind, Figures] = {
    AlertKind.ERROR_RATE: Figures(
        {"percent": (1, 100), "least_number": (2, 100_000), "minutes": (5, DAY)}, is_of_postings=True
    ),
    AlertKind.OLDEST_PENDING: Figures({"minutes": (5, LONGEST_WAIT)}, is_of_postings=True),
    AlertKind.CONNECTION_DOWN: Figures(),
    AlertKind.NO_WORKER: Figures({"minutes": (3, DAY)}),
    AlertKind.OUTCOME_UNKNOWN: Figures({"minutes": (5, LONGEST_WAIT)}, is_of_postings=True),
    AlertKind.WEBHOOK_OFF: Figures(),
}
"""The least minutes of *No worker* are longer than a heartbeat is apart."""

FIGURE_NAMES = ("percent", "least_number", "minutes")
OF_POSTINGS = tuple(kind.value for kind, figures in FIGURES.items() if figures.is_of_postings)
