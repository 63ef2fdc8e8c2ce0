"""The wire: what is known after each failure (reliability 2.7), the deadline, and the caps."""

import gzip
import socket
import struct
import threading
import time
import urllib.request
import zlib

import pytest

from apps.intacct import (
    ConnectionLost,
    ConnectTimedOut,
    EndpointNotAllowed,
    IntacctError,
    Lookup,
    NotSent,
    NotXml,
    OutcomeUnknown,
    Redirected,
    TimedOut,
    TooLarge,
    Unreachable,
    read_response,
)
from apps.intacct.connections import MAX_IDLE_SECONDS
from apps.intacct.limits import MAX_ANSWER_BYTES
from tests.intacct.answers import HOST, created, response
from tests.patience import PATIENCE

OK = response(created("f1"))
ASKED = [Lookup("f1", "ITEM")]


def head(length=None, *, status="200 OK", extra=""):
    size = f"Content-Length: {length}\r\n" if length is not None else ""
    return f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\n{size}{extra}\r\n".encode()


def answering(*pieces):
    """A server that answers every request of a connection with these bytes."""

    def behave(server, connection):
        while server.read_request(connection):
            for piece in pieces:
                connection.sendall(piece)
            if not any(b"Content-Length" in piece for piece in pieces):
                return

    return behave


def answering_once(*pieces):
    """A server that answers one request with these bytes and closes."""

    def behave(server, connection):
        server.read_request(connection)
        connection.sendall(b"".join(pieces))

    return behave


def resetting(*, after_reading):
    def behave(server, connection):
        if after_reading:
            server.read_request(connection)
        else:
            connection.recv(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


def head_then_silence(server, connection):
    server.read_request(connection)
    connection.sendall(head(99))
    server.wait(PATIENCE)


def dribbling(begin, *, every=0.05):
    def behave(server, connection):
        server.read_request(connection)
        connection.sendall(begin)
        while not server.wait(every):
            connection.sendall(b"x")

    return behave


def test_an_answer_comes_back_whole(wire, transport):
    server = wire(answering(head(len(OK)), OK))
    answer = transport.post(server.url, b"<request/>", PATIENCE)
    assert (answer.status, answer.content) == (200, OK)
    assert answer.headers["content-type"] == "text/xml"


def test_the_request_carries_our_headers_and_no_others(wire, transport):
    server = wire(answering(head(2), b"ok"))
    transport.post(server.url, "<é/>".encode(), PATIENCE)
    ((sent, body),) = server.received
    names = {line.split(b":")[0].lower(): line for line in sent.split(b"\r\n")[1:]}
    assert body == "<é/>".encode()
    assert names.keys() == {
        b"host",
        b"content-type",
        b"accept",
        b"accept-encoding",
        b"user-agent",
        b"content-length",
    }
    assert b"application/xml; charset=utf-8" in names[b"content-type"]
    assert b"integration-portal" in names[b"user-agent"]


# Before the request: proven that nothing left


def test_a_refused_connection_is_not_sent(transport):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        transport.post(f"http://127.0.0.1:{port}/", b"<request/>", PATIENCE)
    assert isinstance(caught.value, NotSent)


def test_an_unknown_name_is_not_sent(transport, monkeypatch):
    def unknown(*_args, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable):
        transport.post(HOST, b"<request/>", PATIENCE)


def test_a_connection_not_made_in_time_is_not_sent(transport, monkeypatch):
    def slow(_sock, _address):
        raise TimeoutError

    monkeypatch.setattr(socket.socket, "connect", slow)
    with pytest.raises(ConnectTimedOut):
        transport.post("http://127.0.0.1:9/", b"<request/>", PATIENCE)


def test_a_deadline_already_past_is_not_sent(wire, transport):
    server = wire(answering(head(2), b"ok"))
    with pytest.raises(NotSent):
        transport.post(server.url, b"<request/>", -1)
    assert server.received == []


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
def test_a_public_name_that_leads_into_a_private_network_is_not_connected(transport, monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(family, socket.SOCK_STREAM, 6, "", (address, 443))])
    connected = []
    monkeypatch.setattr(socket.socket, "connect", lambda *args: connected.append(args))
    with pytest.raises(EndpointNotAllowed):
        transport.post(HOST, b"<request/>", PATIENCE)
    assert connected == []


# After the request began: unknown, whatever it looks like

CASES = [
    ("reset before reading", resetting(after_reading=False), ConnectionLost),
    ("reset after reading", resetting(after_reading=True), ConnectionLost),
    ("closed without an answer", lambda server, c: server.read_request(c) and None, ConnectionLost),
    ("silence", lambda server, c: server.read_request(c) and server.wait(PATIENCE), TimedOut),
    ("head, then silence", head_then_silence, TimedOut),
    ("not HTTP", answering(b"SSH-2.0-OpenSSH_9.2\r\n"), ConnectionLost),
    ("shorter than announced", answering_once(head(len(OK) + 10), OK), ConnectionLost),
    ("broken chunks", answering(head(extra="Transfer-Encoding: chunked\r\n"), b"zz\r\nxx\r\n"), ConnectionLost),
    ("chunks cut", answering(head(extra="Transfer-Encoding: chunked\r\n"), b"ff\r\nxx"), ConnectionLost),
    ("not gzip though said so", answering(head(4, extra="Content-Encoding: gzip\r\n"), b"nope"), NotXml),
    ("gzip cut", answering(head(9, extra="Content-Encoding: gzip\r\n"), gzip.compress(OK)[:9]), ConnectionLost),
    ("gzip cut later", answering(head(60, extra="Content-Encoding: gzip\r\n"), gzip.compress(OK)[:60]), ConnectionLost),
    ("more after gzip", answering_once(head(extra="Content-Encoding: gzip\r\n"), gzip.compress(OK), b"x"), NotXml),
    ("unknown encoding", answering(head(2, extra="Content-Encoding: br\r\n"), b"xx"), NotXml),
]  # fmt: skip


@pytest.mark.parametrize(("case", "behave", "kind"), CASES, ids=[case for case, *_ in CASES])
def test_a_failure_after_the_request_began_is_unknown(wire, transport, case, behave, kind):
    server = wire(behave)
    with pytest.raises(OutcomeUnknown) as caught:
        transport.post(server.url, b"<request/>", 0.7)
    assert type(caught.value) is kind
    assert server.connections == 1


@pytest.mark.parametrize("cut_at", [10, OK.index(b"success") + 7, len(OK) - 20])
def test_an_answer_cut_without_announced_length_is_unknown(wire, transport, cut_at):
    server = wire(answering(head(), OK[:cut_at]))
    with pytest.raises(NotXml):
        read_response(transport.post(server.url, b"<request/>", PATIENCE), ASKED)


@pytest.mark.parametrize(
    ("case", "begin"),
    [
        ("in the body", head(10**6)),
        ("in the head", b"HTTP/1.1 200 OK\r\nX-Slow: "),
        ("in the status", b"HTTP/1.1 2"),
    ],
)
def test_a_dribbling_server_cannot_hold_a_call_beyond_its_deadline(wire, transport, case, begin):
    server = wire(dribbling(begin))
    began = time.monotonic()
    with pytest.raises(TimedOut):
        transport.post(server.url, b"<request/>", 0.6)
    assert time.monotonic() - began < 20


def test_a_server_that_does_not_read_cannot_hold_a_call_beyond_its_deadline(wire, transport):
    server = wire(lambda server, _connection: server.wait(PATIENCE))
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        transport.post(server.url, b"x" * 20_000_000, 0.6)
    assert time.monotonic() - began < 20


# Caps


@pytest.mark.parametrize(("case", "size"), [("cap - 1", MAX_ANSWER_BYTES - 1), ("cap", MAX_ANSWER_BYTES)])
def test_an_answer_up_to_the_cap_is_taken(wire, transport, case, size):
    server = wire(answering(head(size), b"x" * size))
    assert len(transport.post(server.url, b"<request/>", PATIENCE).content) == size


@pytest.mark.parametrize(
    ("case", "extra", "body"),
    [
        ("plain", "", b"x" * (MAX_ANSWER_BYTES + 1)),
        ("gzip", "Content-Encoding: gzip\r\n", gzip.compress(b"x" * (MAX_ANSWER_BYTES + 1))),
    ],
)
def test_an_answer_over_the_cap_is_refused(wire, transport, case, extra, body):
    server = wire(answering(head(len(body), extra=extra), body))
    with pytest.raises(TooLarge):
        transport.post(server.url, b"<request/>", PATIENCE)


def test_a_gzip_answer_up_to_the_cap_is_taken(wire, transport):
    body = gzip.compress(b"x" * MAX_ANSWER_BYTES)
    server = wire(answering(head(len(body), extra="Content-Encoding: gzip\r\n"), body))
    assert len(transport.post(server.url, b"<request/>", PATIENCE).content) == MAX_ANSWER_BYTES


def test_a_gzip_bomb_stops_at_the_cap(wire, transport, resident_kilobytes):
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    megabyte = b"\0" * 1024 * 1024
    bomb = b"".join(packer.compress(megabyte) for _ in range(400)) + packer.flush()
    assert len(bomb) < 500_000
    server = wire(answering(head(len(bomb), extra="Content-Encoding: gzip\r\n"), bomb))
    before = resident_kilobytes()
    with pytest.raises(TooLarge):
        transport.post(server.url, b"<request/>", PATIENCE)
    assert resident_kilobytes() - before < 50_000


def test_an_endless_answer_stops_at_the_cap(wire, transport, resident_kilobytes):
    def endless(server, connection):
        server.read_request(connection)
        connection.sendall(head(200 * 1024 * 1024))
        while not server.wait(0):
            connection.sendall(b"x" * 1_000_000)

    before = resident_kilobytes()
    with pytest.raises(TooLarge):
        transport.post(wire(endless).url, b"<request/>", PATIENCE)
    assert resident_kilobytes() - before < 50_000


# Redirects, environment, cookies, reuse


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(wire, transport, status):
    target = wire(answering(head(len(OK)), OK))
    server = wire(answering(head(0, status=status, extra=f"Location: {target.url}\r\n")))
    with pytest.raises(Redirected):
        read_response(transport.post(server.url, b"<request/>", PATIENCE), ASKED)
    assert target.received == []
    assert server.connections == 1


def test_proxies_and_credentials_of_the_environment_are_not_used(wire, transport, monkeypatch, tmp_path):
    server = wire(answering(head(len(OK)), OK))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert urllib.request.getproxies()["http"]
    transport.post(server.url, b"<request/>", PATIENCE)
    assert b"authorization" not in server.received[0][0].lower()


def test_cookies_are_not_kept(wire, transport):
    server = wire(answering(head(len(OK), extra="Set-Cookie: a=b; Path=/\r\n"), OK))
    for _ in range(2):
        transport.post(server.url, b"<request/>", PATIENCE)
    assert not any(b"cookie" in sent.lower() for sent, _ in server.received)


def test_a_connection_is_used_again_at_once_but_not_after_idleness(wire, transport, monkeypatch):
    server = wire(answering(head(len(OK)), OK))
    for _ in range(3):
        transport.post(server.url, b"<request/>", PATIENCE)
    assert server.connections == 1
    now = time.monotonic
    monkeypatch.setattr("apps.intacct.connections.time.monotonic", lambda: now() + MAX_IDLE_SECONDS)
    transport.post(server.url, b"<request/>", PATIENCE)
    assert server.connections == 2


def test_many_threads_have_their_own_deadlines(wire, transport):
    def behave(server, connection):
        server.read_request(connection)
        if server.received[-1][1] == b"slow":
            server.wait(PATIENCE)
        connection.sendall(head(len(OK)) + OK)

    server = wire(behave)
    results = {}

    def call(number, body, deadline):
        try:
            results[number] = transport.post(server.url, body, deadline).status
        except IntacctError as caught:
            results[number] = type(caught)

    slow = threading.Thread(target=call, args=(0, b"slow", 0.5))
    slow.start()
    time.sleep(0.1)
    call(1, b"fast", PATIENCE)
    slow.join()
    assert results == {0: TimedOut, 1: 200}
