"""Draining a connection: recover, verify, claim, send, until nothing is due or the time is used up."""

import logging
import os
import socket
import time
from dataclasses import astuple, dataclass

from django.db.models import Min

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.services import health
from apps.delivery.services.claim import claim, give_back, prepare, recover_abandoned, refuse_entity
from apps.delivery.services.clients import Clients, EntityRefused
from apps.delivery.services.leases import Heartbeat
from apps.delivery.services.send import note_connection_error, send
from apps.delivery.services.slots import slot
from apps.delivery.services.verify import verify_due
from apps.delivery.states import State
from apps.foundation import clock
from apps.foundation.wakeups import Wakeup, enqueue
from apps.intacct import IntacctError
from apps.options.errors import OptionOff
from apps.options.models import OptionCode
from apps.options.selectors import is_on

logger = logging.getLogger(__name__)

BUDGET_SECONDS = 45.0
SHORTEST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 1.0


@dataclass
class DrainReport:
    """What one drain did."""

    sent: int = 0
    looked_up: int = 0
    recovered: int = 0


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def drain(
    *, connection: IntacctConfiguration, budget_seconds: float = BUDGET_SECONDS, wait: bool = False
) -> DrainReport:
    """Work a connection until nothing is due, or the budget (seconds) is used up.

    Safe to run twice, at once, never, or late: claims and leases decide who does what. With `wait` it also waits,
    inside the budget, for what becomes due (a look-up, a back-off), so that nothing depends on the next alarm.
    """
    report = DrainReport()
    ends = time.monotonic() + budget_seconds
    beat(worker_name())
    ConnectionHealth.objects.filter(connection=connection).update(wake_requested_at=None)
    while time.monotonic() < ends:
        worked = _work(connection, report, ends)
        if worked:
            continue
        seconds = _seconds_until_due(connection) if wait else None
        if seconds is None or time.monotonic() + seconds > ends:
            break
        time.sleep(min(max(seconds, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS))
    if report.sent or report.looked_up:
        enqueue(Wakeup.READ_PAYMENTS)
    return report


def _work(connection: IntacctConfiguration, report: DrainReport, ends: float) -> bool:
    """One turn under a slot: everything that is due now. Returns whether anything was done."""
    before = astuple(report)
    with slot(connection, hold_for=connection.lease) as token:
        if token is None:
            return False
        report.recovered += recover_abandoned(connection)
        if not health.may_call(connection, now=clock.database_now()):
            return astuple(report) != before
        connection.refresh_from_db()
        with Clients(connection) as clients:
            served = ""
            # Asked before each turn: sessions are open by now, and off means that nothing is asked either.
            while time.monotonic() < ends and is_on(OptionCode.SAGE_INTACCT):
                report.recovered += recover_abandoned(connection)
                try:
                    looked_up = verify_due(connection, clients)
                except OptionOff:
                    break
                report.looked_up += looked_up
                sent = _send_one_batch(connection, clients, token, served)
                if sent is None and not looked_up:
                    break
                if sent is not None:
                    served, count, go_on = sent
                    report.sent += count
                    if not go_on:
                        break
    return astuple(report) != before


def _send_one_batch(
    connection: IntacctConfiguration, clients: Clients, slot_token: str, served: str
) -> tuple[str, int, bool] | None:
    """Claim and send one batch. None: nothing was due. Else its entity, how many were sent, and whether to go on."""
    if not health.may_call(connection, now=clock.database_now()):
        return None
    batch = claim(connection, batch_size=health.health_of(connection).batch_size, served_last=served)
    if batch is None:
        return None
    try:
        client = clients.for_entity(batch.entity)
    except EntityRefused:
        refuse_entity(batch)
        return batch.entity, 0, True
    except OptionOff:  # turned off since it was asked for above: held, as everything that is pending
        give_back(batch, batch.deliveries)
        return batch.entity, 0, False
    except IntacctError as error:
        give_back(batch, batch.deliveries)
        note_connection_error(connection, error)
        return batch.entity, 0, False
    with Heartbeat(batch_token=batch.lease_token, slot_token=slot_token, lease=connection.lease) as heartbeat:
        prepared = prepare(batch, client, worker=worker_name())
        if not prepared:
            return batch.entity, 0, True
        if heartbeat.lost:
            logger.warning("lease lost before sending %s: nothing sent", batch.id)
            return batch.entity, 0, False
        go_on = send(batch, prepared, client)
        return batch.entity, len(prepared), go_on and not heartbeat.lost


def _seconds_until_due(connection: IntacctConfiguration) -> float | None:
    """How long until something can be done for this connection; None when nothing is open."""
    now = clock.database_now()
    if not health.may_call(connection, now=now):
        row = health.health_of(connection)
        return (row.rest_until - now).total_seconds() if row.rest_until and row.flow == "resting" else None
    rows = Delivery.objects.filter(connection=connection)
    due = rows.filter(state__in=(State.PENDING, State.VERIFYING)).aggregate(at=Min("due_at"))["at"]
    lease = rows.filter(state=State.SENDING).aggregate(at=Min("lease_until"))["at"]
    moments = [moment for moment in (due, lease) if moment is not None]
    return max(0.0, (min(moments) - now).total_seconds()) if moments else None


def beat(worker: str) -> None:
    """A sign of life, written by work that was really done through the queue."""
    WorkerHeartbeat.objects.update_or_create(worker=worker, defaults={"beaten_at": clock.database_now()})
