"""Finding a record again in Intacct: the questions to ask, and the answers read into plain values."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.intacct import RECORD_NUMBER, Filter, Or, OrderBy, Query, Record, equal_to, is_in, like
from apps.mapping.object_maps import ObjectMap

PAGE = 2000


@dataclass(frozen=True)
class Found:
    """A record as Intacct holds it; empty or None where its object does not carry that value."""

    record_no: str
    url: str
    marker: str
    number: str
    counterparty: str
    currency: str
    date: datetime.date | None
    total: Decimal | None


@dataclass(frozen=True)
class FoundLines:
    """The lines of a found record: how many, and their sum (of debits, where lines have sides)."""

    count: int
    total: Decimal


def by_marker(
    object_map: ObjectMap, markers: Sequence[str], *, in_field: bool, control_id: str, offset: int = 0
) -> Query:
    """Records that carry one of these keys, in the custom field or at the end of the description."""
    look_up = object_map.look_up
    condition: Filter
    if in_field:
        condition = is_in(look_up.marker, list(markers))
    else:
        each = [like(look_up.marker_fallback, f"%[{marker}]") for marker in markers]
        condition = each[0] if len(each) == 1 else Or(*each)
    return _query(object_map, condition, in_field, control_id, offset)


def by_number(
    object_map: ObjectMap, numbers: Sequence[str], *, in_field: bool, control_id: str, offset: int = 0
) -> Query:
    """Records with one of these document numbers, whoever made them."""
    field = object_map.look_up.number
    condition = equal_to(field, numbers[0]) if len(numbers) == 1 else is_in(field, list(numbers))
    return _query(object_map, condition, in_field, control_id, offset)


def _query(object_map: ObjectMap, condition: Filter, in_field: bool, control_id: str, offset: int) -> Query:
    look_up = object_map.look_up
    wanted = [
        RECORD_NUMBER,
        look_up.number,
        look_up.counterparty,
        look_up.currency,
        look_up.date,
        look_up.total,
        look_up.marker if in_field else look_up.marker_fallback,
    ]
    return Query(
        control_id=control_id,
        object_name=object_map.object_name,
        select=tuple(dict.fromkeys(name for name in wanted if name)),
        filter=condition,
        order_by=(OrderBy(RECORD_NUMBER),),
        page_size=PAGE,
        offset=offset,
        show_private=True,
    )


def lines_of(object_map: ObjectMap, record_no: str, *, control_id: str) -> Query:
    """The lines of one record."""
    look_up = object_map.look_up
    wanted = [RECORD_NUMBER, look_up.lines_amount, look_up.lines_side]
    return Query(
        control_id=control_id,
        object_name=look_up.lines_object,
        select=tuple(name for name in wanted if name),
        filter=equal_to(look_up.lines_parent, record_no),
        order_by=(OrderBy(RECORD_NUMBER),),
        page_size=PAGE,
        show_private=True,
    )


def read_found(object_map: ObjectMap, rows: Iterable[Record], *, in_field: bool) -> list[Found]:
    """Rows of `by_marker` or `by_number` as plain values."""
    look_up = object_map.look_up
    found = []
    for row in rows:
        if in_field:
            marker = row.text(look_up.marker) or ""
        else:
            _, _, tail = (row.text(look_up.marker_fallback) or "").rpartition("[")
            marker = tail.removesuffix("]")
        found.append(
            Found(
                record_no=row.text(RECORD_NUMBER) or "",
                url=row.text("RECORD_URL") or "",
                marker=marker,
                number=row.text(look_up.number) or "",
                counterparty=(row.text(look_up.counterparty) or "") if look_up.counterparty else "",
                currency=(row.text(look_up.currency) or "") if look_up.currency else "",
                date=row.date(look_up.date),
                total=row.decimal(look_up.total) if look_up.total else None,
            )
        )
    return found


def read_lines(object_map: ObjectMap, rows: Iterable[Record]) -> FoundLines:
    """Rows of `lines_of`: where lines have a side, only debits are summed (they equal the credits)."""
    look_up = object_map.look_up
    count, total = 0, Decimal(0)
    for row in rows:
        count += 1
        if look_up.lines_side and (row.text(look_up.lines_side) or "").strip() != "1":
            continue
        total += row.decimal(look_up.lines_amount) or Decimal(0)
    return FoundLines(count=count, total=total)
