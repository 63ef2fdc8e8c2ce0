"""Refusals about comparisons with Intacct; each code is listed in docs/api.md."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class PeriodNotAcceptable(PortalError):
    """A comparison of days that are not a period."""

    code: str = field(default="period_not_acceptable", init=False)
    title: str = field(default="The period can't be compared", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class BooksNotRead(PortalError):
    """Intacct did not say what it holds, so nothing can be said of a difference."""

    retry_after: int | None = 60
    code: str = field(default="books_not_read", init=False)
    title: str = field(default="Intacct's books could not be read", init=False)
    http_status: int = field(default=503, init=False)


@dataclass
class ComparisonIsOpen(PortalError):
    """One at a time with a connection: each asks Intacct for much."""

    code: str = field(default="comparison_open", init=False)
    title: str = field(default="A period is being compared already", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class ComparisonHasEnded(PortalError):
    """What was to be stopped is not going on any more."""

    code: str = field(default="comparison_ended", init=False)
    title: str = field(default="The comparison has ended", init=False)
    http_status: int = field(default=409, init=False)
