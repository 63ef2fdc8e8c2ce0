"""Posts a message once, within a deadline, to an address that was checked; says in words what came of it."""

import contextlib
import datetime
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any, cast

from django.utils import timezone
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from apps.intacct.connections import CallWatch, PinnedHTTPConnection, PinnedHTTPSConnection, watched
from apps.notifications.addresses import check_address, parsed
from apps.notifications.errors import WebhookAddressRefused
from apps.notifications.patience import DEADLINE_SECONDS

USER_AGENT = "integration-portal-webhooks/1.0"
CONNECT_SECONDS = 5.0
ANSWER_READ = 4096
"""Bytes of an answer that are read at the most; the connection is closed on the rest."""


@dataclass(frozen=True)
class Outcome:
    """What came of one try. `status` None: no answer; `words` says what happened."""

    words: str
    status: int | None = None
    answer: str = ""
    retry_after: datetime.timedelta | None = None
    duration_ms: int = 0

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver says that this address will never take messages again."""
        return self.status == HTTPStatus.GONE


class _HTTPConnection(PinnedHTTPConnection):
    def check_address(self, address: str) -> None:
        check_address("http", self.host, address)


class _HTTPSConnection(PinnedHTTPSConnection):
    def check_address(self, address: str) -> None:
        check_address("https", self.host, address)


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = cast(Any, _HTTPSConnection)


def post(url: str, body: str, headers: Mapping[str, str], *, deadline: float = DEADLINE_SECONDS) -> Outcome:
    """Send once. Redirects are not followed, and no proxy is asked. Never raises for what a receiver does."""
    started = time.monotonic()
    with watched(deadline) as watch:
        try:
            status, answered, answer = _exchange(url, body.encode(), headers, watch)
        except WebhookAddressRefused as refusal:
            return _outcome(started, str(refusal))
        except (HTTPError, OSError) as error:
            return _outcome(started, _words(error, watch, deadline))
    return _outcome(
        started, _meaning(status), status=status, answer=answer, retry_after=_asked_for(answered.get("Retry-After", ""))
    )


def _exchange(url: str, body: bytes, headers: Mapping[str, str], watch: CallWatch) -> tuple[int, Any, str]:
    address = parsed(url)
    pool: HTTPConnectionPool
    if address.scheme == "https":
        pool = _HTTPSPool(address.host, address.port, ssl_context=_trust())
    else:
        pool = _HTTPPool(address.host, address.port)
    with contextlib.closing(pool):
        answer = pool.urlopen(
            "POST",
            address.target,
            body=body,
            headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": USER_AGENT, **headers},
            redirect=False,
            retries=False,
            timeout=Timeout(connect=CONNECT_SECONDS, read=max(watch.remaining(), 0.001)),
            preload_content=False,
        )
        try:
            start = _start_of(answer)
        finally:
            answer.close()
        return answer.status, answer.headers, start


def _start_of(answer: Any) -> str:
    """What is readable of it. An answer that breaks off after its head was an answer all the same."""
    try:
        content = answer.read(ANSWER_READ, decode_content=False)
    except (HTTPError, OSError):
        return ""
    text = content.decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in text)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The authorities that browsers trust, and those of this machine: a house may have one of its own."""
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    context.load_default_certs()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _outcome(started: float, words: str, **more: Any) -> Outcome:
    return Outcome(words, duration_ms=round((time.monotonic() - started) * 1000), **more)


def _meaning(status: int) -> str:
    if 200 <= status < 300:
        return f"Delivered: answered {status}."
    if 300 <= status < 400:
        return f"Answered {status}: a redirect is not followed. Enter the address that it leads to."
    if status == HTTPStatus.GONE:
        return "Answered 410: the receiver wants no more messages."
    return f"Answered {status}."


def _words(error: Exception, watch: CallWatch, deadline: float) -> str:
    """In plain words, and never the library's own: those quote the address, which may hold a secret."""
    if watch.expired or isinstance(error, ReadTimeoutError | TimeoutError):
        return f"No whole answer within {deadline:g} seconds."
    if isinstance(error, NameResolutionError):
        return "The host's name can't be resolved."
    if isinstance(error, SSLError | ssl.SSLError):
        return "No secure connection: the certificate is not valid for this host, expired, or of an unknown issuer."
    if isinstance(error, NewConnectionError):
        return "Nobody answers at this address."
    if isinstance(error, ConnectTimeoutError):
        return f"No connection within {CONNECT_SECONDS:g} seconds."
    return "The connection broke before an answer came."


def _asked_for(value: str) -> datetime.timedelta | None:
    """`Retry-After`: seconds, or a date."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return datetime.timedelta(seconds=min(int(value), 10_000_000))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(moment - timezone.now(), datetime.timedelta(0))
