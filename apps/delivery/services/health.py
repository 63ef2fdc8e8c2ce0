"""The breaker: when a connection rests, when it is paused for a person, and how it comes back."""

import datetime

from django.db import transaction
from django.db.models import F

from apps.configuration.models import IntacctConfiguration
from apps.delivery import batching, patience
from apps.delivery.models import ConnectionHealth
from apps.delivery.models.connection_health import Flow
from apps.delivery.services.enqueue import wake
from apps.foundation import audit, clock
from apps.foundation.wording import in_english
from apps.options.models import OptionCode
from apps.options.selectors import is_on


def health_of(connection: IntacctConfiguration) -> ConnectionHealth:
    health, _ = ConnectionHealth.objects.get_or_create(connection=connection)
    return health


def may_call(connection: IntacctConfiguration, *, now: datetime.datetime) -> bool:
    """Whether work may be sent now. A rest that is over lets one drain try: it signs in first, which harms nothing."""
    health = health_of(connection)
    if not is_on(OptionCode.SAGE_INTACCT):
        return False
    if not IntacctConfiguration.objects.filter(pk=connection.pk, is_active=True).exists():
        return False
    if health.flow == Flow.PAUSED:
        return False
    return health.rest_until is None or health.rest_until <= now


def note_answer(connection: IntacctConfiguration, *, batch_full: bool) -> None:
    """A whole, readable answer: the connection works; a full batch lets the next be larger."""
    health = health_of(connection)
    size = batching.after_clean_batch(health.batch_size) if batch_full else health.batch_size
    if health.failures_in_a_row or health.flow == Flow.RESTING or size != health.batch_size:
        ConnectionHealth.objects.filter(connection=connection).exclude(flow=Flow.PAUSED).update(
            flow=Flow.FLOWING, reason="", next_step="", rest_until=None, failures_in_a_row=0, batch_size=size
        )


def note_failure(connection: IntacctConfiguration, *, reason: str, unclear: bool) -> None:
    """No usable answer. After five in a row the connection rests; after an unclear one batches get smaller."""
    health = health_of(connection)
    failures = health.failures_in_a_row + 1
    values: dict[str, object] = {"failures_in_a_row": F("failures_in_a_row") + 1}
    if unclear:
        values["batch_size"] = batching.after_unclear_batch(health.batch_size)
    if failures >= patience.FAILURES_BEFORE_REST:
        values |= {
            "flow": Flow.RESTING,
            "reason": reason,
            "next_step": "Nothing to do: it is tried again by itself.",
            "rest_until": clock.database_now() + patience.rest(connection, failures=failures),
        }
    ConnectionHealth.objects.filter(connection=connection).exclude(flow=Flow.PAUSED).update(**values)


def rest_for(connection: IntacctConfiguration, *, seconds: float, reason: str) -> None:
    """Intacct asked for patience."""
    ConnectionHealth.objects.filter(connection=connection).exclude(flow=Flow.PAUSED).update(
        flow=Flow.RESTING,
        reason=reason,
        next_step="Nothing to do: it is tried again by itself.",
        rest_until=clock.database_now() + datetime.timedelta(seconds=seconds),
    )


@in_english
@transaction.atomic
def pause(*, connection: IntacctConfiguration, reason: str, next_step: str, actor: str = audit.SYSTEM) -> bool:
    """Stop sending until a person resumes. What is pending is held, not lost. False if it was paused already."""
    health_of(connection)
    paused = (
        ConnectionHealth.objects.filter(connection=connection)
        .exclude(flow=Flow.PAUSED)
        .update(flow=Flow.PAUSED, reason=reason, next_step=next_step, rest_until=None, changed_at=clock.database_now())
    )
    if paused:
        audit.record(_event(connection, "connection_paused", actor, reason))
    return bool(paused)


@in_english
@transaction.atomic
def resume(*, connection: IntacctConfiguration, actor: str) -> bool:
    """Let work flow again, and wake a worker. False if it was not paused or resting."""
    resumed = (
        ConnectionHealth.objects.filter(connection=connection)
        .exclude(flow=Flow.FLOWING)
        .update(
            flow=Flow.FLOWING,
            reason="",
            next_step="",
            rest_until=None,
            failures_in_a_row=0,
            changed_at=clock.database_now(),
        )
    )
    if resumed:
        audit.record(_event(connection, "connection_resumed", actor, ""))
        wake(connection_id=connection.pk)
    return bool(resumed)


def _event(connection: IntacctConfiguration, action: str, actor: str, reason: str) -> audit.Event:
    return audit.Event(
        actor=actor,
        action=action,
        subject_type="configuration",
        subject_id=str(connection.pk),
        subject_label=connection.code,
        detail={"reason": reason} if reason else {},
    )
