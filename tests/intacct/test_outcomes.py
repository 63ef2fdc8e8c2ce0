"""Outcomes: matched by control ID, and success only where the answer says so at every level."""

import pytest
from lxml import etree

from apps.intacct import (
    AuthenticationRefused,
    Conflicting,
    ControlRefused,
    Create,
    Delete,
    Done,
    FieldInfo,
    FunctionRefused,
    GetApiSession,
    Inspect,
    LegacyCreate,
    Lookup,
    Missing,
    NotUnderstood,
    OutcomeUnknown,
    Query,
    RawAnswer,
    ReadByQuery,
    Record,
    RelationshipInfo,
    ServiceUnavailable,
    TooManyRequests,
    TypeInfo,
    Update,
    read_response,
)
from tests.intacct.answers import (
    CONTROL,
    ROLLED_BACK,
    authentication,
    authentication_failure,
    control_failure,
    created,
    error,
    refused,
    response,
)

BILL = Record.of("APBILL", {"VENDORID": "V1"})
DUPLICATE = error("BL34000061", "Another Bill already exists [Support ID: a%7Eb]")


def bills(count):
    return [Create(f"f{n}", BILL) for n in range(1, count + 1)]


def read(content, functions, status=200, **headers):
    return read_response(RawAnswer(status, headers, content), functions)


def outcome(result, function):
    return read(response(result), [function]).outcomes[0]


def test_a_created_record_is_done_with_its_number():
    exchange = read(response(created("f1", "3430")), bills(1))
    (done,) = exchange.outcomes
    assert isinstance(done, Done)
    assert (done.record_no, done.object_name, done.function) == ("3430", "apbill", "create")
    assert done.record_url.startswith("https://www.intacct.com/")
    assert (exchange.foreign, exchange.http_status) == ((), 200)


def test_results_in_another_order_reach_their_functions():
    exchange = read(response(created("f3", "30"), created("f1", "10"), created("f2", "20")), bills(3))
    assert [one.record_no for one in exchange.outcomes] == ["10", "20", "30"]


def test_a_dropped_result_is_missing_and_the_others_stand():
    exchange = read(response(created("f1", "10"), created("f3", "30")), bills(3))
    assert [type(one) for one in exchange.outcomes] == [Done, Missing, Done]
    assert exchange.outcomes[1].control_id == "f2"


def test_a_result_twice_and_equal_is_one():
    exchange = read(response(created("f1", "10"), created("f1", "10")), bills(1))
    assert exchange.outcomes[0].record_no == "10"


@pytest.mark.parametrize(
    ("case", "second"),
    [
        ("another record", created("f1", "11")),
        ("a refusal", refused("f1", DUPLICATE)),
        ("without number", created("f1", "")),
    ],
)
def test_a_result_twice_and_different_is_a_conflict(case, second):
    (conflict,) = read(response(created("f1", "10"), second), bills(1)).outcomes
    assert isinstance(conflict, Conflicting)
    assert len(conflict.outcomes) == 2


def test_a_result_that_is_not_ours_is_named_and_ignored():
    exchange = read(response(created("theirs", "99"), created("f1", "10")), bills(1))
    assert exchange.foreign == ("theirs",)
    assert [one.record_no for one in exchange.outcomes] == ["10"]


def test_a_success_without_record_number_has_none():
    assert outcome(created("f1", ""), Create("f1", BILL)).record_no is None


@pytest.mark.parametrize(
    ("case", "data"),
    [
        ("no data", ""),
        ("empty data", "<data/>"),
        ("no number", "<data><apbill/></data>"),
        ("two numbers", "<data><apbill><RECORDNO>1</RECORDNO><RECORDNO>2</RECORDNO></apbill></data>"),
        ("number in pieces", "<data><apbill><RECORDNO>1<b/></RECORDNO></apbill></data>"),
    ],
)
def test_a_success_without_one_clear_record_number_has_none(case, data):
    result = f"<result><status>success</status><function>create</function><controlid>f1</controlid>{data}</result>"
    assert outcome(result, Create("f1", BILL)).record_no is None


def test_a_comment_inside_a_record_number_does_not_cut_it():
    assert outcome(created("f1", "34<!-- x -->30"), Create("f1", BILL)).record_no == "3430"


@pytest.mark.parametrize(
    ("case", "result", "function"),
    [
        ("other function", created("f1", function="update"), Create("f1", BILL)),
        ("function absent", created("f1").replace("<function>create</function>", ""), Create("f1", BILL)),
        ("other object", created("f1", name="arinvoice"), Create("f1", BILL)),
        ("success with errors", created("f1").replace("<data", f"<errormessage>{DUPLICATE}</errormessage><data"),
         Create("f1", BILL)),
        ("list of another object",
         '<result><status>success</status><function>query</function><controlid>f1</controlid>'
         '<data listtype="VENDOR" totalcount="0" offset="0" count="0" numremaining="0"/></result>',
         Query("f1", "APBILL", ["RECORDNO"])),
    ],
)  # fmt: skip
def test_a_result_for_something_else_is_never_done(case, result, function):
    assert isinstance(outcome(result, function), Conflicting)


@pytest.mark.parametrize(
    ("case", "result"),
    [
        ("unknown status", created("f1").replace("success", "Success")),
        ("status with a space", created("f1").replace("<status>success", "<status> success")),
        ("no status", created("f1").replace("<status>success</status>", "")),
        ("two statuses", created("f1").replace("<status>", "<status>failure</status><status>", 1)),
        ("status in pieces", created("f1").replace("success", "success<b/>", 1)),
        (
            "two records",
            created("f1").replace("</apbill>", "</apbill><apbill><RECORDNO>2</RECORDNO></apbill>"),
        ),
        ("two data", created("f1").replace("</data>", "</data><data/>")),
    ],
)
def test_a_result_that_is_not_clearly_a_success_is_missing(case, result):
    assert isinstance(outcome(result, Create("f1", BILL)), Missing)


def test_a_result_with_two_control_ids_belongs_to_nobody():
    twice = created("f1").replace("<controlid>", "<controlid>f2</controlid><controlid>")
    exchange = read(response(twice), bills(2))
    assert [type(one) for one in exchange.outcomes] == [Missing, Missing]
    assert exchange.foreign == ("",)


def test_a_refused_function_says_why():
    refusal = outcome(refused("f1", error("BL01001973", "Could not create Bill record!"), DUPLICATE),
                      Create("f1", BILL))  # fmt: skip
    assert isinstance(refusal, FunctionRefused)
    assert refusal.primary.errorno == "BL34000061"
    assert refusal.primary.description2 == "Another Bill already exists"
    assert not refusal.aborted
    assert refusal.is_culprit


def test_of_a_rolled_back_batch_the_culprit_is_told_from_the_others():
    exchange = read(
        response(
            refused("f1", DUPLICATE, ROLLED_BACK, status="aborted"),
            refused("f2", ROLLED_BACK, status="aborted"),
        ),
        bills(2),
    )
    assert [(one.aborted, one.is_culprit, one.primary.errorno) for one in exchange.outcomes] == [
        (True, True, "BL34000061"),
        (True, False, "XL03000009"),
    ]


def test_a_refusal_without_reason_is_still_a_refusal():
    refusal = outcome(refused("f1"), Create("f1", BILL))
    assert isinstance(refusal, FunctionRefused)
    assert refusal.primary.errorno == ""
    assert str(refusal)


def test_the_key_of_a_legacy_creator_is_the_record_number():
    result = (
        "<result><status>success</status><function>create_invoice</function><controlid>f1</controlid>"
        "<key>8123</key></result>"
    )
    done = outcome(result, LegacyCreate("f1", "create_invoice", Record.of("x", {})))
    assert (done.record_no, done.key) == ("8123", "8123")


def test_an_update_and_a_delete_are_done():
    done = outcome(created("f1", "12", function="update"), Update("f1", BILL))
    assert done.record_no == "12"
    result = "<result><status>success</status><function>delete</function><controlid>f1</controlid></result>"
    assert isinstance(outcome(result, Delete("f1", "APBILL", ["12"])), Done)


def page(attributes, rows, function="query"):
    return (
        f"<result><status>success</status><function>{function}</function><controlid>f1</controlid>"
        f"<data {attributes}>{rows}</data></result>"
    )


def test_a_page_of_a_query_has_rows_and_counts():
    rows = "<APBILL><RECORDNO>1</RECORDNO><VENDOR.NAME>X</VENDOR.NAME></APBILL><APBILL><RECORDNO>2</RECORDNO></APBILL>"
    done = outcome(
        page('listtype="APBILL" totalcount="5" offset="0" count="2" numremaining="3"', rows),
        Query("f1", "APBILL", ["RECORDNO"]),
    )
    assert [row.text("recordno") for row in done.rows] == ["1", "2"]
    assert done.rows[0].text("VENDOR.NAME") == "X"
    assert (done.total, done.remaining, done.result_id) == (5, 3, None)


def test_a_page_of_legacy_paging_has_a_result_id_and_lower_case_rows():
    done = outcome(
        page('listtype="glbatch" count="1" totalcount="2" numremaining="1" resultId="r-7"',
             "<glbatch><RECORDNO>1</RECORDNO></glbatch>", "readByQuery"),
        ReadByQuery("f1", "GLBATCH"),
    )  # fmt: skip
    assert (done.result_id, done.remaining, len(done.rows)) == ("r-7", 1, 1)


def test_an_empty_set_is_done_without_rows():
    done = outcome(
        page('listtype="department" count="0" totalcount="0" numremaining="0" resultId=""', "", "readByQuery"),
        ReadByQuery("f1", "DEPARTMENT"),
    )
    assert (done.rows, done.total, done.result_id) == ((), 0, None)


def test_a_page_with_fewer_rows_than_it_says_proves_nothing():
    result = page('listtype="APBILL" count="2" totalcount="2" numremaining="0"', "<APBILL/>")
    assert isinstance(outcome(result, Query("f1", "APBILL", ["RECORDNO"])), Missing)


def test_a_lookup_gives_fields_and_relationships():
    result = page(
        'listtype="All" count="1"',
        '<Type Name="APTERM" DocumentType=""><Fields><Field><ID>NAME</ID><LABEL>Term</LABEL>'
        "<DESCRIPTION>Name</DESCRIPTION><REQUIRED>true</REQUIRED><READONLY>false</READONLY>"
        "<DATATYPE>TEXT</DATATYPE><ISCUSTOM>false</ISCUSTOM></Field><Field><ID>STATUS</ID>"
        "<DATATYPE>ENUM</DATATYPE><VALIDVALUES><VALIDVALUE>active</VALIDVALUE><VALIDVALUE>inactive</VALIDVALUE>"
        "</VALIDVALUES></Field></Fields><Relationships><Relationship><OBJECTPATH>PARENT</OBJECTPATH>"
        "<OBJECTNAME>APTERM</OBJECTNAME><LABEL>Parent</LABEL><RELATIONSHIPTYPE>MANY2ONE</RELATIONSHIPTYPE>"
        "<RELATEDBY>PARENTID</RELATEDBY></Relationship></Relationships></Type>",
        "lookup",
    )
    done = outcome(result, Lookup("f1", "APTERM"))
    assert done.fields == (
        FieldInfo("NAME", "Term", "Name", "TEXT", required=True),
        FieldInfo("STATUS", data_type="ENUM", valid_values=("active", "inactive")),
    )
    assert done.relationships == (RelationshipInfo("PARENT", "APTERM", "Parent", "MANY2ONE", "PARENTID"),)


def test_an_inspection_gives_objects_or_fields():
    listed = outcome(
        page("", '<type typename="APBILL">Bill</type><type typename="ITEM">Item</type>', "inspect"),
        Inspect("f1"),
    )
    assert listed.types == (TypeInfo("APBILL", "Bill"), TypeInfo("ITEM", "Item"))
    plain = outcome(page("", "<Type Name='ITEM'><Fields><Field>ITEMID</Field></Fields></Type>", "inspect"),
                    Inspect("f1", "ITEM"))  # fmt: skip
    assert plain.fields == (FieldInfo("ITEMID"),)
    full = outcome(
        page("", "<Type Name='ITEM'><Fields><Field><Name>ITEMID</Name><dataName>Pt_FieldString</dataName>"
             "<isRequired>1</isRequired><maxLength>30</maxLength></Field></Fields></Type>", "inspect"),
        Inspect("f1", "ITEM", detail=True),
    )  # fmt: skip
    assert full.fields == (FieldInfo("ITEMID", data_type="Pt_FieldString", required=True, max_length=30),)


def test_a_session_answer_shows_no_session_in_its_representation():
    result = page("", "<api><sessionid>S-secret</sessionid><endpoint>https://x</endpoint></api>", "getAPISession")
    done = outcome(result, GetApiSession("f1"))
    assert done.session.session_id == "S-secret"
    assert "S-secret" not in repr(done)


def test_the_stored_response_holds_only_the_results_of_one_function():
    exchange = read(response(created("f1", "10"), created("f2", "20"), created("f2", "20")), bills(2))
    document = etree.fromstring(exchange.response_for("f2"))
    assert [one.text for one in document.iter("controlid")] == ["request-1", "f2", "f2"]
    assert document.findtext("control/status") == "success"
    assert etree.fromstring(exchange.response_for("nobody")).find("operation/result") is None


# The levels above the results


def test_a_control_failure_refuses_the_request():
    content = control_failure(error("XL03000006", "Incorrect Intacct XML Partner ID or password."))
    with pytest.raises(ControlRefused) as caught:
        read(content, bills(1))
    assert caught.value.errors[0].errorno == "XL03000006"
    assert "sender ID" in str(caught.value)
    assert "<status>failure</status>" in caught.value.response_xml


def test_an_authentication_failure_refuses_the_request():
    with pytest.raises(AuthenticationRefused) as caught:
        read(authentication_failure(error("XL03000006", "Sign-in information is incorrect")), bills(1))
    assert not caught.value.session_ended
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("case", "content"),
    [
        ("other root", b"<html/>"),
        ("no control", b"<response/>"),
        ("control without status", b"<response><control/></response>"),
        ("no operation", f"<response>{CONTROL}</response>".encode()),
        ("two controls", f"<response>{CONTROL}{CONTROL}</response>".encode()),
        ("two operations", response().replace(b"</response>", b"<operation/></response>")),
        ("no authentication", response(created("f1"), auth=" ")),
        ("unknown authentication status", response(created("f1"), auth=authentication("Success"))),
        (
            "control status in capitals",
            response(created("f1"), control=CONTROL.replace("success", "SUCCESS")),
        ),
        (
            "control failed, yet results",
            response(created("f1"), control=CONTROL.replace("success", "failure")),
        ),
        ("authentication failed, yet results", response(created("f1"), auth=authentication("failure"))),
        (
            "errors beside a success",
            response(created("f1"), tail=f"<errormessage>{DUPLICATE}</errormessage>"),
        ),
    ],
)
def test_an_answer_that_contradicts_itself_or_says_nothing_is_unknown(case, content):
    with pytest.raises(NotUnderstood) as caught:
        read(content, bills(1))
    assert isinstance(caught.value, OutcomeUnknown)
    assert caught.value.http_status == 200


@pytest.mark.parametrize(
    ("case", "content", "kind"),
    [
        ("rate limit", control_failure(error("GW-0010", "Too many")), TooManyRequests),
        ("rate limit in words", control_failure(error("", "API rate limit exceeded")), TooManyRequests),
        ("front layer", control_failure(error("GW-0013", "x")), ServiceUnavailable),
        ("invalid request", control_failure(error("GW-0011", "Invalid Request")), ControlRefused),
        ("maintenance", control_failure(error("x", "The Service is Temporarily Off-line")), ServiceUnavailable),
        ("maintenance without control",
         f"<response><errormessage>{error('x', 'The Service is Temporarily Off-line')}</errormessage></response>"
         .encode(), ServiceUnavailable),
        ("sign-in at the front layer", control_failure(error("XMLGW_JPP0002", "x")), AuthenticationRefused),
        ("schema", control_failure(error("XL03000003", "XML Parse schema error")), ControlRefused),
    ],
)  # fmt: skip
def test_refusals_of_the_whole_request_have_their_class(case, content, kind):
    with pytest.raises(kind) as caught:
        read(content, bills(1))
    assert type(caught.value) is kind


def test_an_acknowledged_request_has_no_outcomes_yet():
    content = f"<response><acknowledgement><status>success</status></acknowledgement>{CONTROL}</response>".encode()
    exchange = read(content, bills(1))
    assert exchange.acknowledged
    assert exchange.outcomes == (Missing("f1"),)
