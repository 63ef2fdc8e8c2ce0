"""Answers that go wrong on the wire: resets, silence, cut and crooked bodies. Works on the raw socket."""

import errno
import os
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from apps.sandbox.faults import Met

GARBAGE = b"\x00\xff<<<not xml at all>>> &&& \x80\x81"
HTML = b"<html><head><title>Sign in</title></head><body><h1>Welcome to the wireless network</h1></body></html>"


def raw_socket(request: HttpRequest) -> socket.socket | None:
    found: Any = request.environ.get("gunicorn.socket") if hasattr(request, "environ") else None
    return found if isinstance(found, socket.socket) else None


def reset(request: HttpRequest) -> StreamingHttpResponse:
    """A TCP reset: whoever waits for an answer cannot tell what was read."""
    connection = raw_socket(request)
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        _hang_up(connection)
    return StreamingHttpResponse(_nothing_more())


def _hang_up(connection: socket.socket) -> None:
    """Close the connection under the server's feet: it goes on with a socket whose other end is closed.

    Were the server's own socket closed, it would complain of a bad file descriptor; and its polite way of closing
    would say good-bye before the reset.
    """
    ours, theirs = socket.socketpair()
    os.dup2(ours.fileno(), connection.fileno())
    ours.close()
    theirs.close()


def _nothing_more() -> Iterator[bytes]:
    """The server writes no answer and, as after any client that went away, no line in its log."""
    raise ConnectionResetError(errno.ECONNRESET, "the sandbox was told to break the connection")
    yield b""


def stay_silent(request: HttpRequest, milliseconds: int) -> StreamingHttpResponse:
    """No byte, until the client gives up or the time is over."""
    connection = raw_socket(request)
    ends = time.monotonic() + milliseconds / 1000
    while time.monotonic() < ends:
        if connection is not None and _client_is_gone(connection):
            break
        time.sleep(0.05)
    return reset(request)


def _client_is_gone(connection: socket.socket) -> bool:
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def crooked(met: Met, body: bytes, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The answer as the fault wants it."""
    if met.kind == "truncate":
        return _raw(request, _cut(body, met.parameters.get("at")))
    if met.kind == "garbage":
        return HttpResponse(GARBAGE, content_type="text/xml")
    if met.kind == "wrong_type":
        return HttpResponse(HTML, content_type="text/html")
    if met.kind == "wrong_charset":
        wrong = body.replace(b"UTF-8", b"UTF-16", 1) if b"UTF-8" in body else body
        return HttpResponse(wrong, content_type="text/xml")
    if met.kind == "doctype":
        return HttpResponse(_with_doctype(body), content_type="text/xml")
    if met.kind == "huge":
        return StreamingHttpResponse(_huge(body, int(met.parameters.get("bytes", 64_000_000))), content_type="text/xml")
    if met.kind == "gzip_bomb":
        answer = HttpResponse(_bomb(int(met.parameters.get("bytes", 200_000_000))), content_type="text/xml")
        answer["Content-Encoding"] = "gzip"
        return answer
    if met.kind == "dribble":
        return StreamingHttpResponse(_dribble(body, met.milliseconds(300)), content_type="text/xml")
    return HttpResponse(body, content_type="text/xml")


def _cut(body: bytes, at: Any) -> bytes:
    if at == "control":
        return body[: body.index(b"</status>") + len(b"</status>")]
    return body[: int(at) if at is not None else len(body) // 2]


def _raw(request: HttpRequest, body: bytes) -> HttpResponse | StreamingHttpResponse:
    """An answer without Content-Length whose end is the end of the connection: half of it looks whole."""
    connection = raw_socket(request)
    if connection is None:
        return HttpResponse(body, content_type="text/xml")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n"
    connection.sendall(head + body)
    _hang_up(connection)
    return StreamingHttpResponse(_nothing_more())


def _with_doctype(body: bytes) -> bytes:
    declaration, _, rest = body.partition(b"?>")
    return declaration + b'?><!DOCTYPE response [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rest


def _huge(body: bytes, size: int) -> Iterator[bytes]:
    head, _, tail = body.rpartition(b"</response>")
    yield head
    block = b"<x>" + b"y" * 4000 + b"</x>"
    for _ in range(size // len(block)):
        yield block
    yield b"</response>" + tail


def _bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * 1_000_000
    packed = [packer.compress(block) for _ in range(size // len(block))]
    return b"".join([*packed, packer.flush()])


def _dribble(body: bytes, milliseconds: int) -> Iterator[bytes]:
    for index in range(len(body)):
        yield body[index : index + 1]
        time.sleep(milliseconds / 1000)
