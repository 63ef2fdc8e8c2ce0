"""From an accounting document to Intacct's XML: nothing lost, nothing rounded, no text that changes the structure."""

from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from apps.delivery.keys import MARKER_LENGTH
from apps.mapping.delivered_maps import DOCUMENTS
from apps.mapping.object_maps import delivered_object_map
from apps.mapping.rendering import Marking, RenderedObject
from apps.postings.document import AccountingDocument, AccountingLine
from apps.postings.document_types import Side
from apps.postings.services.check import rendered_object
from apps.postings.taxes import LineTax
from tests.factories.accounting import accounting_document, accounting_line

KEY = "0123456789abcdef0123"
IN_FIELD = Marking(value=KEY, in_field=True)
IN_DESCRIPTION = Marking(value=KEY, in_field=False)
TYPES = {
    "ARINVOICE": "sales_invoice",
    "APBILL": "purchase_invoice",
    "GLBATCH": "sales_shipment",
    "ARADJUSTMENT": "sales_credit_note",
    "APADJUSTMENT": "purchase_credit_note",
    "ARADVANCE": "ar_advance",
}
WITHOUT_CUSTOM_FIELDS = {"ARADJUSTMENT", "APADJUSTMENT", "ARADVANCE"}
"""Their key stands in the description, whatever the custom package brought along."""

amounts = st.decimals(min_value="0.00", max_value="99999999999.99", places=2)
texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xD7FF, exclude_categories=("Cc",)), max_size=60)


def line(amount: Decimal, side: Side = Side.CREDIT, description: str = "") -> AccountingLine:
    return accounting_line(amount, side, description=description)


def document(object_name: str = "ARINVOICE", *lines: AccountingLine, description: str = "") -> AccountingDocument:
    return accounting_document(TYPES[object_name], object_name, *lines, description=description)


def rendered(made: AccountingDocument, marking: Marking) -> RenderedObject:
    return rendered_object(made, delivered_object_map(made.object_name), marking)


def sent(made: AccountingDocument, marking: Marking = IN_FIELD) -> etree._Element:
    written = rendered(made, marking)
    assert not written.shortfalls, written.shortfalls
    return etree.fromstring(written.payload(delivered_object_map(made.object_name)))


def texts_of(element: etree._Element, path: str) -> list[str]:
    return [one.text or "" for one in element.iterfind(path)]


@pytest.mark.parametrize("object_name", DOCUMENTS.objects())
def test_a_delivered_map_carries_the_posting_key(object_name: str) -> None:
    lines = [line(Decimal("5.00"), Side.DEBIT), line(Decimal("5.00"))]
    made = document(object_name, *lines)

    in_field = etree.tostring(sent(made, IN_FIELD)).decode()
    in_description = etree.tostring(sent(made, IN_DESCRIPTION)).decode()

    assert in_field.count(KEY) == 1
    assert ("DMO_POSTING_KEY" in in_field) == (object_name not in WITHOUT_CUSTOM_FIELDS)
    assert in_description.count(f"[{KEY}]") == 1
    assert "DMO_POSTING_KEY" not in in_description


@given(st.lists(amounts, min_size=1, max_size=20))
def test_an_invoices_lines_add_up_to_the_cent(values: list[Decimal]) -> None:
    made = document("ARINVOICE", *(line(value) for value in values))

    written = texts_of(sent(made), ".//lineitem/amount")

    assert [Decimal(text) for text in written] == values
    assert sum(map(Decimal, written)) == made.total
    assert all("E" not in text and len(text.partition(".")[2]) == 2 for text in written)


AMOUNT_AND_TAX = {
    "ARINVOICE": (".//lineitem/amount", ".//taxentry/trx_tax"),
    "APBILL": (".//APBILLITEM/TRX_AMOUNT", ".//TAXENTRY/TRX_TAX"),
    "ARADJUSTMENT": (".//lineitem/amount", ".//taxentry/trx_tax"),
    "APADJUSTMENT": (".//lineitem/amount", ".//taxentry/trx_tax"),
}


@given(
    st.sampled_from(list(AMOUNT_AND_TAX)),
    st.sampled_from([("USD", 2), ("JPY", 0), ("KWD", 3)]),
    st.lists(
        st.tuples(st.integers(0, 10**11), st.integers(0, 10**9), st.booleans(), st.sampled_from(Side)),
        min_size=1,
        max_size=12,
    ),
)
def test_totals_on_the_wire_are_the_documents_in_every_currency(
    object_name: str, currency: tuple[str, int], given_lines: list[tuple[int, int, bool, Side]]
) -> None:
    code, digits = currency
    used = min(digits, 2)
    lines = [
        accounting_line(
            Decimal(amount).scaleb(-used), side, taxes=(LineTax("T", Decimal(tax).scaleb(-used)),) if taxed else ()
        )
        for amount, tax, taxed, side in given_lines
    ]
    made = accounting_document(TYPES[object_name], object_name, *lines, currency=code)

    record = sent(made)

    written = [text for path in AMOUNT_AND_TAX[object_name] for text in texts_of(record, path)]
    assert sum(map(Decimal, written)) == made.total
    assert all(len(text.partition(".")[2]) == digits for text in written)


@given(st.lists(st.tuples(amounts, st.sampled_from(Side)), min_size=1, max_size=20))
def test_an_entrys_debits_and_credits_stay_on_their_side(values: list[tuple[Decimal, Side]]) -> None:
    made = document("GLBATCH", *(line(value, side) for value, side in values))

    entries = sent(made).findall(".//GLENTRY")

    read = [(Decimal(one.findtext("TRX_AMOUNT") or ""), one.findtext("TR_TYPE")) for one in entries]
    assert read == [(value, "1" if side == Side.DEBIT else "-1") for value, side in values]


@given(texts, texts)
def test_no_text_changes_the_structure(description: str, memo: str) -> None:
    made = document("ARINVOICE", line(Decimal("1.00"), description=memo), description=description)

    invoice = sent(made)

    assert (invoice.findtext("description") or "") == description
    assert (invoice.findtext(".//lineitem/memo") or "") == memo
    assert len(invoice.findall(".//lineitem")) == 1


@given(texts)
def test_the_same_document_is_written_the_same_way(description: str) -> None:
    made = document(description=description)
    assert rendered(made, IN_FIELD).payload(delivered_object_map("ARINVOICE")) == rendered(made, IN_FIELD).payload(
        delivered_object_map("ARINVOICE")
    )


def test_a_line_on_the_other_side_is_negative() -> None:
    made = document("ARINVOICE", line(Decimal("10.00")), line(Decimal("2.50"), Side.DEBIT))

    assert texts_of(sent(made), ".//lineitem/amount") == ["10.00", "-2.50"]
    assert made.total == Decimal("7.50")


def test_a_reverse_charge_is_written_with_both_its_details() -> None:
    taxes = (LineTax("GB-RC-IN", Decimal("20.00")), LineTax("GB-RC-OUT", Decimal("-20.00")))
    made = accounting_document(
        "purchase_invoice", "APBILL", accounting_line(Decimal("100.00"), Side.DEBIT, taxes=taxes)
    )

    bill = sent(made)

    assert texts_of(bill, ".//TAXENTRY/DETAILID") == ["GB-RC-IN", "GB-RC-OUT"]
    assert texts_of(bill, ".//TAXENTRY/TRX_TAX") == ["20.00", "-20.00"]
    assert made.total == Decimal("100.00")


@pytest.mark.parametrize(("is_at_top_level", "named"), [(True, ["United Kingdom - VAT"]), (False, [])])
def test_the_tax_solution_is_named_at_the_top_level_only(is_at_top_level: bool, named: list[str]) -> None:
    taxed = accounting_line(Decimal("10.00"), taxes=(LineTax("GB-STD-OUT", Decimal("2.00")),))
    made = accounting_document(
        "sales_invoice", "ARINVOICE", taxed, is_at_top_level=is_at_top_level, tax_solution="United Kingdom - VAT"
    )

    assert texts_of(sent(made), ".//taxsolutionid") == named


def test_the_key_shortens_what_fits_into_the_description() -> None:
    longest = 1000 - len(IN_DESCRIPTION.suffix)

    assert not rendered(document(description="x" * longest), IN_DESCRIPTION).shortfalls
    (shortfall,) = rendered(document(description="x" * (longest + 1)), IN_DESCRIPTION).shortfalls
    assert (shortfall.pointer, shortfall.code) == ("/description", "too_long")


def test_dangerous_characters_are_escaped() -> None:
    text = "<b> & ]]>"

    assert escape(text) in rendered(document(description=text), IN_FIELD).payload(delivered_object_map("ARINVOICE"))


def test_the_key_has_the_length_that_the_check_allows_for() -> None:
    assert len(KEY) == MARKER_LENGTH


def test_an_object_without_a_map() -> None:
    with pytest.raises(KeyError, match="No map is delivered for COFFEE"):
        delivered_object_map("COFFEE")
