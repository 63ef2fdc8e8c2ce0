"""Sending master data: what changed is handed over, planned, sent and noted, in the background."""

import time
from collections.abc import Sequence

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration, secret_fields
from apps.delivery.services import health
from apps.delivery.services.drain import drain
from apps.delivery.services.outbound_states import has_work, mark_due
from apps.delivery.services.send import note_connection_error
from apps.foundation import clock
from apps.foundation.wakeups import Wakeup, enqueue
from apps.intacct import Client, IntacctError, OutcomeUnknown, Redirected
from apps.mapping.selectors import is_sent
from apps.options.errors import OptionOff
from apps.options.models import OptionCode
from apps.options.selectors import is_on
from apps.synchronisation.services.outcomes import collect
from apps.synchronisation.services.planning import Planned, plan
from apps.synchronisation.sources import OBJECT_OF_NODE, contacts_of

SLICE_SECONDS = 40.0
"""How long a worker sends master data before it hands on, so that postings get their turn."""

NO_ANSWER = (
    "Sage Intacct was asked which records it has, and its answer did not arrive whole. "
    "Nothing was sent by that; the records wait, and it is asked again."
)


def hand_over(node: str, codes: Sequence[str]) -> None:
    """Records changed here: they are due to go out. Inside the transaction of the change; wakes a worker."""
    connection = IntacctConfiguration.objects.filter(is_active=True).defer(*secret_fields()).first()
    if connection is None or not codes or not is_sent(OBJECT_OF_NODE[node]):
        return
    mark_records_due(connection=connection, node=node, codes=codes)
    enqueue(Wakeup.SEND_MASTER_DATA, connection.pk)


def mark_records_due(
    *, connection: IntacctConfiguration, node: str, codes: Sequence[str], forced: bool = False
) -> None:
    """The records, and the contacts that must be there before them."""
    contacts = contacts_of(connection, node, codes)
    if contacts:
        mark_due(
            connection=connection,
            node="address",
            object_name="CONTACT",
            keys=list(contacts),
            owners=contacts,
            forced=forced,
        )
    mark_due(connection=connection, node=node, object_name=OBJECT_OF_NODE[node], keys=codes, forced=forced)


def send_master_data(*, connection_id: int, budget_seconds: float = SLICE_SECONDS) -> None:
    """Send what is due, until nothing is left or the time is used up; then the next worker is woken.

    Safe to run twice, at once, never, or late.
    """
    connection = IntacctConfiguration.objects.filter(pk=connection_id, is_active=True).first()
    if connection is None or not has_work(connection):
        return
    if work(connection=connection, budget_seconds=budget_seconds):
        enqueue(Wakeup.SEND_MASTER_DATA, connection_id)


def work(*, connection: IntacctConfiguration, budget_seconds: float) -> bool:
    """Turns of planning and sending. Returns whether more could be done at once."""
    ends = time.monotonic() + budget_seconds
    while time.monotonic() < ends:
        noted = collect(connection)
        planned = _planned(connection)
        if planned is None:
            return False
        sent = drain(connection=connection, budget_seconds=max(0.0, ends - time.monotonic())).sent
        noted += collect(connection)
        is_idle = not (planned.looked_at or sent or noted)
        if is_idle and (not planned.later or _planned(connection, is_patient=False) is None):
            return False
    return has_work(connection)


def _planned(connection: IntacctConfiguration, *, is_patient: bool = True) -> Planned | None:
    """One turn of planning; None where Intacct can't be asked now: off, paused, resting, not reached."""
    if not is_on(OptionCode.SAGE_INTACCT) or not health.may_call(connection, now=clock.database_now()):
        return None
    connection.refresh_from_db()
    clients: list[Client] = []

    def client() -> Client:
        if not clients:
            clients.append(client_for(connection))
        return clients[0]

    try:
        return plan(connection, client, is_patient=is_patient)
    except OptionOff:
        return None
    except IntacctError as error:
        if isinstance(error, OutcomeUnknown) and not isinstance(error, Redirected):
            health.note_failure(connection, reason=NO_ANSWER, unclear=False)  # its own words speak of documents
        else:
            note_connection_error(connection, error)
        return None
    finally:
        for one in clients:
            one.close()
