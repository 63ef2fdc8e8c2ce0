"""Intacct record + inbound map → values of a portal record."""

import dataclasses
import datetime
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.intacct import (
    RECORD_NUMBER,
    And,
    Filter,
    OrderBy,
    Query,
    Record,
    equal_to,
    greater_than,
    greater_than_or_equal,
    is_in,
)
from apps.mapping.delivered_maps import INBOUND
from apps.mapping.effective import Changes, added, changed_rows, in_force
from apps.mapping.inbound_properties import inbound_properties, reading_of

PAGE = 1000
MOMENT_FORMATS = ("%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y")
"""How date-times come back (protocol 1.6)."""

InboundValue = str | bool | int | Decimal | None


class UnreadableValue(ValueError):
    """A value of one record that can't be kept; the sentence names field and value."""


@dataclasses.dataclass(frozen=True)
class InboundField:
    """A property taken from an Intacct field.

    `active`: true when the field holds that word. `words`: Intacct's words and ours. `type`: `number` (whole),
    `amount` (exact decimal) or text.
    """

    property: str
    field: str
    active: str = ""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    type: str = "text"

    def value(self, row: Record) -> InboundValue:
        """Raises `UnreadableValue`."""
        text = (row.text(self.field) or "").strip()
        if self.active:
            return text.lower() == self.active
        if self.words:
            return self._word(text)
        if self.type == "text":
            return text
        if not text:
            return None
        try:
            exact = Decimal(text)
            if self.type == "number" and exact != exact.to_integral_value():
                raise InvalidOperation
        except InvalidOperation:
            raise UnreadableValue(f"{self.field} holds {text!r}, which is no {self.type}.") from None
        return int(exact) if self.type == "number" else exact

    def _word(self, text: str) -> str:
        known = {word.lower(): ours for word, ours in self.words.items()}
        if text and text.lower() not in known:
            raise UnreadableValue(f"{self.field} holds {text!r}. Known are: {', '.join(self.words)}.")
        return known.get(text.lower(), "")


@dataclasses.dataclass(frozen=True)
class InboundMap:
    """How records of one Intacct object come in. `modified`: the field that says when one was changed, if it has one.

    `constants`: properties that are the same for every record of the object. `include_private`: records that belong
    to an entity come in too (dmo-facts 3.3).
    """

    object_name: str
    label: str
    node: str
    key: InboundField
    fields: tuple[InboundField, ...]
    modified: str = ""
    include_private: bool = False
    constants: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def question(self, *, after: int, since: datetime.datetime | None = None) -> Query:
        """One page: the records after a record number, in their order, changed since then.

        By record number and not by offset: each page is a new query over live data, and an offset repeats and loses
        rows when records come and go between pages (protocol 3.5).
        """
        conditions: list[Filter] = [greater_than(RECORD_NUMBER, after)]
        if since is not None and self.modified:
            conditions.append(greater_than_or_equal(self.modified, since))
        return self._query(
            f"read-{self.object_name.lower()}-{after}",
            conditions[0] if len(conditions) == 1 else And(*conditions),
            order_by=(OrderBy(RECORD_NUMBER),),
            page_size=PAGE,
            show_private=self.include_private,
        )

    def question_for(self, *, record_no: str, record_id: str) -> Query:
        """The record with this number; without a number, the one with this ID."""
        return self._query(
            f"read-one-{self.object_name.lower()}",
            equal_to(RECORD_NUMBER, record_no) if record_no else equal_to(self.key.field, record_id),
            page_size=2,
            show_private=True,
        )

    def question_for_many(self, record_numbers: list[str]) -> Query:
        """The records with these numbers, 1,000 at the most."""
        return self._query(
            f"read-some-{self.object_name.lower()}",
            is_in(RECORD_NUMBER, record_numbers),
            order_by=(OrderBy(RECORD_NUMBER),),
            page_size=PAGE,
            show_private=True,
        )

    def _query(self, control_id: str, condition: Filter, **more: Any) -> Query:
        names = (RECORD_NUMBER, self.key.field, *(one.field for one in self.fields), self.modified)
        return Query(
            control_id=control_id,
            object_name=self.object_name,
            select=tuple(dict.fromkeys(name for name in names if name)),
            filter=condition,
            **more,
        )

    def values(self, row: Record) -> dict[str, InboundValue]:
        """A row as values by property. Raises `UnreadableValue`."""
        return {**self.constants, **{one.property: one.value(row) for one in (self.key, *self.fields)}}

    def modified_at(self, row: Record) -> datetime.datetime | None:
        """When a record was changed, by Intacct's own clock; None where it does not say."""
        text = (row.text(self.modified) or "").strip() if self.modified else ""
        for form in MOMENT_FORMATS:
            try:
                return datetime.datetime.strptime(text, form).replace(tzinfo=datetime.UTC)
            except ValueError:
                continue
        return None

    @property
    def identity(self) -> tuple[str, ...]:
        """The properties by which a record is known here."""
        return (*self.constants, self.key.property)


def record_number(row: Record) -> int:
    """The number that pages are ordered by; 0 for a row without one."""
    return int(row.record_no) if row.record_no.isdecimal() else 0


def inbound_map(object_name: str) -> InboundMap:
    """The inbound map of an Intacct object as it is in force now. Raises KeyError for one that none is delivered for.

    One query: ask once for a page of records.
    """
    return in_force(object_name, _built)


def _built(object_name: str, changes: Changes) -> InboundMap:
    raw = INBOUND.of(object_name)
    rows = [row for row in changed_rows(raw["fields"], changes) if "property" in row]
    for path, change in added([raw["key"], *raw["fields"]], changes).items():
        if change.value in inbound_properties(raw["node"]):
            rows.append({"field": path, "property": change.value, **reading_of(raw["node"], change.value)})
    private = changes.include_private
    return InboundMap(
        object_name=raw["object"],
        label=raw["label"],
        node=raw["node"],
        key=InboundField(**raw["key"]),
        fields=tuple(InboundField(**row) for row in rows),
        modified=raw.get("modified", ""),
        include_private=raw.get("include_private", False) if private is None else private,
        constants=raw.get("constants", {}),
    )
