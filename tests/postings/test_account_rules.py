"""Determination itself: whatever the rules, a named account stays, and the same question has the same answer."""

import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.postings.document import DocumentInput, LineInput, TaxInput
from apps.postings.document_types import TARGETS, AmountType, MovementType, Side
from apps.postings.entry_types import EntryTypes
from apps.postings.models import ClassType, JournalEntryType
from apps.postings.services.account_determination import Source, determine
from apps.postings.services.account_rules import (
    AccountRules,
    ClassAccount,
    CompanyFacts,
    Definition,
    EntryLine,
    target_object_of,
)

MOVEMENTS = [MovementType.DOCUMENT.value, MovementType.STOCK_JOURNAL.value]
AMOUNTS = [AmountType.AMOUNT.value, AmountType.VARIANCE.value]
CODES = ["stock", "expense", "tax", "own", "line"]
CLASSES = ["A", "B"]
NUMBERS = ["1000", "2000", "3000"]
KEYS = ["", "ONE", "TWO"]

entry_lines = st.builds(
    EntryLine,
    st.sampled_from(MOVEMENTS),
    st.sampled_from(AMOUNTS),
    st.sampled_from(Side.values),
    st.sampled_from(CODES),
)
class_accounts = st.builds(
    ClassAccount, st.sampled_from(NUMBERS), st.dictionaries(st.sampled_from(KEYS[1:]), st.sampled_from(NUMBERS))
)
lines = st.builds(
    LineInput,
    amount=st.just(Decimal(1)),
    movement_type=st.sampled_from(MOVEMENTS),
    amount_type=st.sampled_from(AMOUNTS),
    account=st.sampled_from(["", "", "9000"]),
    account_type=st.sampled_from(["", "", *CODES, "unheard_of"]),
    side=st.sampled_from(["", *Side.values]),
    item=st.sampled_from(KEYS),
    tax=st.sampled_from([None, TaxInput("ONE"), TaxInput("TWO")]),
)


@st.composite
def rules(draw: st.DrawFn) -> AccountRules:
    """Any set of rules for company 100: entry types, account types, classes and accounts, complete or not."""
    kinds = draw(st.sets(st.sampled_from(sorted(TARGETS)), min_size=1))
    rows, by_type = {}, {}
    for pk, kind in enumerate(sorted(kinds), start=1):
        for number, movement in enumerate(MOVEMENTS):
            target = target_object_of(kind, movement)
            key = (draw(st.sampled_from([None, 1])), kind, target)
            rows[key] = JournalEntryType(
                pk=pk * 10 + number, document_type=kind, target_object=target, is_active=draw(st.booleans())
            )
            by_type[pk * 10 + number] = tuple(draw(st.lists(entry_lines, max_size=6)))
    definitions = {
        (draw(st.sampled_from([None, 1, 2])), code): Definition(
            code, code.capitalize(), draw(st.sampled_from(list(ClassType))), draw(st.booleans()), draw(st.booleans())
        )
        for code in CODES
    }
    places = st.tuples(st.sampled_from(CLASSES), st.just("CHART"), st.sampled_from(CODES))
    kinds_of_classes = st.sampled_from([one.value for one in ClassType])
    return AccountRules(
        companies={"100": CompanyFacts(1, "US", draw(st.sampled_from(["CHART", ""])))},
        entry_types=EntryTypes(rows),
        lines=by_type,
        definitions=definitions,
        assigned=draw(st.dictionaries(st.tuples(kinds_of_classes, st.sampled_from(KEYS)), st.sampled_from(CLASSES))),
        defaults=draw(st.dictionaries(kinds_of_classes, st.sampled_from(CLASSES))),
        accounts=draw(st.dictionaries(places, class_accounts)),
    )


@given(rules=rules(), kind=st.sampled_from(sorted(TARGETS)), given_lines=st.lists(lines, min_size=1, max_size=5))
def test_a_named_account_stays_and_each_line_has_an_account_or_a_flaw(
    rules: AccountRules, kind: str, given_lines: list[LineInput]
) -> None:
    document = DocumentInput(
        company="100", financial_site="100", document_type=kind, number="1", currency="USD", customer="ONE",
        posting_date=datetime.date(2026, 10, 1), lines=tuple(given_lines),
    )  # fmt: skip

    determined = determine(document, rules)

    assert determined == determine(document, rules)
    flawed = {int(flaw.pointer.split("/")[2]) for flaw in determined.flaws}
    assert len(flawed) == len(determined.flaws)
    for index, (before, after) in enumerate(zip(document.lines, determined.document.lines, strict=True)):
        because = determined.because[index]
        if before.account or index in flawed:
            assert after == before
            assert (because is None) == (index in flawed)
        else:
            assert because is not None
            assert (because.source, because.account) == (Source.DETERMINED, after.account)
            assert after.account in NUMBERS
            assert before.side in ("", after.side)
            assert before.account_type in ("", after.account_type)
    again = determine(determined.document, rules)
    assert [one.account for one in again.document.lines] == [one.account for one in determined.document.lines]
