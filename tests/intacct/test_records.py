"""Records: whatever XML allows arrives unchanged; whatever it does not allow is refused by name."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.intacct import Record, RenderError
from apps.intacct.documents import read_document, write_text

xml_text = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cs",),
        exclude_characters=[chr(n) for n in range(32) if chr(n) not in "\t\n\r"] + ["\ufffe", "\uffff"],
    )
)
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,12}", fullmatch=True)
leaf_records = st.builds(Record, names, st.lists(st.tuples(names, xml_text), min_size=1, max_size=4).map(tuple))


def over_the_wire(record):
    return Record.from_element(read_document(write_text(record.to_element()).encode()))


def test_a_record_is_written_in_the_order_given():
    record = Record.of(
        "APBILL",
        {
            "VENDORID": "V1",
            "WHENCREATED": date(2026, 3, 9),
            "ONHOLD": False,
            "INCLUSIVETAX": True,
            "DESCRIPTION": "",
            "DOCNUMBER": None,
            "TERMDAYS": 30,
            "MAILADDRESS": Record.of("MAILADDRESS", {"CITY": "Lyon"}),
            "APBILLITEMS": [
                Record.of("APBILLITEM", {"TRX_AMOUNT": Decimal("100.50")}),
                Record.of("APBILLITEM", {"TRX_AMOUNT": Decimal("-3")}),
            ],
        },
    )
    assert write_text(record.to_element()) == (
        "<APBILL><VENDORID>V1</VENDORID><WHENCREATED>03/09/2026</WHENCREATED><ONHOLD>false</ONHOLD>"
        "<INCLUSIVETAX>true</INCLUSIVETAX><DESCRIPTION/><TERMDAYS>30</TERMDAYS>"
        "<MAILADDRESS><CITY>Lyon</CITY></MAILADDRESS>"
        "<APBILLITEMS><APBILLITEM><TRX_AMOUNT>100.50</TRX_AMOUNT></APBILLITEM>"
        "<APBILLITEM><TRX_AMOUNT>-3</TRX_AMOUNT></APBILLITEM></APBILLITEMS></APBILL>"
    )


@given(xml_text)
def test_every_text_that_xml_allows_arrives_unchanged(text):
    assert over_the_wire(Record.of("ITEM", {"NAME": text})).text("NAME") == text


@given(names, st.lists(leaf_records, min_size=1, max_size=4).map(tuple))
def test_nested_lists_arrive_unchanged(name, lines):
    record = Record("GLBATCH", (("JOURNAL", "GJ"), (name, lines)))
    assert over_the_wire(record) == record


@pytest.mark.parametrize("text", ["]]>", "<a>&amp;</a>", "\"'", "&#x0;", "a\r\nb\tc", "\u2028é😀", "  ", "<!-- x -->"])
def test_markup_in_a_text_stays_text(text):
    assert over_the_wire(Record.of("ITEM", {"NAME": text})).text("NAME") == text


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_characters_that_xml_has_no_place_for_are_refused_by_the_path_of_the_field(character):
    lines = [Record.of("APBILLITEM", {"ENTRYDESCRIPTION": f"secret{character}"})]
    with pytest.raises(RenderError) as caught:
        Record.of("APBILL", {"APBILLITEMS": lines}).to_element()
    assert caught.value.field == "APBILL.APBILLITEMS[1].APBILLITEM.ENTRYDESCRIPTION"
    assert caught.value.field in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "A B", "1A", "a:b", "{ns}a", "<x>", "é"])
def test_names_that_are_no_element_names_are_refused(name):
    with pytest.raises(RenderError):
        Record.of("ITEM", {name: "x"}).to_element()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=None))
def test_amounts_are_written_in_plain_notation_and_read_back_equal(amount):
    try:
        element = Record.of("X", {"AMOUNT": amount}).to_element()
    except RenderError:
        assert abs(amount.adjusted()) + len(amount.as_tuple().digits) > 60
        return
    written = element.findtext("AMOUNT")
    assert "E" not in written.upper()
    assert Record.of("X", {"AMOUNT": written}).decimal("AMOUNT") == amount


@pytest.mark.parametrize(
    ("amount", "written"),
    [("1E+3", "1000"), ("1E-7", "0.0000001"), ("100.00", "100.00"), ("-0.00", "0.00"), ("-12.5", "-12.5")],
)
def test_amounts_never_have_an_exponent(amount, written):
    assert Record.of("X", {"AMOUNT": Decimal(amount)}).to_element().findtext("AMOUNT") == written


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN", "1E+999999", "1E-999999"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(RenderError):
        Record.of("X", {"AMOUNT": Decimal(amount)}).to_element()


def test_binary_floating_point_is_refused():
    with pytest.raises(RenderError):
        Record.of("X", {"AMOUNT": 0.1}).to_element()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-09", date(2026, 3, 9)),
        ("03/09/2026", date(2026, 3, 9)),
        ("03/09/2026 10:11:12", date(2026, 3, 9)),
        ("2026-03-09T10:11:12-08:00", date(2026, 3, 9)),
        ("", None),
    ],
)
def test_both_forms_of_dates_are_read(text, expected):
    assert Record.of("X", {"WHENCREATED": text}).date("whencreated") == expected


@pytest.mark.parametrize("text", ["9.3.2026", "2026-3-9", "13/45/2026", "tomorrow"])
def test_what_is_no_date_is_not_read_as_one(text):
    with pytest.raises(ValueError, match=r"month|date"):
        Record.of("X", {"D": text}).date("D")


@pytest.mark.parametrize("text", ["1,000.00", "NaN", "Infinity", "ten"])
def test_what_is_no_amount_is_not_read_as_one(text):
    with pytest.raises(ValueError, match="not an amount"):
        Record.of("X", {"A": text}).decimal("A")


def test_fields_are_found_without_case_and_with_dots():
    record = Record.of("glbatch", {"JOURNAL.SYMBOL": "GJ", "totaldue": "12.50", "EMPTY": ""})
    assert record.text("journal.symbol") == "GJ"
    assert record.decimal("TOTALDUE") == Decimal("12.50")
    assert record.decimal("EMPTY") is None
    assert record.text("ABSENT") is None


def test_date_times_are_written_as_filters_take_them():
    record = Record.of("X", {"WHENMODIFIED": datetime(2026, 3, 9, 7, 5, 1)})  # noqa: DTZ001
    assert record.to_element().findtext("WHENMODIFIED") == "03/09/2026 07:05:01"


def test_lines_of_a_record_are_found_whether_one_or_many():
    one = Record.of("E", {"A": "1"})
    record = Record.of("X", {"LINES": [one, one], "SINGLE": one, "TEXT": "t"})
    assert [len(record.records(name)) for name in ("LINES", "SINGLE", "TEXT", "NONE")] == [2, 1, 0, 0]
