"""Whether an option is on, and the refusal of who needs it."""

from apps.options.errors import OptionOff
from apps.options.models import Option, OptionCode

PATH = "Administration > Application configuration > Options management"
"""Where the switches are (guide, "Activate Sage Intacct integration")."""


def is_on(code: OptionCode) -> bool:
    """Whether the option is active."""
    return Option.objects.is_on(code)


def require(code: OptionCode) -> None:
    """Raise `OptionOff` unless the option is active."""
    if not is_on(code):
        raise OptionOff(
            f"The option {code.label} is turned off, so nothing is exchanged.",
            next_step=f"Turn its Active switch on under {PATH}.",
        )
