"""What leaves the module holds no secret: documents, messages, representations, logs."""

import logging
import pickle
import traceback
from dataclasses import replace

import pytest
from lxml import etree

from apps.intacct import (
    AuthenticationRefused,
    Client,
    Create,
    FunctionRefused,
    RawAnswer,
    Record,
    RenderError,
    TooManyRequests,
    read_response,
    redact,
)
from apps.intacct.envelope import RequestBody
from tests.intacct.answers import (
    HOST,
    ScriptedTransport,
    authentication_failure,
    created,
    error,
    refused,
    response,
)

SECRETS = ("sender-secret-1", "user-secret-2", "S1-session-secret")


def assert_clean(text):
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize(
    "xml",
    [
        "<a><password>hunter22</password></a>",
        "<a><PassWord>hunter22</PassWord></a>",
        "<a><sessionid>hunter22</sessionid></a>",
        "<a><SESSIONID>hunter22</SESSIONID></a>",
        "<a><SessionId><b>hunter22</b></SessionId></a>",
        '<a xmlns:x="u"><x:sessionid>hunter22</x:sessionid></a>',
        '<a xmlns="u"><password>hunter22</password></a>',
        '<a password="hunter22"/>',
        '<a xmlns:x="u" x:SessionID="hunter22"/>',
        "<a><user_password>hunter22</user_password></a>",
        "<a><accessToken>hunter22</accessToken></a>",
        "<a><oauth>hunter22</oauth></a>",
        "<sessionid>hunter22</sessionid>",
        '<a><password kept="hunter22">x</password></a>',
    ],
)
def test_a_secret_is_found_by_its_name(xml):
    for document in (xml.encode(), etree.fromstring(xml)):
        text = redact(document)
        assert "hunter22" not in text
        assert "***" in text
        etree.fromstring(text)


def test_a_known_secret_is_found_by_its_value():
    xml = b'<a note="Invalid session S1-session-secret"><b>S1-session-secret!</b>S1-session-secret</a>'
    shown = redact(xml, secrets=SECRETS)
    assert_clean(shown)
    assert [shown.count(part) for part in ("Invalid session ***", "***!", "***")] == [1, 1, 3]


def test_redaction_changes_nothing_else():
    xml = "<a><amount>100.00</amount><text> two  spaces </text><empty/><passwordhint>x</passwordhint></a>"
    plain = redact(xml.encode())
    assert [(one.tag, one.text) for one in etree.fromstring(plain)] == [
        (one.tag, one.text) for one in etree.fromstring(xml)
    ]


def test_redaction_leaves_the_tree_alone():
    tree = etree.fromstring("<a><password>x1234</password></a>")
    redact(tree)
    assert tree.findtext("password") == "x1234"


@pytest.mark.parametrize("content", [b"", b"<password>x</password", b"<!DOCTYPE a><a/>", b"\xff" * 10])
def test_what_cannot_be_read_is_described_and_not_quoted(content):
    text = redact(content)
    assert text.startswith(f"unreadable, {len(content)} bytes, sha256 ")
    assert len(text) < 120


def test_no_representation_shows_a_secret(client_over, credentials):
    client = client_over(ScriptedTransport())
    session = client.open_session()
    for shown in (credentials, client, session, client._line, RequestBody(b"user-secret-2")):
        assert_clean(repr(shown))
        assert_clean(str(shown))
        assert_clean(f"{shown}")
    assert_clean(repr([RequestBody(b"user-secret-2")]))


def test_no_stored_document_shows_a_secret(client_over, bill):
    echo = response(created("f1").replace("<RECORD_URL>", "<RECORD_URL>https://x/?s=S1-session-secret"))
    client = client_over(ScriptedTransport(echo))
    assert_clean(client.describe(Create("f1", bill), control_id="r1"))
    exchange = client.execute([Create("f1", bill)], control_id="r1")
    assert_clean(exchange.response_for("f1"))
    assert_clean(repr(exchange).replace("https://x/?s=S1-session-secret", ""))


def test_a_secret_echoed_by_the_gateway_is_blanked_in_errors(client_over, bill):
    text = "Invalid session S1-session-secret for user-secret-2"
    transport = ScriptedTransport(*[authentication_failure(error("XL03000006", text))] * 2)
    with pytest.raises(AuthenticationRefused) as caught:
        client_over(transport).execute([Create("f1", bill)], control_id="r1")
    raised = caught.value
    assert raised.errors[0].description2 == "Invalid session *** for ***"
    for shown in (str(raised), repr(raised), raised.response_xml, repr(raised.errors), raised.next_step):
        assert_clean(shown)


def test_a_secret_echoed_in_a_refusal_is_blanked(client_over, bill):
    transport = ScriptedTransport(response(refused("f1", error("X", "bad user-secret-2"))))
    (refusal,) = client_over(transport).execute([Create("f1", bill)], control_id="r1").outcomes
    assert isinstance(refusal, FunctionRefused)
    assert_clean(str(refusal) + repr(refusal) + repr(refusal.errors))


def test_no_traceback_with_local_variables_shows_a_secret(client_over, bill):
    transport = ScriptedTransport(RawAnswer(429, {}, b""))
    with pytest.raises(TooManyRequests) as caught:
        client_over(transport).execute([Create("f1", bill)], control_id="r1")
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    # The scripted transport of the test keeps what it was sent; the product's own frames must not.
    frames = [frame for frame in shown.stack if "apps/intacct" in frame.filename]
    assert frames
    for frame in frames:
        assert_clean(repr(frame.locals))


def test_the_log_names_the_call_and_nothing_of_its_content(client_over, bill, caplog):
    caplog.set_level(logging.DEBUG)
    functions = [Create("f1", bill), Create("f2", bill)]
    client_over(ScriptedTransport(response(created("f1")))).execute(functions, control_id="r\u20281")
    lines = [record.getMessage() for record in caplog.records if record.name == "apps.intacct"]
    assert len(lines) == 2
    assert "control_id='r\\u20281' functions=create:2 count=2 status=200 ms=" in lines[1]
    assert_clean(caplog.text)
    assert "V100" not in caplog.text


def test_a_password_with_a_control_character_is_refused_without_being_shown(client_over, bill, credentials):
    client = Client(HOST, replace(credentials, user_password="user-secret-2\x00"), transport=ScriptedTransport())
    with pytest.raises(RenderError) as caught:
        client.open_session()
    assert caught.value.field == "user password"
    assert_clean(str(caught.value))


def test_the_body_to_send_is_still_bytes():
    body = RequestBody(b"<a/>")
    assert body == b"<a/>"
    assert bytes(body) == b"<a/>"
    assert pickle.loads(pickle.dumps(body)) == b"<a/>"  # noqa: S301


def test_reading_with_known_secrets_does_not_change_the_rows():
    content = response(created("f1", "user-secret-2"))
    exchange = read_response(RawAnswer(200, {}, content), [Create("f1", Record.of("APBILL", {}))], secrets=SECRETS)
    assert exchange.outcomes[0].record_no == "user-secret-2"
    assert_clean(exchange.response_for("f1"))
