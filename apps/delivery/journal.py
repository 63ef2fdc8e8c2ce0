"""Moves of deliveries as audit entries, so that history, live pages and webhooks can follow one journal."""

from apps.delivery.models.delivery import Delivery
from apps.delivery.states import State
from apps.foundation import audit


def moved(delivery: Delivery, to: State, note: str = "", *, actor: str = audit.SYSTEM) -> audit.Event:
    """The event "this delivery moved to that state"."""
    return audit.Event(
        actor=actor,
        action=f"delivery_{to.value}",
        subject_type="delivery",
        subject_id=delivery.pk,
        subject_label=f"{delivery.object_name} {delivery.number}",
        detail={"note": note} if note else {},
    )
