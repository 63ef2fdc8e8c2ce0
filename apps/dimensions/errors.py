"""Refusals about attribute and dimension types."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class TypeLocked(PortalError):
    """Department and Channel are there with Sage Intacct, and stay as they are."""

    code: str = field(default="type_locked", init=False)
    title: str = field(default="The type can't be changed", init=False)
    http_status: int = field(default=409, init=False)
