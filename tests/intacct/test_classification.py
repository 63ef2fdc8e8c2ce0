"""Classification: each exception of the library and each HTTP status has exactly one class (2.7)."""

import socket

import pytest
import requests
import responses
import urllib3.exceptions as urllib3_errors

from apps.intacct import (
    AuthenticationRefused,
    CertificateRefused,
    ConnectionLost,
    ConnectTimedOut,
    Lookup,
    NotSent,
    NotXml,
    OutcomeUnknown,
    RawAnswer,
    Redirected,
    Refused,
    RequestRefused,
    TimedOut,
    TooManyRequests,
    UnexpectedStatus,
    Unreachable,
    read_response,
)
from apps.intacct.transport import classify_failure
from tests.intacct.answers import HOST, control_failure, created, error, response

OK = response(created("f1"))
ASKED = [Lookup("f1", "ITEM")]


# Every exception of the library has one class


def over(cause):
    return urllib3_errors.MaxRetryError(None, "/", cause)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (requests.ConnectionError(over(urllib3_errors.NewConnectionError(None, "refused"))), Unreachable),
        (
            requests.ConnectionError(over(urllib3_errors.NameResolutionError("h", None, socket.gaierror()))),
            Unreachable,
        ),
        (requests.ConnectTimeout(over(urllib3_errors.ConnectTimeoutError())), ConnectTimedOut),
        (requests.exceptions.SSLError("certificate"), CertificateRefused),
        (requests.ReadTimeout(), TimedOut),
        (requests.Timeout(), TimedOut),
        (requests.ConnectionError(urllib3_errors.ReadTimeoutError(None, "/", "")), TimedOut),
        (requests.ConnectionError(urllib3_errors.ProtocolError("x", ConnectionResetError())), ConnectionLost),
        (requests.ConnectionError(), ConnectionLost),
        (requests.exceptions.ChunkedEncodingError(), ConnectionLost),
        (requests.exceptions.ContentDecodingError(), ConnectionLost),
        (requests.exceptions.ProxyError(), ConnectionLost),
        (requests.exceptions.RetryError(), ConnectionLost),
        (requests.exceptions.StreamConsumedError(), ConnectionLost),
        (requests.exceptions.InvalidURL(), NotSent),
        (requests.exceptions.MissingSchema(), NotSent),
        (requests.exceptions.InvalidSchema(), NotSent),
        (requests.exceptions.InvalidHeader(), NotSent),
        (urllib3_errors.ProtocolError(), ConnectionLost),
        (urllib3_errors.IncompleteRead(1, 2), ConnectionLost),
        (urllib3_errors.ReadTimeoutError(None, "/", ""), TimedOut),
        (urllib3_errors.SSLError(), ConnectionLost),
        (ConnectionResetError(), ConnectionLost),
        (OSError(), ConnectionLost),
    ],
    ids=lambda value: getattr(type(value), "__name__", "") if isinstance(value, Exception) else value.__name__,
)
def test_each_exception_of_the_library_has_exactly_one_class(raised, kind):
    assert type(classify_failure(raised)) is kind


def known_exceptions():
    return sorted(
        {
            one
            for module in (requests.exceptions, urllib3_errors)
            for one in vars(module).values()
            if isinstance(one, type) and issubclass(one, requests.RequestException | urllib3_errors.HTTPError)
        },
        key=lambda one: one.__qualname__,
    )


@pytest.mark.parametrize("kind", known_exceptions(), ids=lambda kind: kind.__qualname__)
def test_no_exception_of_the_library_is_without_a_class(kind):
    raised = kind.__new__(kind)
    assert isinstance(classify_failure(raised), NotSent | OutcomeUnknown)


@pytest.mark.parametrize(
    "raised",
    [
        requests.ConnectionError(urllib3_errors.ProtocolError("x", ConnectionResetError())),
        requests.ReadTimeout(),
        requests.exceptions.ChunkedEncodingError(),
    ],
)
@responses.activate
def test_nothing_of_the_request_hangs_on_the_error(transport, raised):
    responses.post(HOST, body=raised)
    with pytest.raises(OutcomeUnknown) as caught:
        transport.post(HOST, b"<password>user-secret-2</password>", 5)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert len(responses.calls) == 1


# Statuses

FAILURE = control_failure(error("XMLGW_JPP0002", "Sign-in information is incorrect."))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>Service</html>", OutcomeUnknown),
        (200, b"", NotXml),
        (201, b"", NotXml),
        (204, b"", NotXml),
        (300, OK, Redirected),
        (304, b"", Redirected),
        (400, control_failure(error("GW-0011", "Invalid Request")), Refused),
        (400, b"Bad Request", RequestRefused),
        (400, f"<response><errormessage>{error('invalidRequest')}</errormessage></response>".encode(), Refused),
        (401, FAILURE, AuthenticationRefused),
        (401, b"", AuthenticationRefused),
        (403, b"<html", AuthenticationRefused),
        (404, b"Not found", RequestRefused),
        (408, b"", UnexpectedStatus),
        (413, b"", RequestRefused),
        (429, b"", TooManyRequests),
        (429, control_failure(error("GW-0010", "x")), TooManyRequests),
        (429, OK, TooManyRequests),
        *[(status, body, UnexpectedStatus) for status in (500, 502, 503, 504, 524) for body in (b"", OK)],
    ],
)
def test_each_status_has_its_class(status, body, kind):
    with pytest.raises(kind) as caught:
        read_response(RawAnswer(status, {}, body), ASKED)
    assert caught.value.http_status == status


def test_a_refusal_with_a_document_is_read_as_an_answer():
    exchange = read_response(RawAnswer(400, {}, response(created("f1"))), ASKED)
    assert len(exchange.outcomes) == 1


def test_a_server_error_keeps_what_the_gateway_said():
    with pytest.raises(UnexpectedStatus) as caught:
        read_response(RawAnswer(503, {}, control_failure(error("GW-0099", "later"))), ASKED)
    assert caught.value.status == 503
    assert caught.value.errors[0].errorno == "GW-0099"
    assert "503" in str(caught.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0", 0.0), ("999999999", 86400.0), ("-5", None), ("soon", None), ("", None),
     ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("Fri, 31 Dec 2199 23:59:59 GMT", 86400.0)],
)  # fmt: skip
def test_the_time_to_wait_is_read(header, seconds):
    with pytest.raises(TooManyRequests) as caught:
        read_response(RawAnswer(429, {"retry-after": header}, b""), ASKED)
    assert caught.value.retry_after == seconds


def test_an_unreadable_answer_is_kept_as_length_and_hash():
    with pytest.raises(NotXml) as caught:
        read_response(RawAnswer(200, {}, b"<password>p4ss</password"), ASKED)
    assert caught.value.response_xml.startswith("unreadable, 24 bytes, sha256 ")
    assert "p4ss" not in caught.value.response_xml
