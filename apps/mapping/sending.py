"""Portal record + outbound map → Intacct record, and the questions that are asked about it over there."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from apps.intacct import RECORD_NUMBER, Create, Delete, OrderBy, Query, Record, Update, is_in, payload
from apps.mapping.delivered_maps import OUTBOUND
from apps.mapping.effective import Changes, added, changed_rows, in_force
from apps.mapping.nodes import Node
from apps.mapping.object_maps import FieldMap, field_map
from apps.mapping.rendering import Shortfall, render_fields

MOST_IDS = 500


@dataclass(frozen=True)
class RepeatedMap:
    """An element that is repeated for each line of a collection."""

    field: str
    collection: str
    fields: tuple[FieldMap, ...]


@dataclass(frozen=True)
class OutboundMap:
    """How a record of the portal becomes a record of an Intacct object.

    `key`: the field by which it is known over there, always our ID. `can_delete`: a record that is deleted here is
    deleted there too, otherwise it becomes inactive. `not_compared`: fields that can't be read back.
    """

    object_name: str
    label: str
    node: str
    key: FieldMap
    fields: tuple[FieldMap, ...]
    repeated: RepeatedMap | None = None
    can_delete: bool = False
    not_compared: frozenset[str] = frozenset()


def outbound_map(object_name: str) -> OutboundMap:
    """The outbound map of an Intacct object as it is in force now. Raises KeyError for one that none is delivered for.

    One query: ask once for a page of records.
    """
    return in_force(object_name, _built)


def _built(object_name: str, changes: Changes) -> OutboundMap:
    raw = OUTBOUND.of(object_name)
    repeated = raw.get("repeated")
    rows = changed_rows(raw["fields"], changes)
    for path, change in added([raw["key"], *raw["fields"]], changes).items():
        rows.append({"field": path, change.kind.value: change.value})
    return OutboundMap(
        object_name=raw["object"],
        label=raw["label"],
        node=raw["node"],
        key=field_map(raw["key"]),
        fields=tuple(field_map(row) for row in rows),
        repeated=repeated
        and RepeatedMap(repeated["field"], repeated["collection"], tuple(field_map(row) for row in repeated["fields"])),
        can_delete=raw.get("can_delete", False),
        not_compared=frozenset(raw.get("not_compared", ())),
    )


@dataclass(frozen=True)
class RenderedRecord:
    """A record as it is sent, and what keeps it from being sent. What is empty stands in it, empty."""

    mapped: OutboundMap
    record: Record
    shortfalls: tuple[Shortfall, ...]

    @property
    def fingerprint(self) -> str:
        """Equal for equal content, whether it is created or changed: 64 hex digits. Raises `RenderError`."""
        return hashlib.sha256(self.creating().encode()).hexdigest()

    def creating(self) -> str:
        """The canonical XML of the function that creates it, without what is empty. Raises `RenderError`."""
        return self._creating

    @cached_property
    def _creating(self) -> str:
        return payload(Create(control_id="", record=self._filled))

    @cached_property
    def _filled(self) -> Record:
        return _filled(self.record)

    def changing(self) -> str:
        """The same for the function that changes it: what is empty here is cleared there."""
        return payload(Update(control_id="", record=self.record))

    def values(self, *, creating: bool) -> dict[str, str]:
        """What can be read back, by the field's path: `DISPLAYCONTACT.MAILADDRESS.CITY`.

        What a new record leaves out is Intacct's to fill.
        """
        return dict(self._leaves(self._filled if creating else self.record, ""))

    def _leaves(self, record: Record, at: str) -> Iterator[tuple[str, str]]:
        for name, value in record.fields:
            path = f"{at}{name}"
            if path in self.mapped.not_compared or isinstance(value, tuple):
                continue
            if isinstance(value, Record):
                yield from self._leaves(value, f"{path}.")
            elif value is not None:
                yield path, record.text(name) or ""


def _filled(record: Record) -> Record:
    fields: list[tuple[str, Any]] = []
    for name, value in record.fields:
        kept = _filled(value) if isinstance(value, Record) else value
        if kept not in ("", None) and not (isinstance(kept, Record) and not kept.fields):
            fields.append((name, kept))
    return Record(record.object_name, tuple(fields))


def render_record(mapped: OutboundMap, node: Node[Any], record: Any) -> RenderedRecord:
    """A record as the Intacct record of the map, with all that is missing or too long."""
    fields, shortfalls = render_fields(mapped.label, (mapped.key, *mapped.fields), node, record, keeps_empty=True)
    if mapped.repeated is not None:
        collection = node.collections[mapped.repeated.collection]
        for index, line in collection.get(record):
            inner, short = render_fields(
                mapped.label,
                mapped.repeated.fields,
                collection.node,
                line,
                keeps_empty=False,
                at=f"{collection.pointer}/{index}",
            )
            shortfalls += short
            fields.append((mapped.repeated.field, Record(mapped.repeated.field, tuple(inner))))
    return RenderedRecord(mapped, Record(mapped.object_name, tuple(fields)), tuple(shortfalls))


def removed_record(mapped: OutboundMap, key: str) -> RenderedRecord:
    """A record that is no longer here: only its status changes over there."""
    status = next(one.field for one in mapped.fields if one.property == "status")
    return RenderedRecord(mapped, Record(mapped.object_name, ((mapped.key.field, key), (status, "inactive"))), ())


def deleting(mapped: OutboundMap, record_no: str) -> str:
    """The canonical XML of the function that deletes a record. Raises `apps.intacct.RenderError`."""
    return payload(Delete(control_id="", object_name=mapped.object_name, keys=[record_no]))


def question_for_ids(mapped: OutboundMap, ids: Sequence[str], paths: Sequence[str] = ()) -> Query:
    """Which of these IDs Intacct has, with the values of these fields; 500 at the most."""
    return Query(
        control_id=f"which-{mapped.object_name.lower()}",
        object_name=mapped.object_name,
        select=(RECORD_NUMBER, mapped.key.field, *(path for path in paths if path != mapped.key.field)),
        filter=is_in(mapped.key.field, list(ids)),
        order_by=(OrderBy(RECORD_NUMBER),),
        page_size=MOST_IDS * 2,
        show_private=True,
    )


def by_id(mapped: OutboundMap, rows: Iterable[Record]) -> dict[str, Record]:
    """Intacct's records by their ID, without its case: Intacct's IDs differ in more than that."""
    return {(row.text(mapped.key.field) or "").strip().casefold(): row for row in rows}


@dataclass(frozen=True)
class Difference:
    """A field that is not there what it is here."""

    field: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.field} is {self.theirs or 'empty'!s}, not {self.ours or 'empty'!s}"


def differences(ours: Mapping[str, str], theirs: Record) -> list[Difference]:
    """Where a record of Intacct is not what was sent. Amounts are compared as numbers, words without their case."""
    found = []
    for path, value in ours.items():
        there = (theirs.text(path) or "").strip()
        if not _same(value.strip(), there):
            found.append(Difference(path, value, there))
    return found


def _same(ours: str, theirs: str) -> bool:
    if ours == theirs:
        return True
    if {ours.lower(), theirs.lower()} in ({"", "false"}, {"true"}, {"false"}):
        return True
    try:
        return Decimal(ours) == Decimal(theirs)
    except InvalidOperation:
        return False
