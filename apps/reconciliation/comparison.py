"""Portal and Intacct side by side, for one Intacct object: pure, and each page stands alone, so that a comparison may
stop anywhere and go on later.

What the portal posted in the period first, a page after the other, each document with the record that Intacct has of it
(`posted`). Then what Intacct holds of the period besides (`held`).
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from apps.delivery.keys import is_marker
from apps.foundation.money import exact
from apps.mapping.period_question import Held
from apps.reconciliation.result import (
    Divergence,
    Kind,
    NotFromPortal,
    Ours,
    Reconciliation,
    TotalKey,
    ValueDifference,
)


@dataclasses.dataclass(frozen=True)
class Scope:
    """What is looked at. `journals`: those that the portal posts into; empty where the object has none.

    `companies` and their `entities`: None for all. What others made in Intacct belongs to no company of the portal.
    """

    journals: Collection[str] = ()
    companies: Collection[int] | None = None
    entities: Collection[str] | None = None


class Comparison:
    """Of one object. Everything found goes into `result`, each document once."""

    def __init__(self, object_name: str, result: Reconciliation, scope: Scope) -> None:
        self._object_name = object_name
        self._result = result
        self._scope = scope

    def posted(self, documents: Iterable[Ours], records: Mapping[str, Held], marked: Mapping[str, Held]) -> None:
        """Documents of the period. `records`: what Intacct has under their numbers; `marked`: under their keys."""
        for ours in documents:
            self._result.posted += 1
            key = TotalKey(self._object_name, ours.journal, ours.entity, ours.currency)
            self._result.total(key).portal += ours.total
            record = records.get(ours.record_no) or marked.get(ours.marker)
            if record is None:
                note = f"Intacct no longer has record {ours.record_no}, nor another one with this document's key."
                self._result.diverges(Divergence(Kind.MISSING, self._object_name, ours=ours, note=note))
            else:
                self._compare(ours, record)

    def is_compared(self, ours: Ours | None) -> bool:
        """Whether a record belongs to a document that `posted` had, or will have in the comparison of its company."""
        return ours is not None and self._result.period.has(ours.posted_on)

    def held(
        self,
        page: Iterable[Held],
        known: Mapping[str, Ours],
        marked: Mapping[str, Ours],
        taken: Collection[str] = (),
    ) -> None:
        """Records of the period. `known`: posted documents by record number; `marked`: documents by their key.

        `taken`: numbers of records that `posted` met already, in the place of one that is gone.
        """
        for record in page:
            ours = known.get(record.record_no)
            if ours is not None:
                if not self.is_compared(ours) and self._is_meant(ours):
                    self._compare(ours, record)
                continue
            ours = marked.get(record.marker)
            if ours is not None:
                if self._is_meant(ours) and record.record_no not in taken:
                    self._copy(ours, record)
            elif is_marker(record.marker):
                self._unknown_key(record)
            else:
                self._made_by_others(record)

    def _copy(self, ours: Ours, record: Held) -> None:
        """It carries a key of the portal and is not the document that was posted."""
        if ours.is_posted:
            why = f"which the portal posted as record {ours.record_no}"
        else:
            why = f"which is not posted in the portal ({ours.state})"
        note = f"It carries the key of {ours.label} {ours.number}, {why}."
        self._extra(record, note, ours=ours, entity=self._entity(ours, record))

    def _is_meant(self, ours: Ours) -> bool:
        return self._scope.companies is None or ours.company_id in self._scope.companies

    def _entity(self, ours: Ours, record: Held) -> str:
        """The entity whose books a record is in: where it was made in the entity that we chose, it is ours."""
        return ours.entity if record.entity in (None, ours.scope) else record.entity or ""

    def _compare(self, ours: Ours, record: Held) -> None:
        self._add(record, self._entity(ours, record), others=False, currency=ours.currency)
        values = differences(ours, record)
        if values:
            self._result.diverges(
                Divergence(Kind.DIFFERENT, self._object_name, ours=ours, theirs=record, values=values)
            )
        else:
            self._result.agreeing += 1

    def _unknown_key(self, record: Held) -> None:
        if self._scope.entities is None or record.entity in self._scope.entities:
            note = "It carries a key of the portal that belongs to none of its documents."
            self._extra(record, note, ours=None, entity=record.entity or "")

    def _extra(self, record: Held, note: str, *, ours: Ours | None, entity: str) -> None:
        self._add(record, entity, others=False, currency=ours.currency if ours else "")
        self._result.diverges(Divergence(Kind.EXTRA, self._object_name, ours=ours, theirs=record, note=note))

    def _made_by_others(self, record: Held) -> None:
        if self._scope.companies is not None:
            return
        if self._scope.journals and record.journal not in self._scope.journals:
            return
        entity = record.entity or ""
        self._add(record, entity, others=True)
        self._result.was_made_elsewhere(NotFromPortal(self._object_name, record, entity))

    def _add(self, record: Held, entity: str, *, others: bool, currency: str = "") -> None:
        """Into the totals, where it is in the books of the period."""
        if not record.is_booked or not self._result.period.has(record.posted_on):
            return
        for their_currency, amount in record.totals.items():
            total = self._result.total(TotalKey(self._object_name, record.journal, entity, their_currency or currency))
            if others:
                total.others += amount
            else:
                total.intacct += amount


def differences(ours: Ours, record: Held) -> tuple[ValueDifference, ...]:
    """In which values a record is not the document that was posted. What Intacct does not tell is not compared."""
    pairs: list[tuple[str, object, object]] = [
        ("record number", ours.record_no, record.record_no),
        ("key", ours.marker, record.marker if is_marker(record.marker) else ours.marker),
        ("number", ours.number, record.number or ours.number),
        ("counterparty", ours.counterparty, record.counterparty or ours.counterparty),
        ("posting date", ours.posted_on, record.posted_on),
        ("journal", ours.journal, record.journal or ours.journal),
        ("entity", ours.scope, ours.scope if record.entity is None else record.entity),
        ("number of lines", ours.lines, ours.lines if record.lines is None else record.lines),
    ]
    if record.date != record.posted_on or ours.date != ours.posted_on:
        pairs.append(("document date", ours.date, record.date))
    found = [ValueDifference(name, str(mine), str(theirs)) for name, mine, theirs in pairs if mine != theirs]
    found += _money_differences(ours, {currency or ours.currency: one for currency, one in record.totals.items()})
    if not record.is_booked:
        found.append(ValueDifference("state", "in the books", record.state))
    return tuple(found)


def _money_differences(ours: Ours, totals: Mapping[str, Decimal]) -> list[ValueDifference]:
    """Currency, amount, or both; an entry by hand may have several currencies."""
    found = []
    if totals and set(totals) != {ours.currency}:
        found.append(ValueDifference("currency", ours.currency, ", ".join(sorted(totals))))
    if len(totals) != 1 or next(iter(totals.values())) != ours.total:
        theirs = ", ".join(f"{exact(amount, currency)} {currency}" for currency, amount in sorted(totals.items()))
        found.append(ValueDifference("amount", f"{exact(ours.total, ours.currency)} {ours.currency}", theirs))
    return found
