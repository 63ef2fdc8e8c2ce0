"""The status view of a configuration: what was shared, when, and what went wrong on the way (dmo-facts 3.2).

Reads only; the same number of queries however much was shared.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from apps.configuration.models import IntacctConfiguration, RequestState
from apps.delivery.models import Attempt, ConnectionHealth
from apps.delivery.states import OPEN_STATES, Outcome, State
from apps.status.deliveries import delivery_counts
from apps.synchronisation.models import OUTBOUND_OBJECTS, RunState, SynchronisationRun

ERRORS_SHOWN = 20
COMMUNICATION = (Outcome.UNKNOWN, Outcome.TRANSIENT)
"""Outcomes that speak of the way, not of the document: no clear answer, or nothing executed."""


@dataclass(frozen=True)
class Sent:
    """One Intacct object that goes out."""

    object_name: str
    posted: int
    waiting: int
    in_error: int
    last_at: datetime.datetime | None


@dataclass(frozen=True)
class CommunicationError:
    """Something that went wrong between the portal and Sage Intacct."""

    at: datetime.datetime
    what: str
    words: str


@dataclass(frozen=True)
class ConnectionStatus:
    """Everything that the page shows."""

    configuration: IntacctConfiguration
    health: ConnectionHealth | None
    sent: tuple[Sent, ...]
    received: tuple[SynchronisationRun, ...]
    errors: tuple[CommunicationError, ...]


def connection_status(configuration: IntacctConfiguration) -> ConnectionStatus:
    return ConnectionStatus(
        configuration=configuration,
        health=ConnectionHealth.objects.filter(connection=configuration).first(),
        sent=_sent(configuration),
        received=_last_runs(configuration),
        errors=_errors(configuration),
    )


def _sent(configuration: IntacctConfiguration) -> tuple[Sent, ...]:
    return tuple(
        Sent(
            object_name=name,
            posted=counts.by_state[State.POSTED],
            waiting=sum(counts.by_state[state] for state in OPEN_STATES),
            in_error=counts.by_state[State.ERROR],
            last_at=counts.last_at,
        )
        for name, counts in delivery_counts(configuration.pk).items()
    )


def _last_runs(configuration: IntacctConfiguration) -> tuple[SynchronisationRun, ...]:
    read = SynchronisationRun.objects.filter(connection=configuration).exclude(object__in=OUTBOUND_OBJECTS)
    newest = read.values("object").annotate(last=Max("pk"))
    runs: QuerySet[SynchronisationRun, SynchronisationRun] = SynchronisationRun.objects.filter(
        pk__in=newest.order_by().values("last")
    )
    return tuple(runs.order_by("object"))


def _errors(configuration: IntacctConfiguration) -> tuple[CommunicationError, ...]:
    attempts = Attempt.objects.filter(delivery__connection=configuration, outcome__in=COMMUNICATION)
    found = [
        CommunicationError(one.finished_at or one.started_at, str(one.delivery), one.note)
        for one in attempts.select_related("delivery").defer("request_xml", "response_xml")[:ERRORS_SHOWN]
    ]
    failed_runs = SynchronisationRun.objects.filter(connection=configuration, state=RunState.FAILED)
    found += [
        CommunicationError(run.finished_at or run.started_at, run.get_object_display(), " ".join(run.messages))
        for run in failed_runs[:ERRORS_SHOWN]
    ]
    unanswered = configuration.asynchronous_requests.filter(state=RequestState.FAILED)
    found += [CommunicationError(one.sent_at, _("Asynchronous test"), one.detail) for one in unanswered[:ERRORS_SHOWN]]
    return tuple(sorted(found, key=lambda error: error.at, reverse=True)[:ERRORS_SHOWN])
