"""The request document: order, authentication, caps, and the published schema as judge."""

import copy
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from apps.intacct import (
    Create,
    Credentials,
    Delete,
    GetApiSession,
    Inspect,
    LegacyCreate,
    Lookup,
    NotSent,
    Query,
    Read,
    ReadByName,
    ReadByQuery,
    ReadMore,
    Record,
    RenderError,
    RequestTooLarge,
    Update,
)
from apps.intacct.envelope import (
    MAX_REQUEST_BYTES,
    MAX_SINGLE_REQUEST_BYTES,
    ControlBlock,
    build_request,
    login,
    session_login,
    write_request,
)
from tests.intacct.answers import ScriptedTransport, created, response

INVOICE = Record.of(
    "invoice",
    {
        "customerid": "C1",
        "datecreated": date(2026, 3, 1),
        "termname": "N30",
        "invoiceitems": [Record.of("lineitem", {"glaccountno": "4000", "amount": Decimal("10.50")})],
    },
)

# Newer than the 2019 edition of the schema; set aside by name before it judges.
NEWER_CONTROL = ("showadditionalerrorinfo",)
NEWER_FUNCTIONS = ("query", "lookup")


def build(functions, *, credentials, authentication=None, **control):
    return build_request(
        ControlBlock("request-1", **control),
        credentials,
        login(credentials) if authentication is None else authentication,
        [(one.control_id, one.to_element()) for one in functions],
    )


def without_newer(root):
    older = copy.deepcopy(root)
    for name in NEWER_CONTROL:
        for element in older.findall(f"control/{name}"):
            element.getparent().remove(element)
    for name in NEWER_FUNCTIONS:
        for element in older.findall(f".//function/{name}"):
            element.getparent().getparent().remove(element.getparent())
    return older


def test_request_validates_against_the_published_schema(credentials, request_schema):
    functions = [
        Create("f1", Record.of("APBILL", {"VENDORID": "V1"})),
        Update("f2", Record.of("CUSTOMER", {"CUSTOMERID": "C1", "STATUS": "inactive"})),
        Delete("f3", "APBILL", ["12", "13"]),
        Read("f4", "APBILL", ["12"]),
        ReadByName("f5", "VENDOR", ["V1"], ["RECORDNO", "NAME"]),
        ReadByQuery("f6", "GLBATCH", "BATCH_DATE > '01/31/2026'"),
        ReadMore("f7", "result-1"),
        Inspect("f8", "CUSTOMER", detail=True),
        LegacyCreate("f9", "create_invoice", INVOICE),
        Query("f10", "APTERM", ["RECORDNO"]),
        Lookup("f11", "APTERM"),
    ]
    root = without_newer(build(functions, credentials=credentials, policy_id="P1"))
    request_schema.assertValid(etree.fromstring(etree.tostring(root)))


@pytest.mark.parametrize("location", ["", "100", None])
def test_session_request_validates_against_the_published_schema(credentials, request_schema, location):
    root = without_newer(build([GetApiSession("f1", location)], credentials=credentials))
    request_schema.assertValid(etree.fromstring(etree.tostring(root)))


def test_control_block_has_the_order_of_the_protocol(credentials):
    root = build([Lookup("f1", "ITEM")], credentials=credentials, policy_id="P1", unique=False)
    assert [(child.tag, child.text) for child in root.find("control")] == [
        ("senderid", "XT_mfg"),
        ("password", "sender-secret-1"),
        ("controlid", "request-1"),
        ("uniqueid", "false"),
        ("dtdversion", "3.0"),
        ("policyid", "P1"),
        ("includewhitespace", "false"),
        ("showadditionalerrorinfo", "true"),
    ]


def test_unique_is_asked_for_by_default(credentials):
    assert build([Lookup("f1", "ITEM")], credentials=credentials).findtext("control/uniqueid") == "true"


@pytest.mark.parametrize(("transaction", "text"), [(True, "true"), (False, "false")])
def test_operation_says_whether_it_is_a_transaction(credentials, transaction, text):
    root = build([Lookup("f1", "ITEM")], credentials=credentials, transaction=transaction)
    assert root.find("operation").attrib == {"transaction": text}


def test_login_has_the_order_of_the_protocol():
    element = login(Credentials("S", "sp", "ACME", "user", "up", "100"))
    assert [(child.tag, child.text) for child in element] == [
        ("userid", "user"),
        ("companyid", "ACME"),
        ("password", "up"),
        ("locationid", "100"),
    ]


def test_login_at_the_top_level_names_no_location(credentials):
    assert login(credentials).find("locationid") is None


def test_session_login_is_the_session_alone(credentials):
    root = build([Lookup("f1", "ITEM")], credentials=credentials, authentication=session_login("S1"))
    assert [(one.tag, one.text) for one in root.find("operation/authentication")] == [("sessionid", "S1")]


@pytest.mark.parametrize("count", [1, 99, 100])
def test_up_to_a_hundred_functions_travel_together(credentials, count):
    root = build([Lookup(f"f{n}", "ITEM") for n in range(count)], credentials=credentials)
    assert len(root.findall("operation/content/function")) == count


@pytest.mark.parametrize("count", [0, 101])
def test_no_function_or_more_than_a_hundred_are_refused(credentials, count):
    with pytest.raises(RequestTooLarge):
        build([Lookup(f"f{n}", "ITEM") for n in range(count)], credentials=credentials)


CAPS = [
    ("a batch", 2, MAX_REQUEST_BYTES, -1),
    ("a batch", 2, MAX_REQUEST_BYTES, 0),
    ("a batch", 2, MAX_REQUEST_BYTES, 1),
    ("one document", 1, MAX_SINGLE_REQUEST_BYTES, 0),
    ("one document", 1, MAX_SINGLE_REQUEST_BYTES, 1),
]


@pytest.mark.parametrize(("what", "functions", "cap", "surplus"), CAPS)
def test_requests_have_a_cap(credentials, what, functions, cap, surplus):
    """400 KB for a batch; one document alone may have 10,000 lines."""

    def root(filler):
        fillers = [filler, *["x"] * (functions - 1)]
        bills = [Create(f"f{n}", Record.of("APBILL", {"MEMO": text})) for n, text in enumerate(fillers)]
        return build(bills, credentials=credentials)

    room = cap - len(write_request(root("x"))) + 1
    document = root("x" * (room + surplus))
    if surplus > 0:
        with pytest.raises(RequestTooLarge) as caught:
            write_request(document)
        assert isinstance(caught.value, NotSent)
    else:
        assert len(write_request(document)) == cap + surplus


@pytest.mark.parametrize("control_id", ["", " f1", "f1\n", "x" * 257, "f\x07"])
def test_bad_control_id_is_refused_before_anything_is_sent(client_over, bill, control_id):
    transport = ScriptedTransport()
    with pytest.raises(RenderError):
        client_over(transport).execute([Create(control_id, bill)], control_id="r1")
    assert transport.documents == []


@pytest.mark.parametrize(
    ("case", "functions"),
    [
        ("none", []),
        ("same control ID twice", [Lookup("f1", "ITEM"), Lookup("f1", "VENDOR")]),
        ("getAPISession in company", [GetApiSession("f1"), Lookup("f2", "VENDOR")]),
    ],
)
def test_impossible_requests_are_refused_before_a_session_is_opened(client_over, case, functions):
    transport = ScriptedTransport()
    with pytest.raises(RenderError):
        client_over(transport).execute(functions, control_id="r1")
    assert transport.calls == []


def test_description_is_the_request_that_will_be_sent_without_its_secrets(client_over, bill):
    transport = ScriptedTransport(response(created("f2")))
    client = client_over(transport)
    function = Create("f2", bill)
    described = client.describe(function, control_id="r1")
    client.execute([function], control_id="r1")

    sent = etree.fromstring(transport.documents[0][1])
    for secret in (sent.find("control/password"), sent.find("operation/authentication/sessionid")):
        secret.text = "***"
    etree.indent(sent, space="  ")
    assert described.strip() == etree.tostring(sent, encoding="unicode")


def test_description_holds_only_the_function_asked_for(client_over, bill):
    described = client_over(ScriptedTransport()).describe(Create("f2", bill), control_id="r1")
    assert [one.get("controlid") for one in etree.fromstring(described).iter("function")] == ["f2"]
