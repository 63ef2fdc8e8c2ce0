"""What Intacct holds of a period: the questions to ask, and the answers read into plain values."""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from apps.intacct import (
    RECORD_NUMBER,
    And,
    Filter,
    Or,
    OrderBy,
    Query,
    Record,
    equal_to,
    greater_than,
    greater_than_or_equal,
    is_in,
    less_than_or_equal,
    like,
)
from apps.mapping.object_maps import ObjectMap

PAGE = 2000
MOST_NUMBERS = 1000
"""Values in one list of a question (protocol 3.5)."""


@dataclasses.dataclass(frozen=True)
class Held:
    """A record as Intacct holds it; empty or None where its object does not carry that value.

    `entity`: where it was made, "" at the top level. `totals` by currency: an entry made by hand may have several.
    `is_booked`: it counts in the books.
    """

    record_no: str
    marker: str = ""
    number: str = ""
    counterparty: str = ""
    date: datetime.date | None = None
    posted_on: datetime.date | None = None
    journal: str = ""
    entity: str | None = None
    totals: Mapping[str, Decimal] = dataclasses.field(default_factory=dict)
    lines: int | None = None
    state: str = ""
    is_booked: bool = True
    url: str = ""


@dataclasses.dataclass
class LinesSum:
    """The lines of one record: how many, and the sum by currency (of debits, where lines have sides)."""

    count: int = 0
    totals: dict[str, Decimal] = dataclasses.field(default_factory=dict)


def in_period(object_map: ObjectMap, first: datetime.date, last: datetime.date, *, after: int, in_field: bool) -> Query:
    """One page of the records in the books from one day to another, of the portal's own module, in every entity.

    By record number and not by offset, for the reason of decision 0016.
    """
    look_up = object_map.look_up
    day = look_up.posted_on or look_up.date
    conditions = [
        greater_than(RECORD_NUMBER, after),
        greater_than_or_equal(day, first),
        less_than_or_equal(day, last),
    ]
    if look_up.module:
        conditions.append(equal_to(look_up.module, look_up.own_module))
    return _query(object_map, And(*conditions), in_field, f"period-{after}")


def by_record_numbers(object_map: ObjectMap, numbers: Sequence[str], *, in_field: bool) -> Query:
    """The records with these numbers, whatever their date: 1,000 at the most."""
    return _query(object_map, is_in(RECORD_NUMBER, numbers), in_field, "period-numbers")


def by_markers(object_map: ObjectMap, markers: Sequence[str], *, in_field: bool) -> Query:
    """The records that carry these keys, in the custom field or at the end of the description; 1,000 at the most."""
    look_up = object_map.look_up
    condition: Filter
    if in_field:
        condition = is_in(look_up.marker, markers)
    else:
        each = [like(look_up.marker_fallback, f"%[{marker}]") for marker in markers]
        condition = each[0] if len(each) == 1 else Or(*each)
    return _query(object_map, condition, in_field, "period-keys")


def _query(object_map: ObjectMap, condition: Filter, in_field: bool, control_id: str) -> Query:
    look_up = object_map.look_up
    wanted = [
        RECORD_NUMBER,
        look_up.marker if in_field else look_up.marker_fallback,
        look_up.number,
        look_up.counterparty,
        look_up.currency,
        look_up.date,
        look_up.posted_on,
        look_up.total,
        look_up.journal,
        look_up.entity,
        look_up.state,
        look_up.url,
    ]
    return Query(
        control_id=control_id,
        object_name=object_map.object_name,
        select=tuple(dict.fromkeys(name for name in wanted if name)),
        filter=condition,
        order_by=(OrderBy(RECORD_NUMBER),),
        page_size=PAGE,
        show_private=True,
    )


def lines_of(object_map: ObjectMap, numbers: Sequence[str], *, after: int) -> Query:
    """One page of the lines of these records, 1,000 at the most."""
    look_up = object_map.look_up
    wanted = [
        RECORD_NUMBER, look_up.lines_parent, look_up.lines_amount, look_up.lines_side, look_up.lines_currency,
    ]  # fmt: skip
    return Query(
        control_id=f"period-lines-{after}",
        object_name=look_up.lines_object,
        select=tuple(name for name in wanted if name),
        filter=And(is_in(look_up.lines_parent, numbers), greater_than(RECORD_NUMBER, after)),
        order_by=(OrderBy(RECORD_NUMBER),),
        page_size=PAGE,
        show_private=True,
    )


def read_held(object_map: ObjectMap, rows: Iterable[Record], *, in_field: bool) -> list[Held]:
    """Rows of a question about records. Raises ValueError for what is no amount or date."""
    return [_held(object_map, row, in_field) for row in rows]


def _held(object_map: ObjectMap, row: Record, in_field: bool) -> Held:
    look_up = object_map.look_up

    def text(field: str) -> str:
        return (row.text(field) or "").strip() if field else ""

    if in_field:
        marker = text(look_up.marker)
    else:
        _, _, tail = text(look_up.marker_fallback).rpartition("[")
        marker = tail.removesuffix("]")
    total = row.decimal(look_up.total) if look_up.total else None
    day = row.date(look_up.date)
    return Held(
        record_no=row.record_no,
        marker=marker,
        number=text(look_up.number),
        counterparty=text(look_up.counterparty),
        date=day,
        posted_on=row.date(look_up.posted_on) if look_up.posted_on else day,
        journal=text(look_up.journal),
        entity=text(look_up.entity) if look_up.entity else None,
        totals={} if total is None else {text(look_up.currency): total},
        state=text(look_up.state),
        is_booked=text(look_up.state) not in look_up.unposted,
        url=text(look_up.url),
    )


def add_lines(object_map: ObjectMap, rows: Iterable[Record], to: dict[str, LinesSum]) -> None:
    """Adds rows of `lines_of` to the sums by record number; of lines with sides only the debits are summed."""
    look_up = object_map.look_up
    for row in rows:
        of = to.setdefault((row.text(look_up.lines_parent) or "").strip(), LinesSum())
        of.count += 1
        if look_up.lines_side and (row.text(look_up.lines_side) or "").strip() != "1":
            continue
        currency = (row.text(look_up.lines_currency) or "").strip() if look_up.lines_currency else ""
        amount = row.decimal(look_up.lines_amount) or Decimal(0)
        of.totals[currency] = of.totals.get(currency, Decimal(0)) + amount


def with_lines(held: Held, lines: LinesSum) -> Held:
    """The record with what its lines say."""
    return dataclasses.replace(held, totals=lines.totals, lines=lines.count)
