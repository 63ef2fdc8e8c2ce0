"""The envelope, its strict order, and what breaks the whole request (protocol 1.3 to 1.5, 2.3 level 1)."""

import pytest
import requests

from tests.patience import PATIENCE
from tests.sandbox.conversation import Answer, Conversation, create, query, tags
from tests.sandbox.documents import bill, journal_entry, legacy

ASK = query("GLJOURNAL", "SYMBOL")
SCHEMA_ERROR = "XL03000003"


def refused_whole(answer: Answer) -> bool:
    """Control failure, no operation, one schema error with its place."""
    (error,) = answer.errors()
    return (
        answer.http.status_code == 200
        and answer.control == "failure"
        and answer.root.find("operation") is None
        and error.errorno == SCHEMA_ERROR
        and error.text.startswith("XML Parse schema error: ")
        and "line" in error.text
    )


def test_the_control_block_is_echoed(gateway: Conversation) -> None:
    answer = gateway.ask(ASK, unique=False, control={"controlid": "echo", "dtdversion": "2.1"})
    assert [(one.tag, one.text) for one in answer.root.find("control")] == [
        ("status", "success"),
        ("senderid", "XT_mfg"),
        ("controlid", "echo"),
        ("uniqueid", "false"),
        ("dtdversion", "2.1"),
    ]


@pytest.mark.parametrize("content_type", ["application/xml", "x-intacct-xml-request"])
def test_both_content_types_are_taken(gateway: Conversation, content_type: str) -> None:
    document = gateway.document(ASK).encode()
    http = requests.post(gateway.endpoint, data=document, headers={"Content-Type": content_type}, timeout=PATIENCE)
    assert Answer(http).statuses == ["success"]


def test_results_come_in_the_order_of_the_functions_under_their_control_ids(gateway: Conversation) -> None:
    answer = gateway.ask(ASK, "<getDimensions/>", create("APBILL", bill()), ids=["c", "a", "b"])
    assert [result.findtext("controlid") for result in answer.results] == ["c", "a", "b"]
    assert [result.findtext("function") for result in answer.results] == ["query", "getDimensions", "create"]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("no xml at all", id="not xml"),
        pytest.param("", id="empty"),
        pytest.param("<request><control></request>", id="not well-formed"),
        pytest.param("<response/>", id="another document"),
        pytest.param("<request><control/></request>", id="no operation"),
        pytest.param('<!DOCTYPE request [<!ENTITY x "y">]><request/>', id="a document type"),
    ],
)
def test_what_is_no_request_is_refused_whole(gateway: Conversation, broken: str) -> None:
    assert refused_whole(Answer(gateway.send(broken)))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param("<senderid>XT_mfg</senderid><password>sandbox</password>",
                     "<password>sandbox</password><senderid>XT_mfg</senderid>", id="control out of order"),
        pytest.param("<senderid>XT_mfg</senderid>", "", id="no sender"),
        pytest.param("<dtdversion>3.0</dtdversion>", "<dtdversion>3.0</dtdversion><colour>red</colour>",
                     id="unknown in control"),
        pytest.param("<userid>xml_gateway</userid><companyid>SANDBOX</companyid>",
                     "<companyid>SANDBOX</companyid><userid>xml_gateway</userid>", id="login out of order"),
        pytest.param(' controlid="one"', "", id="a function without control ID"),
        pytest.param(' controlid="one"', f' controlid="{"x" * 257}"', id="a control ID too long"),
        pytest.param("<object>GLJOURNAL</object>", "", id="a query without object"),
        pytest.param("</query>", "<colour>red</colour></query>", id="unknown in a query"),
        pytest.param("</query>", "<pagesize>many</pagesize></query>", id="a page size that is no number"),
        pytest.param("</query>", "</query><query/>", id="two functions in one"),
        pytest.param("</query>", "<filter/></query>", id="an empty filter"),
    ],
)  # fmt: skip
def test_a_breach_of_the_schema_refuses_the_whole_request(gateway: Conversation, right: str, wrong: str) -> None:
    document = gateway.document(create("APBILL", bill()), ASK, ids=["other", "one"])
    assert right in document
    assert refused_whole(Answer(gateway.send(document.replace(right, wrong))))
    assert gateway.sandbox.objects("APBILL") == [], "its neighbour was not executed either"


@pytest.mark.parametrize(
    "function",
    [
        "<create/>",
        "<create_contact/>",
        "<inspect/>",
        "<readMore><object>VENDOR</object><resultId>1</resultId></readMore>",
        "<readByQuery><object>VENDOR</object><query/><orderby/></readByQuery>",
        "<read><object>VENDOR</object></read>",
        "<delete><object>VENDOR</object></delete>",
    ],
    ids=lambda function: function.strip("<").partition(">")[0],
)
def test_a_function_that_the_schema_does_not_know_so(gateway: Conversation, function: str) -> None:
    assert refused_whole(gateway.ask(function))


@pytest.mark.parametrize(
    ("function", "changes"),
    [
        pytest.param("create_invoice", {"customerid": None}, id="no customer"),
        pytest.param("create_invoice", {"colour": "red"}, id="an unknown element"),
        pytest.param("create_invoice", {"currency": "EUR"}, id="a currency without rate"),
        pytest.param("create_invoice", {"datecreated": "10/21/2026"}, id="a date in one piece"),
        pytest.param("create_bill", {"termname": None}, id="neither due date nor term"),
        pytest.param("create_gltransaction", {"description": None}, id="no description"),
    ],
)
def test_the_legacy_creators_schema(gateway: Conversation, function: str, changes: dict[str, object]) -> None:
    assert refused_whole(gateway.ask(f"<{function}>{tags(legacy(function, **changes))}</{function}>"))


@pytest.mark.parametrize(
    "function",
    ["create_invoice", "create_bill", "create_aradjustment", "create_apadjustment", "create_gltransaction"],
)
def test_the_order_of_a_legacy_creator_is_strict(gateway: Conversation, function: str) -> None:
    right = legacy(function)
    backwards = dict(reversed(right.items()))
    good, bad = (f"<{function}>{tags(fields)}</{function}>" for fields in (right, backwards))
    assert refused_whole(gateway.ask(good, bad)), "one wrong order takes its neighbour along"
    assert gateway.ask(good).statuses == ["success"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param({"amount": "1.00", "glaccountno": "4000"}, id="out of order"),
        pytest.param({"glaccountno": "4000"}, id="no amount"),
        pytest.param({"amount": "1.00"}, id="no account"),
        pytest.param({"glaccountno": "4000", "amount": "1.00", "taskid": "1"}, id="a task without project"),
    ],
)
def test_the_order_of_a_legacy_line_is_strict(gateway: Conversation, line: dict[str, str]) -> None:
    assert refused_whole(gateway.ask(f"<create_invoice>{tags(legacy('create_invoice', line))}</create_invoice>"))


def test_a_journal_entry_needs_two_legacy_lines(gateway: Conversation) -> None:
    line = {"trtype": "debit", "amount": "0", "glaccountno": "1200"}
    fields = legacy("create_gltransaction", line)
    assert refused_whole(gateway.ask(f"<create_gltransaction>{tags(fields)}</create_gltransaction>"))


def test_the_order_of_a_generic_object_is_free(gateway: Conversation) -> None:
    entry = journal_entry()
    assert gateway.ask(create("GLBATCH", dict(reversed(entry.items())))).statuses == ["success"]


def test_an_error_carries_its_stable_identifier_when_asked(gateway: Conversation) -> None:
    wrong = create("APBILL", bill(VENDORID="NOBODY"))
    assert gateway.ask(wrong).root.findtext(".//additionalinfo/errorid") == "CO-0001"
    silent = gateway.ask(wrong, control={"showadditionalerrorinfo": "false"})
    assert silent.root.find(".//additionalinfo") is None
    assert "[Support ID: " in (silent.root.findtext(".//description2") or "")


def test_only_post_is_an_answerable_question(gateway: Conversation) -> None:
    assert requests.get(gateway.endpoint, timeout=PATIENCE).status_code == 405
