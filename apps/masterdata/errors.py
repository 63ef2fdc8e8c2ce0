"""Refusals about financial data."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class TaxManagementFixed(PortalError):
    """Another tax management than Other was chosen where the legislation has no other."""

    code: str = field(default="tax_management_fixed", init=False)
    title: str = field(default="Tax management can't be selected here", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class UnknownTaxManagement(PortalError):
    code: str = field(default="unknown_tax_management", init=False)
    title: str = field(default="There is no such tax management", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class RecordNotAcceptable(PortalError):
    """An item, customer or supplier that can't be kept as it is given."""

    code: str = field(default="record_not_acceptable", init=False)
    title: str = field(default="The record is not acceptable", init=False)
    http_status: int = field(default=422, init=False)
