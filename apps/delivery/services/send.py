"""One call for one batch, and what each way it can end means for the documents in it (reliability.md 2.7)."""

import logging

from apps.configuration.models import IntacctConfiguration
from apps.delivery.services import health, settle
from apps.delivery.services.claim import Batch
from apps.delivery.services.settle import Sent
from apps.foundation.crash_points import reached
from apps.intacct import (
    Client,
    ConnectTimedOut,
    ControlRefused,
    ErrorKind,
    Frozen,
    FunctionRefused,
    IntacctError,
    OutcomeUnknown,
    Redirected,
    RenderError,
    ServiceUnavailable,
    SessionUnavailable,
    TooManyRequests,
    Unreachable,
)

logger = logging.getLogger(__name__)
REST_AFTER_TOO_MANY_SECONDS = 30.0


def send(batch: Batch, sent: Sent, client: Client) -> bool:
    """Send the batch once and settle every member. Returns whether the connection may be called again at once.

    Never repeats anything: repeating is decided by the state of each delivery, after its outcome is known.
    """
    functions = [Frozen(control_id=attempt.control_id, xml=delivery.payload) for delivery, attempt in sent]
    connection = batch.connection
    try:
        exchange = client.execute(functions, control_id=batch.id, transaction=False, unique=True)
    except OutcomeUnknown as error:
        settle.settle_unclear(batch, sent, error)
        if isinstance(error, Redirected):
            health.pause(connection=connection, reason=str(error), next_step=error.next_step)
        else:
            health.note_failure(connection, reason=str(error), unclear=True)
        return False
    except IntacctError as error:
        return _undone(batch, sent, error)
    reached("after_answer", document=sent[0][0].number)
    if exchange.foreign:
        logger.error("answer %s holds results for control IDs that are not ours: %d", batch.id, len(exchange.foreign))
    clear = settle.settle_answer(batch, sent, exchange)
    if clear:
        health.note_answer(connection, batch_full=len(sent) >= health.health_of(connection).batch_size)
    else:
        health.note_failure(connection, reason="An answer was incomplete.", unclear=True)
    return True


def _undone(batch: Batch, sent: Sent, error: IntacctError) -> bool:
    """Nothing was executed: who is at fault decides whether the document, the connection or nobody waits."""
    connection = batch.connection
    if isinstance(error, RenderError) or (isinstance(error, ControlRefused) and not _sender_refused(error)):
        settle.settle_undone(batch, sent, error, isolate=True, at_fault=True)
        return True
    settle.settle_undone(batch, sent, error, isolate=False, at_fault=False)
    note_connection_error(connection, error)
    return False


def note_connection_error(connection: IntacctConfiguration, error: IntacctError) -> None:
    """What a failure that executed nothing means for the connection: pause, rest, or count."""
    if isinstance(error, (TooManyRequests, ServiceUnavailable)):
        seconds = getattr(error, "retry_after", None) or REST_AFTER_TOO_MANY_SECONDS
        health.rest_for(connection, seconds=seconds, reason=str(error))
    elif isinstance(error.__cause__, Redirected) or not isinstance(error, _PASSING):
        health.pause(connection=connection, reason=str(error), next_step=error.next_step)
    else:
        health.note_failure(connection, reason=str(error), unclear=False)


_PASSING = (Unreachable, ConnectTimedOut, SessionUnavailable, OutcomeUnknown, FunctionRefused)
"""Failures that usually pass by themselves. Everything else (credentials, certificate, address) needs a person."""


def _sender_refused(error: ControlRefused) -> bool:
    """Sender ID, its password or the policy: the connection's fault, not a document's."""
    return any(one.kind == ErrorKind.CONFIGURATION for one in error.errors)
