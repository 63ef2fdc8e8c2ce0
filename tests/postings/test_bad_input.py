"""Bad input over REST: a clear problem document that points to the place, nothing stored, never a 500."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.delivery.models import Delivery
from apps.postings.models import Posting
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.factories.masterdata import AccountFactory

pytestmark = pytest.mark.django_db
Document = dict[str, Any]


def with_line(document: Document, **changes: Any) -> Document:
    document["lines"][0].update(changes)
    return document


def without(document: Document, *names: str) -> Document:
    return {key: value for key, value in document.items() if key not in names}


def shipment(*lines: tuple[str, str], **changes: Any) -> Document:
    """A shipment whose lines are these (side, amount) pairs."""
    made = sales_shipment(**changes)
    template = made["lines"][0]
    made["lines"] = [{**copy.deepcopy(template), "side": side, "amount": amount} for side, amount in lines]
    return made


REFUSED: list[tuple[str, Callable[[], Document], str, str]] = [
    ("unknown field", lambda: sales_invoice(colour="blue"), "/colour", "unknown_field"),
    ("unknown field of a line", lambda: with_line(sales_invoice(), colour="blue"), "/lines/0/colour", "unknown_field"),
    ("no number", lambda: without(sales_invoice(), "number"), "/number", "required"),
    ("number null", lambda: sales_invoice(number=None), "/number", "null"),
    ("number blank", lambda: sales_invoice(number=""), "/number", "blank"),
    ("number not text", lambda: sales_invoice(number=7), "/number", "not_a_string"),
    ("number too long", lambda: sales_invoice(number="9" * 61), "/number", "max_length"),
    ("unknown company", lambda: sales_invoice(company="999"), "/company", "unknown_company"),
    ("unknown financial site", lambda: sales_invoice(financial_site="999"), "/financial_site", "unknown_site"),
    ("warehouse", lambda: sales_invoice(financial_site="100-WH1"), "/financial_site", "not_a_financial_site"),
    ("unknown document type", lambda: sales_invoice(document_type="letter"), "/document_type", "invalid_choice"),
    ("unknown currency", lambda: sales_invoice(currency="XYZ"), "/currency", "unknown_currency"),
    ("unknown account", lambda: with_line(sales_invoice(), account="9999"), "/lines/0/account", "unknown_account"),
    ("no account", lambda: with_line(sales_invoice(), account=None), "/lines/0/account", "account_not_determined"),
    ("unknown site of a line", lambda: with_line(sales_invoice(), site="X"), "/lines/0/site", "unknown_site"),
    ("amount as a number", lambda: with_line(sales_invoice(), amount=100.0), "/lines/0/amount", "not_a_string"),
    ("amount in words", lambda: with_line(sales_invoice(), amount="ten"), "/lines/0/amount", "not_an_amount"),
    ("amount with a comma", lambda: with_line(sales_invoice(), amount="1,00"), "/lines/0/amount", "not_an_amount"),
    ("amount with an exponent", lambda: with_line(sales_invoice(), amount="1e2"), "/lines/0/amount", "not_an_amount"),
    ("amount minus zero", lambda: with_line(sales_invoice(), amount="-0.00"), "/lines/0/amount", "not_an_amount"),
    ("amount NaN", lambda: with_line(sales_invoice(), amount="NaN"), "/lines/0/amount", "not_an_amount"),
    ("amount in Arabic digits", lambda: with_line(sales_invoice(), amount="١٠"), "/lines/0/amount", "not_an_amount"),
    ("amount too large", lambda: with_line(sales_invoice(), amount="1" * 12), "/lines/0/amount", "not_an_amount"),
    ("three decimals", lambda: with_line(sales_invoice(), amount="1.005"), "/lines/0/amount", "too_many_decimals"),
    (
        "yen with decimals",
        lambda: with_line(sales_invoice(currency="JPY"), amount="100.50", tax=None),
        "/lines/0/amount",
        "too_many_decimals",
    ),
    (
        "three decimals of a dinar, which Intacct would round",
        lambda: with_line(sales_invoice(currency="KWD"), amount="1.005", tax=None),
        "/lines/0/amount",
        "too_many_decimals",
    ),
    ("negative amount", lambda: with_line(sales_invoice(), amount="-1.00"), "/lines/0/amount", "negative_amount"),
    (
        "tax with three decimals",
        lambda: with_line(sales_invoice(), tax={"detail": "X", "amount": "8.888"}),
        "/lines/0/tax/amount",
        "too_many_decimals",
    ),
    (
        "tax without detail",
        lambda: with_line(sales_invoice(), tax={"amount": "1.00"}),
        "/lines/0/tax/detail",
        "required",
    ),
    ("date in words", lambda: sales_invoice(posting_date="tomorrow"), "/posting_date", "not_a_date"),
    ("date and time", lambda: sales_invoice(posting_date="2026-10-20T00:00:00"), "/posting_date", "not_a_date"),
    ("30 February", lambda: sales_invoice(posting_date="2026-02-30"), "/posting_date", "no_such_day"),
    ("29 February 2026", lambda: sales_invoice(due_date="2026-02-29"), "/due_date", "no_such_day"),
    ("month 13", lambda: sales_invoice(document_date="2026-13-01"), "/document_date", "no_such_day"),
    ("rate zero", lambda: sales_invoice(currency="EUR", exchange_rate="0"), "/exchange_rate", "not_positive"),
    ("rate as a number", lambda: sales_invoice(currency="EUR", exchange_rate=1.1), "/exchange_rate", "not_a_string"),
    (
        "rate of dollars to dollars",
        lambda: sales_invoice(exchange_rate="1.1"),
        "/exchange_rate",
        "rate_without_conversion",
    ),
    ("no lines", lambda: sales_invoice(lines=[]), "/lines", "no_lines"),
    ("lines not a list", lambda: sales_invoice(lines={"0": {}}), "/lines", "not_a_list"),
    ("a line that is text", lambda: sales_invoice(lines=["a line"]), "/lines/0", "invalid"),
    ("control character", lambda: sales_invoice(description="a\x07b"), "/description", "control_character"),
    ("NUL", lambda: with_line(sales_invoice(), description="a\x00b"), "/lines/0/description", "control_character"),
    ("line break in a number", lambda: sales_invoice(number="A\nB"), "/number", "control_character"),
    ("emoji", lambda: sales_invoice(description="thanks 🎉"), "/description", "unsupported_character"),
    ("reference too long", lambda: sales_invoice(reference="9" * 201), "/reference", "max_length"),
    ("number longer than Intacct's", lambda: sales_invoice(number="9" * 50), "/number", "too_long"),
    ("no customer", lambda: without(sales_invoice(), "customer"), "/customer", "required"),
    ("no supplier", lambda: without(purchase_invoice(), "supplier"), "/supplier", "required"),
    ("bill without due date", lambda: without(purchase_invoice(), "due_date"), "/due_date", "required"),
    ("bill number with #", lambda: purchase_invoice(number="PI#1"), "/number", "character_not_allowed"),
    ("bill number with &", lambda: purchase_invoice(number="A&B"), "/number", "character_not_allowed"),
    (
        "unknown dimension",
        lambda: with_line(sales_invoice(), dimensions={"colour": "RED"}),
        "/lines/0/dimensions/colour",
        "unknown_dimension",
    ),
    (
        "unknown attribute",
        lambda: with_line(sales_invoice(), attributes={"mood": "GOOD"}),
        "/lines/0/attributes/mood",
        "unknown_attribute",
    ),
    (
        "stock movements alone on an invoice",
        lambda: with_line(sales_invoice(), movement_type="stock_journal"),
        "/lines",
        "no_document_line",
    ),
    ("entry of one line", lambda: shipment(("debit", "1.00")), "/lines", "too_few_lines"),
    ("entry without side", lambda: with_line(sales_shipment(), side=None), "/lines/0/side", "side_required"),
    ("entry out by a cent", lambda: shipment(("debit", "10.00"), ("credit", "9.99")), "/lines", "unbalanced"),
]


@pytest.mark.parametrize(("make", "pointer", "code"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED])
def test_it_is_refused_at_its_place_and_nothing_is_stored(
    rest: APIClient, make: Callable[[], Document], pointer: str, code: str
) -> None:
    answer = rest.post("/api/v1/postings/", make())

    assert answer.status_code == 422, answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "not_acceptable"
    assert problem["detail"]
    assert "Nothing was stored" in problem["next_step"]
    assert (pointer, code) in [(one["pointer"], one["code"]) for one in problem["errors"]], problem["errors"]
    assert not Posting.objects.exists()
    assert not Delivery.objects.exists()


def test_all_flaws_are_told_at_once(rest: APIClient) -> None:
    document = sales_invoice(currency="XYZ", financial_site="999")
    document["lines"][0]["account"] = "9999"

    problem = rest.post("/api/v1/postings/", document).json()

    assert {one["pointer"] for one in problem["errors"]} >= {"/currency", "/financial_site", "/lines/0/account"}


def test_an_inactive_account_is_refused(rest: APIClient) -> None:
    AccountFactory(number="4999", is_active=False)

    problem = rest.post("/api/v1/postings/", with_line(sales_invoice(), account="4999")).json()

    assert [one["code"] for one in problem["errors"]] == ["inactive_account"]


def test_an_entry_balances_per_financial_site(rest: APIClient, other_site: str) -> None:
    entry = sales_shipment()
    entry["lines"][1]["site"] = other_site

    problem = rest.post("/api/v1/postings/", entry).json()

    assert {one["code"] for one in problem["errors"]} == {"unbalanced_site"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param(b'{"company": ', 400, "malformed_json", id="broken off"),
        pytest.param(b"", 422, "not_acceptable", id="empty"),
        pytest.param(b"<a/>", 400, "malformed_json", id="XML"),
        pytest.param(b'{"company": "100", "company": "200"}', 400, "duplicate_key", id="a key twice"),
        pytest.param(b'{"company": "\xff"}', 400, "not_utf8", id="not UTF-8"),
        pytest.param(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "malformed_json", id="nested too deeply"),
        pytest.param(b"[]", 422, "not_acceptable", id="a list"),
        pytest.param(b'"text"', 422, "not_acceptable", id="a text"),
        pytest.param(b"null", 422, "not_acceptable", id="null"),
        pytest.param(b'{"amount": NaN}', 400, "malformed_json", id="NaN, which is not JSON"),
    ],
)
@pytest.mark.parametrize("door", ["", "bulk/", "preview/"])
def test_a_body_that_is_no_document(rest: APIClient, door: str, body: bytes, status: int, code: str) -> None:
    answer = rest.post(f"/api/v1/postings/{door}", data=body, content_type="application/json")

    if door == "bulk/" and status == 422:
        code = "bulk_size"
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not Posting.objects.exists()


def test_a_body_over_ten_megabytes(rest: APIClient) -> None:
    body = json.dumps(sales_invoice(description="x" * 10_500_000)).encode()

    answer = rest.post("/api/v1/postings/", data=body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert not Posting.objects.exists()


def test_a_body_in_chunks_is_not_taken_for_an_empty_one(rest: APIClient) -> None:
    answer = rest.post("/api/v1/postings/", sales_invoice(), headers={"Transfer-Encoding": "chunked"})

    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")
    assert not Posting.objects.exists()


def test_ten_thousand_and_one_lines(rest: APIClient) -> None:
    document = sales_invoice()
    document["lines"] = document["lines"] * 10_001

    answer = rest.post("/api/v1/postings/", document)

    (flaw,) = answer.json()["errors"]
    assert (answer.status_code, flaw["pointer"], flaw["code"]) == (422, "/lines", "too_many_lines")
    assert not Posting.objects.exists()


def test_half_a_character(rest: APIClient) -> None:
    body = json.dumps(sales_invoice(description="HALF")).replace("HALF", "a\\ud800b").encode()

    answer = rest.post("/api/v1/postings/", data=body, content_type="application/json")

    (flaw,) = answer.json()["errors"]
    assert (answer.status_code, flaw["pointer"], flaw["code"]) == (422, "/description", "control_character")


@pytest.mark.parametrize("key", ["\\ud800", "\\u0000", "a\\udfffb"])
def test_what_is_no_character_in_a_key(rest: APIClient, key: str) -> None:
    body = json.dumps(sales_invoice()).replace('"department"', f'"{key}"').encode()

    answer = rest.post("/api/v1/postings/", data=body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert not Posting.objects.exists()


def test_another_content_type(rest: APIClient) -> None:
    answer = rest.post("/api/v1/postings/", data="company=100", content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_text_that_only_looks_dangerous_is_kept_as_it_is(rest: APIClient) -> None:
    text = '<b>5 > 4 & "quotes"</b> ]]> \'OR 1=1 -- Ünïcödé 漢字 €'

    answer = rest.post("/api/v1/postings/", sales_invoice(description=text))

    assert answer.status_code == 201
    assert answer.json()["description"] == text
