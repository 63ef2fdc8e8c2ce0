"""Refusals about the connection's configuration."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class NoActiveConfiguration(PortalError):
    """Nobody is connected to yet: a person activates a configuration, which takes minutes."""

    retry_after: int | None = 300
    code: str = field(default="no_active_configuration", init=False)
    title: str = field(default="The portal is not connected to Sage Intacct", init=False)
    http_status: int = field(default=503, init=False)


@dataclass
class UnknownConfiguration(PortalError):
    code: str = field(default="unknown_configuration", init=False)
    title: str = field(default="There is no such configuration", init=False)
    http_status: int = field(default=404, init=False)


@dataclass
class AuditTrailUnreachable(PortalError):
    code: str = field(default="audit_trail_unreachable", init=False)
    title: str = field(default="Sage Intacct's audit trail could not be read or written", init=False)
    http_status: int = field(default=502, init=False)


@dataclass
class AsynchronousTestRefused(PortalError):
    code: str = field(default="asynchronous_test_refused", init=False)
    title: str = field(default="The asynchronous request was not accepted", init=False)
    http_status: int = field(default=502, init=False)


@dataclass
class UnknownStep(PortalError):
    code: str = field(default="unknown_step", init=False)
    title: str = field(default="There is no such step", init=False)
    http_status: int = field(default=404, init=False)


@dataclass
class SetUpFileRefused(PortalError):
    """A file that is no set-up, or that can't be taken whole."""

    code: str = field(default="set_up_file_refused", init=False)
    title: str = field(default="The set-up file can't be taken", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class ConfigurationInactive(PortalError):
    """Something arrived from Intacct for a configuration that is not the active one."""

    code: str = field(default="configuration_inactive", init=False)
    title: str = field(default="The configuration is not active", init=False)
    http_status: int = field(default=409, init=False)
