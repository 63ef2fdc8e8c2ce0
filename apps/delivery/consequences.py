"""What turning Sage Intacct off, or changing the level, means for what is on its way."""

from apps.configuration.level_change import MOST_NAMED, NotPosted
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.delivery.states import OPEN_STATES, State
from apps.options.consequences import Consequence


def deliveries_wait() -> Consequence | None:
    """What is not settled yet is held, not lost. No number: it would change while somebody reads it."""
    if not Delivery.objects.filter(state__in=OPEN_STATES).exists():
        return None
    return Consequence("Documents are waiting to be posted. They are held, and go on when the option is on again.")


def not_posted_of(connection: IntacctConfiguration) -> NotPosted:
    """What keeps the level it was accepted with: everything that is neither posted nor cancelled."""
    waiting = Delivery.objects.filter(connection=connection).exclude(state__in=(State.POSTED, State.CANCELLED))
    oldest = waiting.order_by("id").values_list("object_name", "number")[:MOST_NAMED]
    return NotPosted(waiting.count(), tuple(f"{object_name} {number}" for object_name, number in oldest))
