"""What turning Sage Intacct off means for what is on its way."""

from django.db.models import Q, QuerySet

from apps.delivery.models import Delivery, IntegrationState
from apps.delivery.states import OPEN_STATES
from apps.options.consequences import Consequence


def deliveries_wait() -> Consequence | None:
    """What is not settled yet is held, not lost. No number: it would change while somebody reads it."""
    if not _documents().filter(state__in=OPEN_STATES).exists():
        return None
    return Consequence("Documents are waiting to be posted. They are held, and go on when the option is on again.")


def records_wait() -> Consequence | None:
    """The same for items, customers and suppliers that are to be sent."""
    if not IntegrationState.objects.filter(Q(is_due=True) | Q(is_in_flight=True)).exists():
        return None
    return Consequence("Master data is waiting to be sent. It is held, and goes on when the option is on again.")


def _documents() -> QuerySet[Delivery, Delivery]:
    """Master data has the state of its deliveries beside its records."""
    return Delivery.objects.filter(integration_states__isnull=True)
