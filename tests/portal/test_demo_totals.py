"""The demo's own reckoning of its accounts: it balances, and it notices a cent."""

from collections import defaultdict
from decimal import Decimal

from integration_portal.demo.documents import demo_documents
from integration_portal.demo.totals import Difference, differences, expected_totals


def test_it_balances_in_each_entity_and_currency() -> None:
    sides: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (_account, entity, currency), (debit, credit) in expected_totals(demo_documents()).items():
        sides[entity, currency] += debit - credit

    assert len(sides) >= 5
    assert set(sides.values()) == {Decimal(0)}


def test_there_are_a_hundred_documents_of_every_kind_with_numbers_of_their_own() -> None:
    made = [one.body for one in demo_documents()]

    assert len(made) >= 100
    assert len({(one["company"], one["document_type"], one["number"]) for one in made}) == len(made)
    assert all(one.reason and one.says for one in demo_documents() if one.ends != "posted")


def test_a_cent_is_a_difference() -> None:
    expected = expected_totals(demo_documents())
    key = ("4000", "100", "USD")
    debit, credit = expected[key]
    found = {**expected, key: (debit, credit + Decimal("0.01"))}

    assert differences(expected, expected) == []
    assert differences(expected, found) == [Difference(key, (debit, credit), (debit, credit + Decimal("0.01")))]
