"""Moves bytes, once, within a total deadline; knows no XML. Every failure gets exactly one class."""

import contextlib
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import PoolManager, Retry
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.response import BaseHTTPResponse

from apps.intacct.connections import CallWatch, PinnedHTTPConnection, PinnedHTTPSConnection, watched
from apps.intacct.errors import (
    CertificateRefused,
    ConnectionLost,
    ConnectTimedOut,
    IntacctError,
    NotSent,
    NotXml,
    OutcomeUnknown,
    TimedOut,
    TooLarge,
    Unreachable,
)
from apps.intacct.limits import MAX_ANSWER_BYTES

USER_AGENT = "integration-portal-intacct/1.0"
CONNECT_TIMEOUT = 10.0

_CHUNK = 64 * 1024


@dataclass(frozen=True)
class RawAnswer:
    """What came back, undecoded but for the content encoding."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)


class Transport(Protocol):
    """One method, so that a test or another stack can take its place."""

    def post(self, url: str, body: bytes, deadline: float) -> RawAnswer:
        """Send the body once; answer within `deadline` seconds or raise NotSent or OutcomeUnknown."""
        ...


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = PinnedHTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = cast(Any, PinnedHTTPSConnection)


class _Adapter(HTTPAdapter):
    """The adapter of requests with our connections, TLS 1.2 or later and no repeats."""

    def __init__(self, ca_bundle: str) -> None:
        self._ca_bundle = ca_bundle
        super().__init__(max_retries=Retry(0, read=False), pool_maxsize=8)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        context = ssl.create_default_context(cafile=self._ca_bundle)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, ssl_context=context, **pool_kwargs)
        manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
        self.poolmanager = manager

    def close(self) -> None:
        """Close idle connections now; the pool manager alone leaves that to the garbage collector."""
        pools = self.poolmanager.pools
        for key in list(pools.keys()):
            with contextlib.suppress(KeyError):
                pools[key].close()
        super().close()


class RequestsTransport:
    """The transport over requests.

    It calls the adapter itself: `Session.send` would read the environment, keep cookies, and read
    the whole body of a redirect without any cap even under `allow_redirects=False`.
    """

    def __init__(self, *, ca_bundle: str | None = None, connect_timeout: float = CONNECT_TIMEOUT) -> None:
        self._ca_bundle = ca_bundle or DEFAULT_CA_BUNDLE_PATH
        self._connect_timeout = connect_timeout
        self._adapter = _Adapter(self._ca_bundle)

    def close(self) -> None:
        """Close idle connections."""
        self._adapter.close()

    def post(self, url: str, body: bytes, deadline: float) -> RawAnswer:
        """Send once; see Transport."""
        failure: IntacctError
        with watched(deadline) as watch:
            try:
                return self._exchange(url, body, watch)
            except IntacctError as error:
                failure = TimedOut() if isinstance(error, OutcomeUnknown) and watch.expired else error
            except (requests.RequestException, HTTPError, OSError) as error:
                failure = classify_failure(error, watch)
        # Raised out here, so that no exception holding the request's body is chained to it.
        try:
            raise failure
        finally:
            # The error's traceback holds this frame: without this, a cycle keeps the connection open.
            del failure

    def _exchange(self, url: str, body: bytes, watch: CallWatch) -> RawAnswer:
        request = requests.Request(
            "POST",
            url,
            headers={
                "Content-Type": "application/xml; charset=utf-8",
                "Accept": "application/xml, text/xml",
                "Accept-Encoding": "gzip",
                "User-Agent": USER_AGENT,
            },
            data=body,
        ).prepare()
        remaining = watch.remaining()
        if remaining <= 0:
            raise ConnectTimedOut
        answer = self._adapter.send(
            request,
            stream=True,
            timeout=(min(self._connect_timeout, remaining), remaining),
            verify=self._ca_bundle,
            cert=None,
            proxies=None,
        )
        whole = False
        try:
            content = _read_body(answer.raw, answer.headers.get("Content-Encoding", ""), watch)
            whole = True
        finally:
            with contextlib.suppress(HTTPError, OSError):
                # Only a connection whose answer was read to its end may carry another call.
                answer.raw.release_conn() if whole else answer.close()
        headers = CaseInsensitiveDict(answer.headers)
        return RawAnswer(answer.status_code, headers, content)


def _read_body(raw: BaseHTTPResponse, encoding: str, watch: CallWatch) -> bytes:
    """Read to the end under the byte cap, unpacking gzip here so that a bomb stops at the cap."""
    encoding = encoding.strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise NotXml
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding.endswith("gzip") else None
    content = bytearray()
    received = 0
    for chunk in raw.stream(_CHUNK, decode_content=False):
        if watch.remaining() <= 0:
            raise TimedOut
        received += len(chunk)
        if unpack is None:
            content += chunk
        else:
            try:
                content += unpack.decompress(chunk, MAX_ANSWER_BYTES + 1 - len(content))
            except zlib.error:
                raise NotXml from None
        if len(content) > MAX_ANSWER_BYTES:
            raise TooLarge
    if watch.expired:
        raise TimedOut
    if unpack is not None and received and not unpack.eof:
        raise ConnectionLost
    if unpack is not None and unpack.unused_data:
        raise NotXml
    return bytes(content)


def classify_failure(error: Exception, watch: CallWatch | None = None) -> IntacctError:
    """The class of a failure of the network (reliability 2.7): NotSent only where that is proven.

    Only a refused connection, a failed name look-up, a connection time-out and a failed handshake
    prove that nothing left; everything else is unknown, a reset above all.
    """
    request_began = watch is not None and watch.request_began
    if watch is not None and watch.expired:
        return TimedOut() if request_began else ConnectTimedOut()
    reason = _reason(error)
    if not request_began:
        if isinstance(error, requests.exceptions.SSLError):
            return CertificateRefused()
        # NewConnectionError is a ConnectTimeoutError by inheritance, so it is asked first.
        if isinstance(reason, NewConnectionError):
            return Unreachable()
        if isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(reason, ConnectTimeoutError):
            return ConnectTimedOut()
        if isinstance(error, _NEVER_LEFT):
            return NotSent()
    if isinstance(error, requests.exceptions.Timeout | ReadTimeoutError) or isinstance(
        reason, ReadTimeoutError | TimeoutError
    ):
        return TimedOut()
    return ConnectionLost()


_NEVER_LEFT = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidProxyURL,
)


def _reason(error: BaseException) -> BaseException | None:
    """What lies under an error of requests: the cause given by urllib3."""
    inner = error.args[0] if error.args else None
    if isinstance(inner, MaxRetryError):
        return inner.reason
    return inner if isinstance(inner, BaseException) else None
