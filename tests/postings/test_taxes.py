"""Tax: computed once for each detail, taken apart without losing a cent, and what is known to be wrong refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.postings.models import Posting, PostingLine
from apps.postings.taxes import LineTax, TaxedLine, TaxRate, rounded, tax_in, taxed
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.factories.masterdata import TaxDetailFactory, reverse_charge

URL = "/api/v1/postings/"
PREVIEW = "/api/v1/postings/preview/"

RATES = {code: TaxRate(code, Decimal(rate)) for code, rate in {"N": "8.875", "S": "20", "R": "5.5", "Z": "0"}.items()}
digits = st.sampled_from([0, 2])
lines = st.lists(
    st.builds(
        lambda amount, detail, inclusive, side: (amount, detail, inclusive, side),
        st.integers(0, 10**11),
        st.sampled_from(list(RATES)),
        st.booleans(),
        st.sampled_from(["debit", "credit"]),
    ),
    min_size=1,
    max_size=12,
)


def as_lines(given_lines: list[Any], decimals: int) -> list[TaxedLine]:
    return [
        TaxedLine(Decimal(amount).scaleb(-decimals), detail, None, inclusive, side)
        for amount, detail, inclusive, side in given_lines
    ]


@given(lines, digits)
def test_what_includes_tax_is_taken_apart_without_losing_anything(given_lines: list[Any], decimals: int) -> None:
    made = as_lines(given_lines, decimals)

    for line, apart in zip(made, taxed(made, RATES, decimals), strict=True):
        assert (apart.total if line.is_inclusive else apart.net) == line.amount
        assert all(one.amount == rounded(one.amount, decimals) for one in apart.taxes)


@given(lines, digits)
def test_the_tax_of_a_detail_is_that_of_its_sum(given_lines: list[Any], decimals: int) -> None:
    made = as_lines(given_lines, decimals)
    apart = taxed(made, RATES, decimals)

    for key in {(line.detail, line.side, line.is_inclusive) for line in made}:
        own = [index for index, line in enumerate(made) if (line.detail, line.side, line.is_inclusive) == key]
        base = sum((made[index].amount for index in own), Decimal(0))
        rate = RATES[key[0]].rate or Decimal(0)
        assert sum((apart[index].total - apart[index].net for index in own), Decimal(0)) == rounded(
            tax_in(base, rate, is_inclusive=key[2]), decimals
        )


@given(lines, digits)
def test_a_tax_that_was_given_stays_as_it_is(given_lines: list[Any], decimals: int) -> None:
    made = [
        TaxedLine(line.amount, line.detail, rounded(line.amount / 7, decimals), line.is_inclusive, line.side)
        for line in as_lines(given_lines, decimals)
    ]

    for line, apart in zip(made, taxed(made, RATES, decimals), strict=True):
        assert apart.taxes == (LineTax(line.detail, line.given or Decimal(0)),)


def test_the_difference_of_rounding_goes_to_the_largest_line() -> None:
    """Three lines of 0.06 at 8.875 % are 0.02 of tax together; each alone would round up to 0.01."""
    made = [TaxedLine(Decimal(amount), "N", None, False, "credit") for amount in ("0.06", "0.06", "0.06")]

    assert [one.taxes[0].amount for one in taxed(made, RATES, 2)] == [Decimal("0.00"), Decimal("0.01"), Decimal("0.01")]


def test_a_reverse_charge_adds_nothing_to_what_is_paid() -> None:
    rates = {"RC-IN": TaxRate("RC-IN", Decimal(20), is_reverse_charge=True, pair="RC-OUT")}

    (apart,) = taxed([TaxedLine(Decimal("100.00"), "RC-IN", None, False, "debit")], rates, 2)

    assert apart.taxes == (LineTax("RC-IN", Decimal("20.00")), LineTax("RC-OUT", Decimal("-20.00")))
    assert apart.total == Decimal("100.00")


def taxed_line(made: dict[str, Any], tax: dict[str, str] | None, **changes: str) -> dict[str, Any]:
    made["lines"][0].update({"tax": tax, **changes})
    return made


def test_a_tax_without_amount_is_computed_from_its_rate_and_kept(rest: APIClient) -> None:
    TaxDetailFactory(code="US-NY-8.875", rate="8.875", tax_type="sale")

    posting = rest.post(URL, taxed_line(sales_invoice(), {"detail": "US-NY-8.875"}, amount="412.50")).json()

    assert posting["lines"][0]["tax"] == {"detail": "US-NY-8.875", "amount": "36.61"}


def test_an_amount_with_tax_is_sent_without_it(rest: APIClient) -> None:
    TaxDetailFactory(code="GB-STD-OUT", rate="20", tax_type="sale")
    document = taxed_line(sales_invoice(), {"detail": "GB-STD-OUT"}, amount="99.99", amount_type="amount_including_tax")

    seen = rest.post(PREVIEW, document).json()
    rest.post(URL, document)

    assert "<amount>83.32</amount>" in seen["xml"]
    assert "<trx_tax>16.67</trx_tax>" in seen["xml"]
    assert seen["debit"] == seen["credit"] == "99.99"
    assert PostingLine.objects.values_list("amount", "net_amount", "tax_amount").get() == (
        Decimal("99.99"), Decimal("83.32"), Decimal("16.67"),
    )  # fmt: skip


def test_a_reverse_charge_is_previewed_with_both_halves(rest: APIClient) -> None:
    reverse_charge()

    seen = rest.post(PREVIEW, taxed_line(purchase_invoice(), {"detail": "GB-RC-IN"}, amount="100.00")).json()

    booked = [(line["account"], line["side"], line["amount"]) for line in seen["lines"]]
    assert booked == [
        ("6000", "debit", "100.00"), ("1400", "debit", "20.00"), ("2210", "credit", "20.00"), ("", "credit", "100.00"),
    ]  # fmt: skip


def entry_with(tax: dict[str, str]) -> dict[str, Any]:
    return taxed_line(sales_shipment(document_type="purchase_receipt", supplier="SUPP-01"), tax)


REFUSED = [
    (
        "unknown rate and no amount",
        lambda: taxed_line(sales_invoice(), {"detail": "NEW"}),
        "/lines/0/tax/detail",
        "unknown_tax_detail",
    ),
    (
        "purchase detail on a sale",
        lambda: taxed_line(sales_invoice(), {"detail": "IN", "amount": "1.00"}),
        "/lines/0/tax/detail",
        "tax_detail_of_other_kind",
    ),
    (
        "second half of a reverse charge",
        lambda: taxed_line(purchase_invoice(), {"detail": "GB-RC-OUT", "amount": "1.00"}),
        "/lines/0/tax/detail",
        "reverse_charge_second_half",
    ),
    (
        "reverse charge on an entry",
        lambda: entry_with({"detail": "GB-RC-IN", "amount": "1.00"}),
        "/lines/0/tax/detail",
        "reverse_charge_on_an_entry",
    ),
    (
        "reverse charge without its pair",
        lambda: taxed_line(purchase_invoice(), {"detail": "LONE", "amount": "1.00"}),
        "/lines/0/tax/detail",
        "reverse_charge_without_pair",
    ),
    (
        "reverse charge in an amount with tax",
        lambda: taxed_line(purchase_invoice(), {"detail": "GB-RC-IN"}, amount_type="amount_including_tax"),
        "/lines/0/amount_type",
        "reverse_charge_included",
    ),
    (
        "amount with tax, but which",
        lambda: taxed_line(sales_invoice(), None, amount_type="amount_including_tax"),
        "/lines/0/tax",
        "tax_required",
    ),
    (
        "more tax than amount",
        lambda: taxed_line(
            sales_invoice(), {"detail": "X", "amount": "101.00"}, amount_type="amount_including_tax"
        ),
        "/lines/0/tax/amount",
        "tax_above_amount",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("case", "make", "pointer", "code"), REFUSED, ids=[one[0] for one in REFUSED])
def test_it_is_refused_at_its_place(rest: APIClient, case: str, make: Any, pointer: str, code: str) -> None:
    TaxDetailFactory(code="IN", rate="20", tax_type="purchase")
    TaxDetailFactory(code="LONE", rate="7", tax_type="purchase", is_reverse_charge=True)
    reverse_charge()

    answer = rest.post(URL, make())

    assert answer.status_code == 422
    assert (pointer, code) in [(one["pointer"], one["code"]) for one in answer.json()["errors"]]
    assert not Posting.objects.exists()


def test_one_document_has_details_of_one_tax_solution(rest: APIClient) -> None:
    TaxDetailFactory(code="US", rate="5", tax_type="sale", tax_solution="United States - Sales Tax")
    TaxDetailFactory(code="GB", rate="20", tax_type="sale", tax_solution="United Kingdom - VAT")
    document = sales_invoice()
    document["lines"] = [{**document["lines"][0], "tax": {"detail": code}} for code in ("US", "GB")]

    answer = rest.post(URL, document)

    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/lines/1/tax/detail", "several_tax_solutions")
    ]


def test_a_legislation_without_tax_solution_is_said_and_not_refused(rest: APIClient) -> None:
    TaxDetailFactory(code="US-NY-8.875", rate="8.875", tax_type="sale")

    seen = rest.post(PREVIEW, taxed_line(sales_invoice(), {"detail": "US-NY-8.875"})).json()

    assert "taxsolutionid" not in seen["xml"]
    assert any("No tax solution is known for US" in words for words in seen["warnings"])
