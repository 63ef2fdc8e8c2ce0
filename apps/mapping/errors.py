"""Refusals about mappings; each code is listed in docs/api.md."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class MappingNotAcceptable(PortalError):
    """A mapping that could not work. `flaws` name each field."""

    code: str = field(default="mapping_not_acceptable", init=False)
    title: str = field(default="The mapping is not acceptable", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class NotSynchronised(PortalError):
    """An object whose mapping says that it is not sent."""

    code: str = field(default="not_synchronised", init=False)
    title: str = field(default="The object is not synchronised", init=False)
    http_status: int = field(default=409, init=False)
