"""The comparison itself, without Intacct: equal books differ in nothing, and each change is told once."""

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.mapping.period_question import Held
from apps.reconciliation.comparison import Comparison, Scope
from apps.reconciliation.result import Kind, Ours, Period, Reconciliation, TotalKey

OCTOBER = Period(datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))
DAYS = st.dates(OCTOBER.first, OCTOBER.last)
CHANGES: dict[str, Any] = {
    "number": "OTHER",
    "counterparty": "OTHER",
    "journal": "XJ",
    "entity": "999",
    "lines": 99,
    "posted_on": datetime.date(2026, 11, 1),
    "date": datetime.date(2025, 1, 1),
    "marker": "f" * 20,
    "is_booked": False,
}
"""By field of the record; amount and currency besides."""


@st.composite
def books(draw: st.DrawFn) -> list[Ours]:
    """Documents of October, with record numbers of their own."""
    numbers = draw(st.lists(st.integers(1, 10**6), unique=True, min_size=1, max_size=12))
    return [
        Ours(
            posting_id=f"P{number}", delivery_id=f"D{number}", object_name="GLBATCH", marker=f"{number:020x}",
            record_no=str(number), url="", company_id=1, company="100", label="Sales shipment", number=f"SH-{number}",
            counterparty="C", journal=draw(st.sampled_from(["SJ", "PJ"])), entity="100", scope="100",
            currency=draw(st.sampled_from(["USD", "EUR", "JPY"])),
            total=draw(st.decimals(-(10**9), 10**9, places=2)), date=day, posted_on=day, lines=2, state="posted",
            is_posted=True,
        )
        for number in numbers
        for day in [draw(DAYS)]
    ]  # fmt: skip


def as_held(ours: Ours) -> Held:
    return Held(
        record_no=ours.record_no, marker=ours.marker, number=ours.number, counterparty=ours.counterparty,
        date=ours.date, posted_on=ours.posted_on, journal=ours.journal, entity=ours.scope,
        totals={ours.currency: ours.total}, lines=ours.lines, state="Posted",
    )  # fmt: skip


def compare(portal: list[Ours], intacct: list[Held], page: int = 3) -> Reconciliation:
    """As the service does it, with both sides in memory."""
    result = Reconciliation(OCTOBER)
    comparison = Comparison("GLBATCH", result, Scope(journals={"SJ", "PJ"}))
    known, marked = {one.record_no: one for one in portal}, {one.marker: one for one in portal}
    by_number, by_marker = {one.record_no: one for one in intacct}, {one.marker: one for one in intacct}
    for at in range(0, len(portal), page):
        some = portal[at : at + page]
        comparison.posted(some, by_number, by_marker)
    taken = {one.record_no for one in result.divergences if one.kind == Kind.DIFFERENT}
    of_period = [one for one in intacct if OCTOBER.has(one.posted_on)]
    for at in range(0, len(of_period), page):
        comparison.held(of_period[at : at + page], known, marked, taken)
    return result


@given(books(), st.integers(1, 20))
def test_equal_books_differ_in_nothing(portal: list[Ours], page: int) -> None:
    result = compare(portal, [as_held(one) for one in portal], page)
    assert (result.agrees, result.agreeing, result.posted) == (True, len(portal), len(portal))
    assert {total.difference for total in result.totals.values()} == {Decimal(0)}
    assert sum(total.portal for total in result.grand_totals().values()) == sum(one.total for one in portal)


@given(books(), st.data())
def test_any_single_change_is_told_exactly_once(portal: list[Ours], data: st.DataObject) -> None:
    intacct = [as_held(one) for one in portal]
    at = data.draw(st.integers(0, len(portal) - 1))
    what = data.draw(st.sampled_from([*CHANGES, "amount", "currency", "gone", "copied", "renumbered"]))
    kind, names = Kind.DIFFERENT, 1
    if what in CHANGES:
        change = {what: CHANGES[what]}
        if what == "posted_on":
            change["date"] = CHANGES["posted_on"]  # of an entry both are one field
        intacct[at] = dataclasses.replace(intacct[at], **change)
    elif what == "amount":
        intacct[at] = dataclasses.replace(intacct[at], totals={portal[at].currency: portal[at].total + Decimal("0.01")})
    elif what == "currency":
        intacct[at] = dataclasses.replace(intacct[at], totals={"GBP": portal[at].total})
    elif what == "gone":
        del intacct[at]
        kind, names = Kind.MISSING, 0
    elif what == "copied":
        intacct.append(dataclasses.replace(intacct[at], record_no="2000000"))
        kind, names = Kind.EXTRA, 0
    else:
        intacct[at] = dataclasses.replace(intacct[at], record_no="2000000")
    result = compare(portal, intacct)
    (told,) = result.divergences
    assert (told.kind, len(told.values), told.ours) == (kind, names, portal[at])
    assert result.agreeing == len(portal) - (kind != Kind.EXTRA)


@given(books())
def test_what_others_made_changes_no_difference(portal: list[Ours]) -> None:
    by_hand = Held("3000000", posted_on=OCTOBER.first, journal="SJ", entity="100", totals={"USD": Decimal("1.01")})
    elsewhere = dataclasses.replace(by_hand, record_no="3000001", journal="GJ")
    result = compare(portal, [*(as_held(one) for one in portal), by_hand, elsewhere])
    assert (result.agrees, result.not_from_portal_count) == (True, 1)
    assert result.totals[TotalKey("GLBATCH", "SJ", "100", "USD")].others == Decimal("1.01")
    assert {total.difference for total in result.totals.values()} == {Decimal(0)}
