"""What a person may do to a delivery: retry it, ask Intacct now, cancel it. Each goes through the table of moves."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from apps.delivery.journal import moved
from apps.delivery.models import Delivery, Wait
from apps.delivery.problems import LOOK_UP_FIRST
from apps.delivery.services.enqueue import wake
from apps.delivery.services.verify import new_epoch
from apps.delivery.services.waiting import release_waiting
from apps.delivery.states import Outcome, State
from apps.foundation import audit, clock
from apps.foundation.wording import in_english

_FRESH: dict[str, Any] = {"isolated": True, "crashes": 0, "setbacks": 0, "resends": 0, "looks": 0, "absent_since": None}


@in_english
@transaction.atomic
def retry(*, delivery: Delivery, actor: str) -> bool:
    """Send an `error` again. False: it is not in error any more, somebody was faster.

    After a definite refusal it is rendered anew under a new control ID. Where it is not proven that Intacct has
    nothing (conflict, duplicate, unresolved, poison), Intacct is asked first.
    """
    now = clock.database_now()
    kind = (delivery.problem or {}).get("kind")
    unproven = kind in LOOK_UP_FIRST and delivery.attempts.exclude(outcome=Outcome.REFUSED).exists()
    if unproven:
        done = Delivery.objects.move(delivery.pk, from_=(State.ERROR,), to=State.VERIFYING, due_at=now, **_FRESH)
    else:
        done = Delivery.objects.move(
            delivery.pk, from_=(State.ERROR,), to=State.PENDING, due_at=now, **{**_FRESH, **new_epoch(delivery)}
        )
    if done:
        audit.record(moved(delivery, State.VERIFYING if unproven else State.PENDING, "Retried.", actor=actor))
        wake(connection_id=delivery.connection_id)
    return done


@in_english
@transaction.atomic
def ask_now(*, delivery: Delivery, actor: str) -> bool:
    """Look a `verifying` delivery up at once. False: its outcome is known by now."""
    asked = Delivery.objects.filter(pk=delivery.pk, state=State.VERIFYING).update(due_at=clock.database_now())
    if asked:
        audit.record(
            audit.Event(
                actor=actor,
                action="look_up_requested",
                subject_type="delivery",
                subject_id=delivery.pk,
                subject_label=str(delivery),
            )
        )
        wake(connection_id=delivery.connection_id)
    return bool(asked)


@in_english
@transaction.atomic
def cancel_all(*, deliveries: Sequence[Delivery], from_states: Sequence[State], actor: str) -> bool:
    """Cancel all of a subject's deliveries, or none. False: one was already on its way, or may have had an effect.

    What of others waited for them goes on: what is never made needs no place in an order (decision 0022).
    """
    for delivery in deliveries:
        if Delivery.objects.get(pk=delivery.pk).state == State.CANCELLED:
            continue
        may_have_arrived = delivery.attempts.exclude(outcome__in=(Outcome.REFUSED, Outcome.TRANSIENT)).exists()
        if may_have_arrived or not Delivery.objects.move(delivery.pk, from_=tuple(from_states), to=State.CANCELLED):
            transaction.set_rollback(True)
            return False
        audit.record(moved(delivery, State.CANCELLED, "Cancelled before it was sent.", actor=actor))
    cancelled = [delivery.pk for delivery in deliveries]
    Wait.objects.filter(delivery__in=cancelled).delete()
    release_waiting(keys=cancelled)
    return True
