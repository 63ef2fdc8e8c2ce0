"""Refusals about synchronisations; each code is listed in docs/api.md."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class RunIsOpen(PortalError):
    """The object is being synchronised already: two readings would take each other's records for gone."""

    code: str = field(default="synchronisation_open", init=False)
    title: str = field(default="This object is being synchronised already", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class RunHasEnded(PortalError):
    """What was to be stopped is not going on any more."""

    code: str = field(default="synchronisation_ended", init=False)
    title: str = field(default="The synchronisation has ended", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class GoesOneWay(PortalError):
    """What is in Sage Intacct can't be taken over: the mapping of the object does not say *Both*."""

    code: str = field(default="direction_not_both", init=False)
    title: str = field(default="The object does not go both ways", init=False)
    http_status: int = field(default=409, init=False)
