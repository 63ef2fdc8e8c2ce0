"""Functions and filters: the elements they write, their limits, and payloads frozen for resending."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from lxml import etree

from apps.intacct import (
    Aggregate,
    And,
    Create,
    Delete,
    Frozen,
    GetApiSession,
    GetDimensions,
    Inspect,
    LegacyCreate,
    Lookup,
    Or,
    OrderBy,
    Query,
    Read,
    ReadByName,
    ReadByQuery,
    ReadMore,
    Record,
    RenderError,
    Update,
    between,
    equal_to,
    greater_than,
    greater_than_or_equal,
    is_in,
    is_not_null,
    is_null,
    less_than,
    less_than_or_equal,
    like,
    not_equal_to,
    payload,
)
from tests.intacct.answers import ScriptedTransport, created, response
from tests.intacct.test_records import xml_text

ITEM = Record.of("ITEM", {"ITEMID": "I1"})


@pytest.mark.parametrize(
    ("function", "xml"),
    [
        (Create("f", ITEM), "<create><ITEM><ITEMID>I1</ITEMID></ITEM></create>"),
        (Update("f", ITEM), "<update><ITEM><ITEMID>I1</ITEMID></ITEM></update>"),
        (Delete("f", "APBILL", ["1", "2"]), "<delete><object>APBILL</object><keys>1,2</keys></delete>"),
        (Read("f", "APBILL", ["1"]), "<read><object>APBILL</object><keys>1</keys><fields>*</fields></read>"),
        (
            ReadByName("f", "VENDOR", ["V1"], ["NAME", "STATUS"]),
            "<readByName><object>VENDOR</object><keys>V1</keys><fields>NAME,STATUS</fields></readByName>",
        ),
        (
            ReadByQuery("f", "GLBATCH", "STATE = 'P' and BATCHNO < 5", page_size=1000),
            "<readByQuery><object>GLBATCH</object><fields>*</fields>"
            "<query>STATE = 'P' and BATCHNO &lt; 5</query><pagesize>1000</pagesize></readByQuery>",
        ),
        (ReadMore("f", "r-1"), "<readMore><resultId>r-1</resultId></readMore>"),
        (Lookup("f", "APTERM"), "<lookup><object>APTERM</object></lookup>"),
        (Inspect("f"), '<inspect detail="0"><object>*</object></inspect>'),
        (Inspect("f", "ITEM", detail=True), '<inspect detail="1"><object>ITEM</object></inspect>'),
        (GetDimensions("f"), "<getDimensions/>"),
        (GetApiSession("f"), "<getAPISession><locationid/></getAPISession>"),
        (GetApiSession("f", "100"), "<getAPISession><locationid>100</locationid></getAPISession>"),
        (GetApiSession("f", None), "<getAPISession/>"),
    ],
)
def test_a_function_writes_its_element(function, xml):
    assert payload(function) == xml
    assert etree.fromstring(xml).tag == function.name


def test_a_query_has_its_parts_in_the_order_of_the_protocol():
    query = Query(
        "f",
        "ARINVOICE",
        ["RECORDNO", "CUSTOMER.NAME", Aggregate("sum", "TOTALDUE")],
        filter=equal_to("STATE", "Posted"),
        order_by=[OrderBy("RECORDNO"), OrderBy("WHENMODIFIED", descending=True)],
        page_size=2000,
        offset=4000,
        show_private=True,
        case_insensitive=True,
    )
    assert payload(query) == (
        "<query><object>ARINVOICE</object>"
        "<select><field>RECORDNO</field><field>CUSTOMER.NAME</field><sum>TOTALDUE</sum></select>"
        "<filter><equalto><field>STATE</field><value>Posted</value></equalto></filter>"
        "<orderby><order><field>RECORDNO</field><ascending/></order>"
        "<order><field>WHENMODIFIED</field><descending/></order></orderby>"
        "<options><caseinsensitive>true</caseinsensitive><showprivate>true</showprivate></options>"
        "<pagesize>2000</pagesize><offset>4000</offset></query>"
    )


def test_a_plain_query_has_no_empty_parts():
    assert [child.tag for child in Query("f", "ITEM", ["RECORDNO"]).to_element()] == [
        "object",
        "select",
        "pagesize",
        "offset",
    ]


@pytest.mark.parametrize(
    ("condition", "xml"),
    [
        (equal_to("A", "x"), "<equalto><field>A</field><value>x</value></equalto>"),
        (not_equal_to("A", 3), "<notequalto><field>A</field><value>3</value></notequalto>"),
        (less_than("A", Decimal("1E+1")), "<lessthan><field>A</field><value>10</value></lessthan>"),
        (
            less_than_or_equal("A", 1),
            "<lessthanorequalto><field>A</field><value>1</value></lessthanorequalto>",
        ),
        (greater_than("A", 1), "<greaterthan><field>A</field><value>1</value></greaterthan>"),
        (
            greater_than_or_equal("D", date(2026, 3, 9)),
            "<greaterthanorequalto><field>D</field><value>03/09/2026</value></greaterthanorequalto>",
        ),
        (like("A", "x%"), "<like><field>A</field><value>x%</value></like>"),
        (between("A", 1, 2), "<between><field>A</field><value>1</value><value>2</value></between>"),
        (is_in("A", ["x", "y"]), "<in><field>A</field><value>x</value><value>y</value></in>"),
        (is_null("A"), "<isnull><field>A</field></isnull>"),
        (is_not_null("A"), "<isnotnull><field>A</field></isnotnull>"),
        (
            And(is_null("A"), Or(is_null("B"), is_null("C"))),
            "<and><isnull><field>A</field></isnull><or><isnull><field>B</field></isnull>"
            "<isnull><field>C</field></isnull></or></and>",
        ),
    ],
)
def test_a_filter_writes_its_element(condition, xml):
    assert etree.tostring(condition.to_element()).decode() == xml


@pytest.mark.parametrize("count", [1, 999, 1000])
def test_a_list_in_a_filter_takes_up_to_a_thousand_values(count):
    assert len(is_in("A", range(count)).to_element()) == count + 1


@pytest.mark.parametrize("count", [0, 1001])
def test_a_list_in_a_filter_of_another_length_is_refused(count):
    with pytest.raises(RenderError):
        is_in("A", range(count))


@pytest.mark.parametrize(
    ("case", "build"),
    [
        ("one condition joined", lambda: And(is_null("A"))),
        ("unknown aggregate", lambda: Aggregate("median")),
        ("star in a query", lambda: Query("f", "ITEM", ["*"])),
        ("nothing selected", lambda: Query("f", "ITEM", [])),
        ("page of 0", lambda: Query("f", "ITEM", ["A"], page_size=0)),
        ("page of 2001", lambda: Query("f", "ITEM", ["A"], page_size=2001)),
        ("offset below 0", lambda: Query("f", "ITEM", ["A"], offset=-1)),
        ("legacy page of 1001", lambda: ReadByQuery("f", "ITEM", page_size=1001)),
        ("no keys", lambda: Read("f", "ITEM", [])),
        ("101 keys", lambda: Read("f", "ITEM", [str(n) for n in range(101)])),
        ("comma in a key", lambda: ReadByName("f", "ITEM", ["a,b"])),
        ("empty key", lambda: Delete("f", "ITEM", ["1", " "])),
        ("control character in a filter", lambda: Query("f", "ITEM", ["A"], filter=equal_to("A", "\x00"))),
    ],
)
def test_what_the_gateway_would_refuse_is_refused_before(case, build):
    with pytest.raises(RenderError):
        build().to_element()


@given(xml_text, xml_text)
def test_a_frozen_payload_is_sent_byte_for_byte(name, memo):
    frozen_text = payload(Create("f", Record.of("ITEM", {"NAME": name, "MEMO": memo})))
    assert payload(Frozen("another-id", frozen_text)) == frozen_text


def test_a_frozen_payload_stands_in_the_request_as_it_was_frozen(client_over):
    record = Record.of("APBILL", {"DESCRIPTION": "é ]]> <&\r\n\t\u2028 😀", "EMPTY": ""})
    text = payload(Create("f1", record))
    transport = ScriptedTransport(response(created("f1")))
    client_over(transport).execute([Frozen("f1", text)], control_id="r1")
    assert text.encode() in transport.documents[0][1]


@pytest.mark.parametrize(
    ("function", "name", "target"),
    [
        (Create("f", ITEM), "create", "ITEM"),
        (Delete("f", "APBILL", ["1"]), "delete", "APBILL"),
        (LegacyCreate("f", "create_invoice", Record.of("x", {
            "customerid": "C", "datecreated": date(2026, 1, 1),
            "invoiceitems": [Record.of("l", {"glaccountno": "1", "amount": 1})]})), "create_invoice", None),
    ],
)  # fmt: skip
def test_a_frozen_payload_knows_what_it_is(function, name, target):
    frozen = Frozen("f", payload(function))
    assert (frozen.name, frozen.expected_object) == (name, target)


@pytest.mark.parametrize(
    "text",
    ["", "<create>", "<create></create>", "<create/> ", '<?xml version="1.0"?><create/>',
     "<!DOCTYPE a><create/>", "<create><!-- c --></create>", "<create><a>\ud800</a></create>"],
)  # fmt: skip
def test_a_stored_text_that_would_not_be_sent_as_stored_is_refused(text):
    with pytest.raises(RenderError):
        Frozen("f", text).to_element()
