"""Connections that are watched: a hard total deadline, checked addresses, no stale reuse."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from apps.intacct.endpoints import check_address

# A server that closes an idle connection just as we write on it resets the call, and a reset is an
# unknown outcome that costs a look-up and a horizon. Common servers close after 5 s idle, so a
# connection is reused only well before; one TLS handshake more is the cheaper side.
MAX_IDLE_SECONDS = 4.0


class CallWatch:
    """The deadline of one call. When it passes, the socket is shut down under whoever waits on it.

    Socket time-outs restart with every byte, so that a server sending one byte now and then could
    hold a call for hours (finding 3); the watch cannot be fed.
    """

    def __init__(self, deadline: float) -> None:
        self._ends_at = time.monotonic() + deadline
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(max(deadline, 0.0), self._expire)
        self._timer.daemon = True
        self.expired = False
        self.request_began = False

    def __enter__(self) -> "CallWatch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._socket = None

    def remaining(self) -> float:
        """Seconds left."""
        return self._ends_at - time.monotonic()

    def attach(self, sock: socket.socket) -> None:
        """Watch this socket from now on."""
        with self._lock:
            self._socket = sock
            if self.expired:
                _shut_down(sock)

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            if self._socket is not None:
                _shut_down(self._socket)


def _shut_down(sock: socket.socket) -> None:
    # The plain socket's method: the TLS one would drop its state under the reading thread.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


_current = threading.local()


@contextlib.contextmanager
def watched(deadline: float) -> Iterator[CallWatch]:
    """Put the calls of this thread under one deadline."""
    with CallWatch(deadline) as watch:
        _current.watch = watch
        try:
            yield watch
        finally:
            _current.watch = None


class _Watched(HTTPConnection):
    """What both kinds of connection share."""

    _last_used = 0.0

    def _new_conn(self) -> socket.socket:
        """Resolve once, check every address, connect to exactly those (S12)."""
        watch: CallWatch | None = getattr(_current, "watch", None)
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(self.host, self, reason) from None
        for *_, address in found:
            self.check_address(str(address[0]))
        last: OSError | None = None
        for family, kind, protocol, _, address in found:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self._seconds_to_connect(watch))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                last = error
                continue
            if watch is not None:
                watch.attach(sock)
            return sock
        if isinstance(last, TimeoutError):
            raise ConnectTimeoutError(self, "connection timed out")
        raise NewConnectionError(self, "connection failed")

    def check_address(self, address: str) -> None:
        """Refuse what the host was resolved to, if it must not be called, by raising."""
        check_address(self.host, address)

    def _seconds_to_connect(self, watch: CallWatch | None) -> float:
        limit = self.timeout if isinstance(self.timeout, int | float) else 10.0
        return max(0.001, min(limit, watch.remaining()) if watch is not None else limit)

    @property
    def is_connected(self) -> bool:
        """Whether the connection may be used again; not after a while of idleness."""
        fresh = time.monotonic() - self._last_used < MAX_IDLE_SECONDS
        return fresh and super().is_connected

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Connect first, then note that from here on bytes of the request may leave."""
        if self.sock is None:
            self.connect()
        watch: CallWatch | None = getattr(_current, "watch", None)
        if watch is not None:
            watch.attach(self.sock)
            watch.request_began = True
        super().request(*args, **kwargs)

    def getresponse(self) -> Any:
        """Read the head; the idle clock starts again."""
        answer = super().getresponse()
        self._last_used = time.monotonic()
        return answer


class PinnedHTTPConnection(_Watched):
    """Plain http, which the endpoint check leaves to loopback."""


class PinnedHTTPSConnection(_Watched, HTTPSConnection):
    """TLS to the checked address, with SNI and certificate for the name."""

    def connect(self) -> None:
        """Connect and shake hands; a failure up to here means that nothing was sent."""
        try:
            super().connect()
        except TimeoutError:
            raise ConnectTimeoutError(self, "handshake timed out") from None
        except (ConnectionError, EOFError):
            raise NewConnectionError(self, "connection closed in the handshake") from None
