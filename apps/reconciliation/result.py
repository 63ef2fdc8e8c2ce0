"""What a comparison of a period finds: figures, differences and totals, as plain values."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.delivery.states import Look, State
from apps.mapping.period_question import Held

MOST_LISTED = 10_000
"""Differences, and documents of each other list. What is beyond is counted; so many have one cause."""


@dataclass(frozen=True)
class Period:
    """From one posting date to another, both included."""

    first: datetime.date
    last: datetime.date

    def has(self, day: datetime.date | None) -> bool:
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class Ours:
    """A document as the portal posted it. `scope`: the entity it was made in, "" at the top level.

    `entity` keeps its books: its financial site's. `state` is the delivery's.
    """

    posting_id: str
    delivery_id: str
    object_name: str
    marker: str
    record_no: str
    url: str
    company_id: int
    company: str
    label: str
    number: str
    counterparty: str
    journal: str
    entity: str
    scope: str
    currency: str
    total: Decimal
    date: datetime.date
    posted_on: datetime.date
    lines: int
    state: str
    is_posted: bool


def _web_address(record: Held | None) -> str:
    """Only what a browser opens as a page: it comes from outside."""
    return record.url if record is not None and record.url.startswith("https://") else ""


class Kind(models.TextChoices):
    """How portal and Intacct fall apart over one document."""

    MISSING = "missing", _("Missing in Intacct")
    EXTRA = "extra", _("Extra in Intacct")
    DIFFERENT = "different", _("Different")


LOOKS: dict[str, Look] = {
    Kind.MISSING: Look("danger", "cloud_off", _("Posted by the portal, and no longer in Intacct.")),
    Kind.EXTRA: Look("danger", "library_add", _("Carries a key of the portal, which did not post it.")),
    Kind.DIFFERENT: Look("warning", "difference", _("In both, with other values.")),
}


NEXT_STEPS: dict[str, Promise] = {
    Kind.MISSING: _(
        "Find out who deleted it in Intacct, and why. To have it again, submit it under a new number: a key is never "
        "used twice."
    ),
    Kind.EXTRA: _(
        "A copy is reversed in Intacct. What is not posted here yet is looked up and taken over: open the posting, "
        "then Retry or Ask Intacct now."
    ),
    Kind.DIFFERENT: _("Correct it in Intacct: the document of the portal is what the ERP sent."),
}


@dataclass(frozen=True)
class ValueDifference:
    """One value of a document that is another in Intacct."""

    name: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.name} is {self.theirs or 'empty'}, not {self.ours or 'empty'}"


@dataclass(frozen=True)
class Divergence:
    """One document about which portal and Intacct do not agree."""

    kind: Kind
    object_name: str
    ours: Ours | None = None
    theirs: Held | None = None
    values: tuple[ValueDifference, ...] = ()
    note: str = ""

    @property
    def look(self) -> Look:
        return LOOKS[self.kind]

    @property
    def words(self) -> str:
        """What is wrong, in one sentence."""
        return self.note or f"In Intacct the {'; the '.join(str(one) for one in self.values)}."

    @property
    def number(self) -> str:
        return self.ours.number if self.ours else self.theirs.number if self.theirs else ""

    @property
    def record_no(self) -> str:
        return self.theirs.record_no if self.theirs else self.ours.record_no if self.ours else ""

    @property
    def is_made_again(self) -> bool:
        """The record that was posted is gone, and another one carries its key."""
        return bool(self.kind == Kind.DIFFERENT and self.ours and self.ours.record_no != self.record_no)

    @property
    def url(self) -> str:
        """The record's page in Intacct; a missing one has none any more."""
        return _web_address(self.theirs)


@dataclass(frozen=True)
class NotFromPortal:
    """A record that somebody made in Intacct, in a journal or module that the portal posts into."""

    object_name: str
    record: Held
    entity: str

    @property
    def url(self) -> str:
        return _web_address(self.record)


@dataclass(frozen=True)
class NotPosted:
    """A document of the period that is not in Intacct yet, as far as the portal knows."""

    posting_id: str
    label: str
    number: str
    company: str
    posted_on: datetime.date
    currency: str
    object_name: str
    state: str
    problem: str

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)


@dataclass(frozen=True, order=True)
class TotalKey:
    """What is summed together."""

    object_name: str
    journal: str
    entity: str
    currency: str


@dataclass
class Total:
    """Sums of one key: the portal's documents, what Intacct holds of them, and what others made there."""

    portal: Decimal = Decimal(0)
    intacct: Decimal = Decimal(0)
    others: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        return self.intacct - self.portal

    def add(self, other: "Total") -> None:
        self.portal += other.portal
        self.intacct += other.intacct
        self.others += other.others


@dataclass
class Reconciliation:
    """A result, or the portion of it that one page gave. It agrees when nothing is missing, extra or different."""

    period: Period
    company: str = ""
    posted: int = 0
    agreeing: int = 0
    counts: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    divergences: list[Divergence] = field(default_factory=list)
    not_from_portal: list[NotFromPortal] = field(default_factory=list)
    not_from_portal_count: int = 0
    not_posted: list[NotPosted] = field(default_factory=list)
    not_posted_count: int = 0
    elsewhere: int = 0
    """Posted through a configuration that is not the active one: not compared."""
    totals: dict[TotalKey, Total] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        return not any(self.counts.values())

    @property
    def is_empty(self) -> bool:
        """Nothing was posted in this period, and nothing is held of it."""
        return self.agrees and not (self.posted or self.not_posted_count or self.not_from_portal_count)

    def diverges(self, divergence: Divergence) -> None:
        self.counts[divergence.kind] += 1
        self.divergences.append(divergence)

    def was_made_elsewhere(self, record: NotFromPortal) -> None:
        self.not_from_portal_count += 1
        self.not_from_portal.append(record)

    def total(self, key: TotalKey) -> Total:
        return self.totals.setdefault(key, Total())

    @property
    def differing(self) -> int:
        """Documents that differ, listed or not."""
        return sum(self.counts.values())

    @property
    def found(self) -> list[tuple[Look, Kind, Promise]]:
        """The kinds of difference that there are, each with what to do about it."""
        return [(LOOKS[kind], kind, NEXT_STEPS[kind]) for kind, number in self.counts.items() if number]

    @property
    def unlisted(self) -> int:
        """Differences beyond those that are listed."""
        return max(0, self.differing - MOST_LISTED)

    def sorted_totals(self) -> list[tuple[TotalKey, Total]]:
        return sorted(self.totals.items())

    def grand_totals(self) -> Mapping[str, Total]:
        """By currency, over everything."""
        grand: dict[str, Total] = {}
        for key, total in self.sorted_totals():
            grand.setdefault(key.currency, Total()).add(total)
        return dict(sorted(grand.items()))
