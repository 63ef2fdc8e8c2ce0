"""What a webhook can tell of: one list, read by the form, the journal's reader and the docs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.delivery.states import State


class EventKind(models.TextChoices):
    """Named as Standard Webhooks advises: what it is about, a full stop, what happened."""

    POSTED = "posting.posted", _("Posted: every document of the posting is in Sage Intacct")
    ERROR = "posting.error", _("In error: a person is needed")
    HELD = "posting.held", _("Held: it waits for a record or a document that is not in Sage Intacct yet")
    CANCELLED = "posting.cancelled", _("Cancelled before it was sent")
    PAYMENT_CHANGED = "posting.payment_changed", _("Payment changed: Sage Intacct says something else is paid or due")


TEST = "portal.test"
"""The kind of what *Send a test event* sends: to every endpoint, whatever it chose."""

KIND_OF_STATE: dict[State, EventKind] = {
    State.POSTED: EventKind.POSTED,
    State.ERROR: EventKind.ERROR,
    State.HELD: EventKind.HELD,
    State.CANCELLED: EventKind.CANCELLED,
}
"""States of a posting in which it stays until something happens; those on the way are no news to a client."""
