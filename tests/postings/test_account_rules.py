"""Determination itself: whatever the rules, a named account stays, and the same question has the same answer."""

import datetime
from decimal import Decimal
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from apps.postings.document import DocumentInput, LineInput, TaxInput
from apps.postings.document_types import AmountType, MovementType, Side
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
KINDS = ["sales_invoice", "purchase_invoice", "sales_shipment", "work_in_progress"]

lines = st.builds(
    LineInput,
    amount=st.just(Decimal(1)),
    movement_type=st.sampled_from(MOVEMENTS),
    amount_type=st.sampled_from(AMOUNTS),
    account=st.sampled_from(["", "", "", "9000"]),
    account_type=st.sampled_from([*[""] * 12, *CODES, "unheard_of"]),
    side=st.sampled_from(["", *Side.values]),
    item=st.sampled_from(KEYS),
    tax=st.sampled_from([None, TaxInput("ONE"), TaxInput("TWO")]),
)


def rules_of(seed: int) -> AccountRules:
    """Any set of rules for company 100: entry types, account types, classes and accounts, complete or not."""
    chance = Random(seed)
    rows: dict[tuple[int | None, str, str], JournalEntryType] = {}
    by_type: dict[int, tuple[EntryLine, ...]] = {}
    for pk, (kind, movement) in enumerate(product(KINDS, MOVEMENTS), start=1):
        target = target_object_of(kind, movement)
        rows[chance.choice([None, 1]), kind, target] = JournalEntryType(
            pk=pk, document_type=kind, target_object=target, is_active=chance.random() < 0.9
        )
        by_type[pk] = tuple(
            EntryLine(*place, code)
            for place in product(MOVEMENTS, AMOUNTS, Side.values)
            for code in chance.sample(CODES, chance.choice([1, 1, 1, 1, 2]))
        )
    kinds = list(ClassType)
    likely = [ClassType.ITEM, ClassType.COMPANY, *kinds]
    return AccountRules(
        companies={"100": CompanyFacts(1, "US", chance.choice(["CHART", "CHART", "CHART", ""]))},
        entry_types=EntryTypes(rows),
        lines=by_type,
        definitions={
            (chance.choice([None, None, 1, 1, 2]), code): Definition(
                code,
                code.capitalize(),
                chance.choice(likely),
                chance.random() < 0.5,
                chance.random() < 0.5,
            )
            for code in CODES
        },
        assigned={place: chance.choice(CLASSES) for place in product(kinds, KEYS) if chance.random() < 0.3},
        defaults={kind.value: chance.choice(CLASSES) for kind in kinds if chance.random() < 0.8},
        accounts={
            place: ClassAccount(
                chance.choice(NUMBERS), {key: chance.choice(NUMBERS) for key in KEYS[1:] if chance.random() < 0.5}
            )
            for place in product(CLASSES, ["CHART"], CODES)
            if chance.random() < 0.8
        },
    )


@given(seed=st.integers(0, 2**32), kind=st.sampled_from(KINDS), given_lines=st.lists(lines, min_size=1, max_size=5))
def test_a_named_account_stays_and_each_line_has_an_account_or_a_flaw(
    seed: int, kind: str, given_lines: list[LineInput]
) -> None:
    rules = rules_of(seed)
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
