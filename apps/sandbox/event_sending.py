"""Calling the targets of Smart Events: once each, after the answer, in threads of their own (protocol 7.4)."""

import http.client
import logging
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db import DatabaseError, connections
from django.http.response import HttpResponseBase

from apps.sandbox.models import SmartEventLog
from apps.sandbox.smart_events import Message

logger = logging.getLogger(__name__)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NOT_ALLOWED = "target not allowed"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_senders = ThreadPoolExecutor(max_workers=8, thread_name_prefix="smart-event")


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: nothing is sent to an address that the package does not name."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = urllib.request.build_opener(_StayHere, urllib.request.ProxyHandler({}))


def send(messages: Sequence[Message]) -> None:
    """In the background, once; what is not taken is not repeated."""
    for message in messages:
        _senders.submit(_send, message)


def send_after(response: HttpResponseBase, messages: Sequence[Message]) -> HttpResponseBase:
    """The same when the answer was written."""
    if messages:
        response._resource_closers.append(lambda: send(messages))  # type: ignore[attr-defined]
    return response


def _send(message: Message) -> None:
    status = _call(message)
    try:
        SmartEventLog.objects.filter(pk=message.log_id).update(status=status)
    except DatabaseError as error:
        logger.warning("the outcome of a Smart Event is not in the log: %s", error)
    finally:
        connections["sandbox"].close()


def _call(message: Message) -> str:
    """The HTTP status, or the class of the error."""
    try:
        if not is_allowed(message.target):
            return NOT_ALLOWED
        with _opener.open(_request(message), timeout=message.seconds) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return str(error.code)
    except urllib.error.URLError as error:
        return type(error.reason if isinstance(error.reason, Exception) else error).__name__
    except (OSError, http.client.HTTPException, ValueError) as error:
        return type(error).__name__


def is_allowed(target: str) -> bool:
    """This machine, or https anywhere."""
    address = urlsplit(target)
    return address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK)


def _request(message: Message) -> urllib.request.Request:
    form = urlencode(message.arguments)
    if message.method == "post":
        return urllib.request.Request(  # noqa: S310  see is_allowed
            message.target, data=form.encode(), headers={"Content-Type": FORM}, method="POST"
        )
    address, _, fragment = message.target.partition("#")
    joined = f"{address}{'&' if '?' in address else '?'}{form}" if form else address
    return urllib.request.Request(joined + (f"#{fragment}" if fragment else ""), method="GET")  # noqa: S310
