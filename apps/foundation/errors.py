"""The portal's refusals: one base class, from which REST, admin and commands present what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Flaw:
    """One thing wrong with a request: where (a JSON pointer into it), what (a code) and in which words."""

    pointer: str
    code: str
    detail: str


@dataclass
class PortalError(Exception):
    """A refusal. `detail` says what happened to what, `next_step` what to do; nothing was stored.

    Subclasses set `code`, `title` and `http_status`; `docs/api.md` lists them (checked by a test).
    """

    detail: str
    flaws: Sequence[Flaw] = ()
    next_step: str = ""
    retry_after: int | None = None
    code: str = field(default="refused", init=False)
    title: str = field(default="The request was refused", init=False)
    http_status: int = field(default=400, init=False)

    def __str__(self) -> str:
        return f"{self.detail} {self.next_step}".strip()


@dataclass
class NotWhole(PortalError):
    """A bulk request that is not a list of 1 to 1,000 things."""

    code: str = field(default="bulk_size", init=False)
    title: str = field(default="The bulk request has the wrong size", init=False)
    http_status: int = field(default=422, init=False)
