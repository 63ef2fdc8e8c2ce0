"""Refusals about the organisation."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class CustomTaxSolutionRefused(PortalError):
    """A custom tax solution can't be set up as it was described; `flaws` point into the description."""

    code: str = field(default="custom_tax_solution_refused", init=False)
    title: str = field(default="The custom tax solution is not acceptable", init=False)
    http_status: int = field(default=422, init=False)
