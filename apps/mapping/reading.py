"""Intacct record + inbound map → values of a portal record."""

import dataclasses
import datetime
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.dimensions.models.attribute import APART
from apps.dimensions.selectors import own_type, own_types
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
from apps.mapping.delivered_maps import INBOUND, LINKED
from apps.mapping.effective import Changes, added, changed_rows, in_force
from apps.mapping.inbound_properties import inbound_properties, reading_of

PAGE = 1000
MOMENT_FORMATS = ("%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y")
"""How date-times come back (protocol 1.6)."""
DATE_FORMATS = ("%m/%d/%Y", "%Y-%m-%d")

InboundValue = str | bool | int | Decimal | datetime.date | list[str] | None


class UnreadableValue(ValueError):
    """A value of one record that can't be kept; the sentence names field and value."""


@dataclasses.dataclass(frozen=True)
class InboundField:
    """A property taken from an Intacct field.

    `active`: true when the field holds that word. `words`: Intacct's words and ours. `type`: `number` (whole), `amount`
    (exact decimal), `date` or text.
    """

    property: str
    field: str
    active: str = ""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    type: str = "text"
    flags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Fields that each stand for a word: the value is the list of those that are true."""

    def asked(self) -> tuple[str, ...]:
        """The fields that it is read from."""
        return tuple(self.flags) if self.flags or not self.field else (self.field,)

    def value(self, row: Record) -> InboundValue:
        """Raises `UnreadableValue`."""
        if not self.field:
            return [ours for name, ours in self.flags.items() if (row.text(name) or "").strip().lower() == "true"]
        text = (row.text(self.field) or "").strip()
        if self.active:
            return text.lower() == self.active
        if self.words:
            return self._word(text)
        if self.type == "text":
            return text
        if not text:
            return None
        if self.type == "date":
            return self._date(text)
        try:
            exact = Decimal(text)
            if self.type == "number" and exact != exact.to_integral_value():
                raise InvalidOperation
        except InvalidOperation:
            raise UnreadableValue(f"{self.field} holds {text!r}, which is no {self.type}.") from None
        return int(exact) if self.type == "number" else exact

    def _date(self, text: str) -> datetime.date:
        for form in DATE_FORMATS:
            try:
                return datetime.datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
            except ValueError:
                continue
        raise UnreadableValue(f"{self.field} holds {text!r}, which is no date.")

    def _word(self, text: str) -> str:
        known = {word.lower(): ours for word, ours in self.words.items()}
        if text and text.lower() not in known:
            raise UnreadableValue(f"{self.field} holds {text!r}. Known are: {', '.join(self.words)}.")
        return known.get(text.lower(), "")


@dataclasses.dataclass(frozen=True)
class InboundMap:
    """How records of one Intacct object come in. `modified`: the field that says when one was changed, if it has one.

    `constants`: properties that are the same for every record of the object. `include_private`: records that belong
    to an entity come in too (dmo-facts 3.3). `number`: the field that records are numbered by. `within`: the field that
    names the record within which an ID is unique; `kept_as`: the property that holds both. `always`: what every record
    that comes in is, where Intacct has no field that says it.
    """

    object_name: str
    label: str
    node: str
    key: InboundField
    fields: tuple[InboundField, ...]
    modified: str = ""
    include_private: bool = False
    constants: Mapping[str, str] = dataclasses.field(default_factory=dict)
    number: str = RECORD_NUMBER
    within: str = ""
    kept_as: str = ""
    always: Mapping[str, InboundValue] = dataclasses.field(default_factory=dict)

    def question(self, *, after: int, since: datetime.datetime | None = None) -> Query:
        """One page: the records after a record number, in their order, changed since then.

        By record number and not by offset: each page is a new query over live data, and an offset repeats and loses
        rows when records come and go between pages (protocol 3.5).
        """
        conditions: list[Filter] = [greater_than(self.number, after)]
        if since is not None and self.modified:
            conditions.append(greater_than_or_equal(self.modified, since))
        return self._query(
            f"read-{self.object_name.lower()}-{after}",
            conditions[0] if len(conditions) == 1 else And(*conditions),
            order_by=(OrderBy(self.number),),
            page_size=PAGE,
            show_private=self.include_private,
        )

    def question_for(self, *, record_no: str, record_id: str) -> Query:
        """The record with this number; without a number, the one with this ID."""
        return self._query(
            f"read-one-{self.object_name.lower()}",
            equal_to(self.number, record_no) if record_no else self._is(record_id),
            page_size=2,
            show_private=True,
        )

    def question_for_many(self, record_numbers: list[str]) -> Query:
        """The records with these numbers, 1,000 at the most."""
        return self._query(
            f"read-some-{self.object_name.lower()}",
            is_in(self.number, record_numbers),
            order_by=(OrderBy(self.number),),
            page_size=PAGE,
            show_private=True,
        )

    def _is(self, record_id: str) -> Filter:
        outer, apart, inner = record_id.partition(APART) if self.within else ("", "", record_id)
        if not apart:
            return equal_to(self.key.field, record_id)
        return And(equal_to(self.within, outer), equal_to(self.key.field, inner))

    def _query(self, control_id: str, condition: Filter, **more: Any) -> Query:
        names = (
            self.number,
            self.key.field,
            self.within,
            *(name for one in self.fields for name in one.asked()),
            self.modified,
        )
        return Query(
            control_id=control_id,
            object_name=self.object_name,
            select=tuple(dict.fromkeys(name for name in names if name)),
            filter=condition,
            **more,
        )

    def values(self, row: Record) -> dict[str, InboundValue]:
        """A row as values by property. Raises `UnreadableValue`."""
        kept = {self.kept_as: self.key_of(row)} if self.kept_as else {}
        mapped = {one.property: one.value(row) for one in (self.key, *self.fields)}
        return {**self.always, **self.constants, **kept, **mapped}

    def key_of(self, row: Record) -> str:
        """What a record is known by, here and on the *Integration* page; empty for one without an ID."""
        code = (row.text(self.key.field) or "").strip()
        outer = (row.text(self.within) or "").strip() if self.within and code else ""
        return f"{outer}{APART}{code}" if outer else code

    @property
    def key_property(self) -> str:
        """The property that holds it."""
        return self.kept_as or self.key.property

    @property
    def written(self) -> tuple[str, ...]:
        """The properties that a reading overwrites."""
        codes = (self.key.property,) if self.kept_as else ()
        return tuple(dict.fromkeys((*codes, *self.always, *(one.property for one in self.fields))))

    def record_number(self, row: Record) -> int:
        """The number that pages are ordered by; 0 for a row without one."""
        text = (row.text(self.number) or "").strip()
        return int(text) if text.isdecimal() else 0

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
        return (*self.constants, self.key_property)


def inbound_map(object_name: str) -> InboundMap:
    """The inbound map of an Intacct object as it is in force now. Raises KeyError for one that none is delivered for.

    A query or two: ask once for a page of records.
    """
    if object_name in INBOUND.objects():
        built = in_force(object_name, _built)
        own = INBOUND.of(object_name).get("own_dimensions", "")
        return dataclasses.replace(built, fields=(*built.fields, _flags(own))) if own else built
    # A map is built once a process; to which type its values belong is asked each time.
    return dataclasses.replace(in_force(object_name, _built), constants=delivered_inbound(object_name)["constants"])


def delivered_inbound(object_name: str) -> dict[str, Any]:
    """The delivered inbound map as data; of a dimension that a company linked, the one for all of them.

    Raises KeyError for an object that does not come in.
    """
    if object_name in INBOUND.objects():
        return INBOUND.of(object_name)
    type_ = own_type(object_name)
    if type_ is None:
        raise KeyError(f"No inbound map is delivered for {object_name}.")
    own = {"object": object_name, "label": type_.name, "constants": {"type_id": type_.pk}}
    return {**LINKED.of("GLDIM" if type_.is_user_defined else object_name), **own}


def _flags(name: str) -> InboundField:
    """The property that tells which user-defined dimensions a record requires."""
    flags = {one.account_flag: one.code for one in own_types() if one.account_flag}
    return InboundField(property=name, field="", flags=flags)


def inbound_objects() -> tuple[str, ...]:
    """All Intacct objects that come in: linked dimensions too. One query."""
    own = own_types().values_list("intacct_object", flat=True)
    return (*INBOUND.objects(), *(str(name) for name in own))


def _built(object_name: str, changes: Changes) -> InboundMap:
    raw = delivered_inbound(object_name)
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
        number=raw.get("number", RECORD_NUMBER),
        within=raw.get("within", ""),
        kept_as=raw.get("kept_as", ""),
        always=raw.get("always", {}),
    )
