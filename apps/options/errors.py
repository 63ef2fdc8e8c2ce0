"""Refusals of the option switches."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.foundation.errors import PortalError
from apps.options.consequences import Consequence


@dataclass
class OptionOff(PortalError):
    """Something was asked for that an option forbids while it is off: a person turns it on, which takes minutes."""

    retry_after: int | None = 300
    code: str = field(default="option_off", init=False)
    title: str = field(default="The option is turned off", init=False)
    http_status: int = field(default=503, init=False)


@dataclass
class UnknownOption(PortalError):
    code: str = field(default="unknown_option", init=False)
    title: str = field(default="There is no such option", init=False)
    http_status: int = field(default=404, init=False)


@dataclass
class NeedsConfirmation(PortalError):
    """Turning it off has consequences that somebody must have read first."""

    code: str = field(default="needs_confirmation", init=False)
    title: str = field(default="Turning the option off has consequences", init=False)
    http_status: int = field(default=409, init=False)
    consequences: Sequence[Consequence] = field(default=(), kw_only=True)
