"""What delivery asks of its subject, and who its subjects are. Two registrations in all, in `AppConfig.ready()`."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Protocol

from apps.delivery.models.delivery import Delivery


@dataclass(frozen=True)
class Expectation:
    """What a look-up must find for the record to be ours: compared before a found record is believed."""

    number: str
    counterparty: str
    currency: str
    total: Decimal
    date: datetime.date
    lines: int

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
        )


@dataclass(frozen=True)
class Rendered:
    """A subject as one gateway function: canonical XML, and what it will look like over there."""

    payload: str
    expectation: Expectation


@dataclass(frozen=True)
class CannotRender:
    """A subject that can't be turned into a function: becomes an `error` with these words."""

    detail: str
    next_step: str


class Deliverable(Protocol):
    """A kind of thing that is delivered: accounting documents; later, outbound master data."""

    kind: str

    def render(self, deliveries: Sequence[Delivery]) -> Mapping[str, Rendered | CannotRender]:
        """Each delivery's function, by delivery ID, in a constant number of queries."""
        ...


_deliverables: dict[str, Deliverable] = {}


def register(deliverable: Deliverable) -> None:
    """Make a kind known. Called once per kind."""
    _deliverables[deliverable.kind] = deliverable


def deliverable_for(kind: str) -> Deliverable:
    return _deliverables[kind]
