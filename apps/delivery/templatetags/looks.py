"""How a state, an outcome or a move is shown, in templates."""

from django import template

from apps.delivery.states import LOOKS, Look, State
from apps.mapping.object_maps import delivered_object_map

register = template.Library()


@register.filter
def look(value: str) -> Look:
    """Colour, icon and meaning of a state or an outcome."""
    return LOOKS[value]


@register.filter
def object_words(object_name: str) -> str:
    """An Intacct object in words: "ARINVOICE" is "AR invoice"; one without a map keeps its name."""
    try:
        return delivered_object_map(object_name).label
    except KeyError:
        return object_name


@register.filter
def happening(action: str) -> str:
    """An audit action as words: "delivery_posted" is "Posted", "connection_paused" is "Connection paused"."""
    state = action.removeprefix("delivery_")
    return str(State(state).label) if state in State.values else action.replace("_", " ").capitalize()
