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
