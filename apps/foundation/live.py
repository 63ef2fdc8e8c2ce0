"""Parts of a page that keep themselves fresh: what a poll is answered, and when it ends.

One rule for all pages (docs/how-to/make-a-page-live.md). A part asks its own address every few seconds. Nothing new:
204. Something new: the part, rendered again. Nothing can change any more, or it has looked for long enough: the part
with status 286, after which htmx asks no more. Without JavaScript nobody asks, and a reload shows the same.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_htmx.http import HTMX_STOP_POLLING

SECONDS_BETWEEN = 3
LOOKS_FOR_SECONDS = 30 * 60
"""A page that is left open asks no longer than this; it then says so and offers a button."""

SIGNED_OUT = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.UNAUTHORIZED})
ENDED = SIGNED_OUT | {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}

P = ParamSpec("P")


def _now() -> int:
    return int(timezone.now().timestamp())


def stamp_of(values: Iterable[object]) -> str:
    """A short text that changes when one of these values does: what a page shows, or what decides about it."""
    return hashlib.sha256(repr(tuple(values)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class LivePart:
    """A part of a page as `components/live.html` shows it.

    `name` is its HTML ID, `url` answers it alone (by `answer_poll`), `template` renders what is inside. `stamp` changes
    whenever what is shown does (`stamp_of`); `is_open`: it may still change. `said` is read out politely to a screen
    reader when it becomes another sentence.
    """

    name: str
    url: str
    template: str
    stamp: str
    is_open: bool
    said: str = ""
    seconds: int = SECONDS_BETWEEN
    looks_for: int = LOOKS_FOR_SECONDS
    since: int = field(default_factory=_now)
    """When the page was opened (seconds): kept in the address that is asked, so that the portal keeps nothing."""

    @property
    def is_over(self) -> bool:
        """It may still change, but it was looked at for long enough."""
        return self.is_open and not self.since <= _now() < self.since + self.looks_for

    @property
    def asks(self) -> bool:
        return self.is_open and not self.is_over

    @property
    def address(self) -> str:
        """What it asks, with what it has seen."""
        seen = urlencode({"seen": self.stamp, "since": self.since})
        return f"{self.url}{'&' if '?' in self.url else '?'}{seen}"


def answer_poll(request: HttpRequest, part: LivePart, context: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Answer a poll for this part as it is now. `context` is called only where there is something to render."""
    since = request.GET.get("since")
    if since is not None:
        part = replace(part, since=int(since) if since.isascii() and since.isdecimal() and len(since) < 12 else 0)
    if part.asks and request.GET.get("seen") == part.stamp:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    status = HTTPStatus.OK if part.asks else HTMX_STOP_POLLING
    return render(request, "components/live_part.html", {**context(), "live": part, "is_poll": True}, status=status)


def live_poll(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Wraps a view that answers polls, outside of what guards it (`live_poll(admin_view(view))`).

    Who was signed out, may no longer see it, or asks for what is gone gets words and no further poll: never a sign-in
    page inside a page. Looking does not keep a session: it ends when it would have ended.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request = next(one for one in args if isinstance(one, HttpRequest))
        try:
            response = view(*args, **kwargs)
        except PermissionDenied:
            return _ended(request, HTTPStatus.FORBIDDEN)
        except Http404:
            return _ended(request, HTTPStatus.NOT_FOUND)
        return _ended(request, response.status_code) if response.status_code in ENDED else response

    return never_cache(answer)


def _ended(request: HttpRequest, status: int) -> HttpResponse:
    context = {
        "name": request.headers.get("HX-Target", ""),
        "is_signed_out": status in SIGNED_OUT,
        "is_refused": status == HTTPStatus.FORBIDDEN,
    }
    return render(request, "components/live_ended.html", context, status=HTMX_STOP_POLLING)
