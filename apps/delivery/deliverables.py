"""What delivery asks of its subject, and who its subjects are. Two registrations in all, in `AppConfig.ready()`."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Protocol

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models.delivery import Delivery
from apps.delivery.models.probe import Verdict
from apps.delivery.states import State
from apps.intacct import Client


@dataclass(frozen=True)
class Expectation:
    """What a look-up must find for the record to be ours: compared before a found record is believed."""

    number: str
    counterparty: str
    currency: str
    total: Decimal
    date: datetime.date
    lines: int
    journal: str = ""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "total": str(self.total), "date": self.date.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Expectation":
        return cls(
            number=stored["number"],
            counterparty=stored["counterparty"],
            currency=stored["currency"],
            total=Decimal(stored["total"]),
            date=datetime.date.fromisoformat(stored["date"]),
            lines=stored["lines"],
            journal=stored.get("journal", ""),
        )


@dataclass(frozen=True)
class Rendered:
    """A subject as one gateway function: canonical XML, and what it will look like over there."""

    payload: str
    expectation: Mapping[str, Any]
    """What its look-up will compare, as JSON; for a change or a deletion `record_no` is the record's number."""


@dataclass(frozen=True)
class CannotRender:
    """A subject that can't be turned into a function: becomes an `error` with these words."""

    detail: str
    next_step: str


@dataclass(frozen=True)
class Finding:
    """What a look-up says of one delivery, and where that moves it; `to` None: it stays, and is asked about again.

    `problem` is the JSON of a `Problem`, for `error`. `fresh`: it is sent again under a new control ID and rendered
    anew, because the old one may be used up over there.
    """

    verdict: Verdict
    note: str
    to: State | None = None
    problem: Mapping[str, Any] | None = None
    record_no: str = ""
    record_url: str = ""
    scope: str = "top level"
    looked_for: str = ""
    record_numbers: tuple[str, ...] = ()
    fresh: bool = False


class Deliverable(Protocol):
    """A kind of thing that is delivered: accounting documents, outbound master data."""

    kind: str

    def render(self, deliveries: Sequence[Delivery]) -> Mapping[str, Rendered | CannotRender]:
        """Each delivery's function, by delivery ID, in a constant number of queries."""
        ...

    def investigate(
        self,
        connection: IntacctConfiguration,
        deliveries: Sequence[Delivery],
        client_for: Callable[[str], Client],
        now: datetime.datetime,
    ) -> Mapping[str, Finding]:
        """What became of deliveries whose outcome is unknown, by delivery ID: Intacct is asked, nothing is changed.

        All are of one entity and object. Raises `IntacctError` where it can't be asked.
        """
        ...


_deliverables: dict[str, Deliverable] = {}


def register(deliverable: Deliverable) -> None:
    """Make a kind known. Called once per kind."""
    _deliverables[deliverable.kind] = deliverable


def deliverable_for(kind: str) -> Deliverable:
    return _deliverables[kind]
