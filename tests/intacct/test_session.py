"""Sessions: opened alone at the public address, renewed before they end, replaced once, never more."""

import threading

import pytest
import responses
from lxml import etree
from responses import registries

from apps.intacct import (
    AuthenticationRefused,
    Client,
    ConnectionLost,
    ControlRefused,
    Create,
    Done,
    EndpointNotAllowed,
    Missing,
    NotSent,
    OutcomeUnknown,
    RawAnswer,
    SessionUnavailable,
    TimedOut,
    TooManyRequests,
    UnexpectedStatus,
)
from tests.intacct.answers import (
    CONTROL,
    HOST,
    INVALID_SESSION,
    NODE,
    ScriptedTransport,
    authentication,
    authentication_failure,
    control_failure,
    created,
    error,
    refused,
    response,
    session_answer,
)

OK = response(created("f1"))


def opens(**options):
    return lambda body: RawAnswer(200, {}, session_answer(body, **options))


def clock(monkeypatch):
    class Clock:
        now = 1000.0

    monkeypatch.setattr("apps.intacct.session.time.monotonic", lambda: Clock.now)
    return Clock


def run(client, bill, count=1):
    return [client.execute([Create("f1", bill)], control_id="r1") for _ in range(count)]


def test_a_session_is_opened_alone_with_login_at_the_public_address(client_over, bill):
    transport = ScriptedTransport(OK)
    (exchange,) = run(client_over(transport), bill)
    assert isinstance(exchange.outcomes[0], Done)
    (login_url, login_body, _), (url, body, _) = transport.calls
    assert (login_url, url) == (HOST, NODE)
    opening, call = etree.fromstring(login_body), etree.fromstring(body)
    assert opening.findtext("operation/authentication/login/userid") == "xml_gateway"
    assert [one[0].tag for one in opening.iter("function")] == ["getAPISession"]
    assert opening.find("operation/content/function/getAPISession/locationid").text is None
    assert opening.findtext("control/uniqueid") == "false"
    assert call.findtext("operation/authentication/sessionid") == "S1-session-secret"
    assert call.find("operation/authentication/login") is None
    assert call.findtext("control/password") == "sender-secret-1"


@responses.activate(registry=registries.OrderedRegistry)
def test_over_the_wire_calls_come_in_this_order(credentials, bill):
    opened = responses.add_callback  # each answer depends on the control ID asked
    opened(responses.POST, HOST, lambda request: (200, {}, session_answer(request.body)))
    responses.post(NODE, body=OK)
    responses.post(NODE, body=INVALID_SESSION)
    opened(responses.POST, HOST, lambda request: (200, {}, session_answer(request.body, session_id="S2")))
    responses.post(NODE, body=OK)
    client = Client(HOST, credentials)
    assert [type(exchange.outcomes[0]) for exchange in run(client, bill, 2)] == [Done, Done]
    assert b"<sessionid>S2</sessionid>" in responses.calls[-1].request.body
    client.close()


def test_a_session_is_used_again(client_over, bill):
    transport = ScriptedTransport(OK, OK, OK)
    run(client_over(transport), bill, 3)
    assert transport.session_calls == 1


def test_after_invalid_session_there_is_one_login_and_one_repeat(client_over, bill):
    transport = ScriptedTransport(INVALID_SESSION, OK)
    (exchange,) = run(client_over(transport), bill)
    assert isinstance(exchange.outcomes[0], Done)
    assert transport.session_calls == 2
    first, second = (body for _, body, _ in transport.documents)
    assert first == second


def test_a_second_invalid_session_is_raised(client_over, bill):
    transport = ScriptedTransport(INVALID_SESSION, INVALID_SESSION)
    with pytest.raises(AuthenticationRefused):
        run(client_over(transport), bill)
    assert (transport.session_calls, len(transport.documents)) == (2, 2)


@pytest.mark.parametrize(
    ("case", "answer", "kind"),
    [
        ("other authentication failure", authentication_failure(error("XL03000006", "Sign-in information is wrong")),
         AuthenticationRefused),
        ("control failure that says invalid session", control_failure(error("XL03000006", "Invalid session")),
         ControlRefused),
        ("time-out", TimedOut(), TimedOut),
        ("reset", ConnectionLost(), ConnectionLost),
        ("500", RawAnswer(500, {}, OK), UnexpectedStatus),
        ("503", RawAnswer(503, {}, b""), UnexpectedStatus),
        ("429", RawAnswer(429, {}, b""), TooManyRequests),
        ("garbage", b"garbage", OutcomeUnknown),
        ("not sent", NotSent(), NotSent),
    ],
)  # fmt: skip
def test_nothing_else_is_ever_repeated(client_over, bill, case, answer, kind):
    transport = ScriptedTransport(answer, OK, OK)
    with pytest.raises(kind):
        run(client_over(transport), bill)
    assert (transport.session_calls, len(transport.documents)) == (1, 1)


def test_a_missing_result_is_not_asked_for_again(client_over, bill):
    transport = ScriptedTransport(response(), OK)
    (exchange,) = run(client_over(transport), bill)
    assert exchange.outcomes == (Missing("f1"),)
    assert len(transport.documents) == 1


@pytest.mark.parametrize(
    ("case", "answer", "kind"),
    [
        ("time-out", TimedOut(), SessionUnavailable),
        ("reset", ConnectionLost(), SessionUnavailable),
        ("500", RawAnswer(500, {}, b""), SessionUnavailable),
        ("garbage", RawAnswer(200, {}, b"garbage"), SessionUnavailable),
        ("result missing", RawAnswer(200, {}, response()), SessionUnavailable),
        (
            "authentication",
            RawAnswer(200, {}, authentication_failure(error("XL03000006", "x"))),
            AuthenticationRefused,
        ),
        ("sender", RawAnswer(200, {}, control_failure(error("XL03000006", "x"))), ControlRefused),
        ("rate limit", RawAnswer(429, {}, b""), TooManyRequests),
        ("unreachable", NotSent(), NotSent),
    ],
)
def test_when_no_session_opens_the_documents_were_not_sent(client_over, bill, case, answer, kind):
    transport = ScriptedTransport(session=lambda _body: answer)
    with pytest.raises(kind) as caught:
        run(client_over(transport), bill)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert transport.documents == []


def test_the_reason_for_no_session_is_kept(client_over):
    transport = ScriptedTransport(session=lambda _body: RawAnswer(500, {}, b"x"))
    with pytest.raises(SessionUnavailable) as caught:
        client_over(transport).open_session()
    assert isinstance(caught.value.__cause__, UnexpectedStatus)
    assert caught.value.http_status == 500
    assert caught.value.response_xml.startswith("unreadable, 1 bytes")


def test_a_refused_session_function_is_a_refused_sign_in(client_over):
    def refuse(body):
        control_id = etree.fromstring(body).find("operation/content/function").get("controlid")
        failure = error("Get API Session Failed", "The entity is not visible")
        return RawAnswer(200, {}, response(refused(control_id, failure, function="getAPISession")))

    with pytest.raises(AuthenticationRefused) as caught:
        client_over(ScriptedTransport(session=refuse)).open_session()
    assert caught.value.errors[0].errorno == "Get API Session Failed"


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://intacct.com.evil.test/x",
        "http://api.intacct.com/x",
        "https://evil.test/",
        "https://127.0.0.1/",
    ],
)
def test_an_endpoint_in_the_answer_that_is_not_allowed_is_not_called(client_over, bill, endpoint):
    transport = ScriptedTransport(OK, session=opens(endpoint=endpoint))
    with pytest.raises(EndpointNotAllowed):
        run(client_over(transport), bill)
    assert transport.documents == []


def test_a_session_with_an_endpoint_that_is_not_allowed_is_not_opened(client_over):
    with pytest.raises(EndpointNotAllowed):
        client_over(ScriptedTransport(session=opens(endpoint="https://evil.test/"))).open_session()


def test_a_session_is_renewed_before_it_ends(client_over, bill, monkeypatch):
    now = clock(monkeypatch)
    silent = response(created("f1"), auth="<authentication><status>success</status></authentication>")
    transport = ScriptedTransport(silent, silent, silent, session=opens(seconds=600))
    client = client_over(transport)
    run(client, bill)
    now.now += 539
    run(client, bill)
    assert transport.session_calls == 1
    now.now += 1
    run(client, bill)
    assert transport.session_calls == 2


def test_every_answer_moves_the_end_of_the_session(client_over, bill, monkeypatch):
    now = clock(monkeypatch)
    answer = response(created("f1"), auth=authentication(seconds=600))
    transport = ScriptedTransport(answer, answer, answer, session=opens(seconds=600))
    client = client_over(transport)
    for _ in range(3):
        run(client, bill)
        now.now += 500
    assert transport.session_calls == 1


def test_a_session_without_times_is_not_trusted_for_long(client_over, bill, monkeypatch):
    now = clock(monkeypatch)
    bare = "<authentication><status>success</status></authentication>"

    def without_times(body):
        return RawAnswer(200, {}, session_answer(body).replace(authentication().encode(), bare.encode()))

    answer = response(created("f1"), auth=bare)
    transport = ScriptedTransport(answer, answer, session=without_times)
    client = client_over(transport)
    run(client, bill)
    now.now += 3600
    run(client, bill)
    assert transport.session_calls == 2


@pytest.mark.parametrize(("entity", "in_login", "in_session"), [("100", "100", "100"), (None, None, "")])
def test_a_client_for_an_entity_opens_its_own_session(client_over, bill, entity, in_login, in_session):
    transport = ScriptedTransport(OK, OK)
    client = client_over(transport)
    run(client, bill)
    run(client.for_entity(entity), bill)
    assert transport.session_calls == 2
    opening = etree.fromstring(transport.calls[2][1])
    assert opening.findtext("operation/authentication/login/locationid") == in_login
    assert opening.findtext("operation/content/function/getAPISession/locationid") == in_session


def test_threads_share_one_session(client_over, bill):
    transport = ScriptedTransport(*[OK] * 8)
    client = client_over(transport)
    threads = [threading.Thread(target=run, args=(client, bill)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (transport.session_calls, len(transport.documents)) == (1, 8)


def test_opening_and_calling_share_one_deadline(client_over, bill):
    transport = ScriptedTransport(OK)
    client_over(transport, deadline=30.0).execute([Create("f1", bill)], control_id="r1", deadline=9.0)
    first, second = (deadline for _, _, deadline in transport.calls)
    assert second <= first <= 9.0


def test_open_session_always_signs_in_and_shows_no_secret(client_over):
    transport = ScriptedTransport()
    client = client_over(transport)
    client.open_session()
    session = client.open_session()
    assert transport.session_calls == 2
    assert (session.endpoint, session.entity_id) == (NODE, None)
    assert "S1-session-secret" not in repr(session)


def test_an_asynchronous_request_signs_in_by_login(client_over, bill):
    acknowledged = f"<response><acknowledgement><status>success</status></acknowledgement>{CONTROL}</response>"
    transport = ScriptedTransport(acknowledged.encode())
    exchange = client_over(transport).execute([Create("f1", bill)], control_id="r1", policy_id="P1")
    assert exchange.acknowledged
    ((url, body, _),) = transport.calls
    root = etree.fromstring(body)
    assert url == HOST
    assert root.findtext("control/policyid") == "P1"
    assert root.find("operation/authentication/login") is not None
