"""How a state, an outcome or a move is shown, in templates."""

from django import template

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


@register.filter
def happening(action: str) -> str:
    """An audit action as words: "delivery_posted" is "Posted", "connection_paused" is "Connection paused"."""
    state = action.removeprefix("delivery_")
    return str(State(state).label) if state in State.values else happened(action)
