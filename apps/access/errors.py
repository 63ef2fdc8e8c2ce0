"""Refusals about roles and clients."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class UnknownRole(PortalError):
    code: str = field(default="unknown_role", init=False)
    title: str = field(default="There is no such role", init=False)


@dataclass
class UnknownCompanies(PortalError):
    code: str = field(default="unknown_company", init=False)
    title: str = field(default="There is no such company", init=False)


@dataclass
class ScopeNotAcceptable(PortalError):
    """A scope that is not there, or that the client's role could never use."""

    code: str = field(default="scope_not_acceptable", init=False)
    title: str = field(default="That scope can't be given", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class ScopeMissing(PortalError):
    code: str = field(default="scope_missing", init=False)
    title: str = field(default="The client's scopes do not include this", init=False)
    http_status: int = field(default=403, init=False)


@dataclass
class UnknownClient(PortalError):
    """No client has that name or reference, or several have that name."""

    code: str = field(default="unknown_client", init=False)
    title: str = field(default="It can't be told which client is meant", init=False)
    http_status: int = field(default=404, init=False)


@dataclass
class ClientRevoked(PortalError):
    code: str = field(default="client_revoked", init=False)
    title: str = field(default="The client is revoked", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class KeyChanged(PortalError):
    """Somebody else rotated first."""

    code: str = field(default="key_changed", init=False)
    title: str = field(default="The key was changed meanwhile", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class OverlapNotAcceptable(PortalError):
    code: str = field(default="overlap_not_acceptable", init=False)
    title: str = field(default="The old key can't work on for that long", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class RateNotAcceptable(PortalError):
    code: str = field(default="rate_not_acceptable", init=False)
    title: str = field(default="That limit can't be set", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class Throttled(PortalError):
    code: str = field(default="throttled", init=False)
    title: str = field(default="Too many requests", init=False)
    http_status: int = field(default=429, init=False)


@dataclass
class LinkLifeNotAcceptable(PortalError):
    code: str = field(default="link_life_not_acceptable", init=False)
    title: str = field(default="A link can't work for that long", init=False)
    http_status: int = field(default=422, init=False)
