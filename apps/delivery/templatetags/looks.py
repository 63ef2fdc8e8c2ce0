"""How a state, an outcome or a move is shown, in templates."""

from django import template
from django.utils.translation import gettext_lazy as _

from apps.delivery.states import LOOKS, Look, State
from apps.foundation.wording import happened, translated
from apps.mapping.delivered_maps import label_of

register = template.Library()


@register.filter
def look(value: str) -> Look:
    """Colour, icon and meaning of a state or an outcome."""
    return LOOKS[value]


@register.filter
def object_words(object_name: str) -> str:
    """An Intacct object in words: "ARINVOICE" is "AR invoice"; one without a map keeps its name."""
    return translated(label_of(object_name))


HAPPENINGS = {
    "look_up_requested": _("Asked to look it up in Intacct"),
    "posting_corrected": _("Corrected"),
    "posting_reversed": _("Reversed"),
    "payment_changed": _("Payment changed in Intacct"),
    "connection_paused": _("Connection paused"),
    "connection_resumed": _("Connection resumed"),
}


@register.filter
def happening(action: str) -> str:
    """An audit action as words: "delivery_posted" is "Posted", "connection_paused" is "Connection paused"."""
    state = action.removeprefix("delivery_")
    if state in State.values:
        return str(State(state).label)
    return str(HAPPENINGS.get(action) or happened(action))
