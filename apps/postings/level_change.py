"""What a change of the transaction integration level does not reach (guide, "Multi-entity … structures")."""

from collections.abc import Collection

from apps.configuration.level_change import MOST_NAMED, NotPosted
from apps.configuration.models import IntacctConfiguration
from apps.delivery.states import FINAL_STATES
from apps.postings.models import TargetDocument


def not_posted_of(connection: IntacctConfiguration, countries: Collection[str] | None) -> NotPosted:
    """What keeps the level it was accepted with: everything that is neither posted nor cancelled."""
    waiting = TargetDocument.objects.filter(delivery__connection=connection).exclude(delivery__state__in=FINAL_STATES)
    if countries is not None:
        waiting = waiting.filter(posting__company__legislation__country__in=list(countries))
    oldest = waiting.order_by("delivery").values_list("delivery__object_name", "delivery__number")[:MOST_NAMED]
    return NotPosted(waiting.count(), tuple(f"{object_name} {number}" for object_name, number in oldest))
