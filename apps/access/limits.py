"""How often a client may call: a counter for each minute, in a cache, told in headers by the IETF's draft.

draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says the rule, `RateLimit` what is left of it.
"""

import ipaddress
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.access.errors import Throttled
from apps.access.models import ApiClient

logger = logging.getLogger(__name__)
WINDOW_SECONDS = 60
WRONG_PASSWORDS_PER_MINUTE = 10
"""From one address, over all pages that take one. Then it waits for the next minute, with a right password too."""
EXPORTS_PER_MINUTE = 10
"""Through one shared link: each is an entry of the audit trail."""
FAILED_KEYS_PER_MINUTE = 60
"""From one address. A key that works is never refused for the failures of others behind the same address."""
_BITS_OF_ONE_HOST = 64
"""Whoever has an IPv6 address has all that share its first 64 bits."""


@dataclass(frozen=True)
class Allowance:
    """How many requests a minute are allowed, how many are left, and in how many seconds the count begins anew."""

    limit: int
    remaining: int
    reset_seconds: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"default";r={self.remaining};t={self.reset_seconds}',
        }


class RateLimitHeaders:
    """Middleware: every answer to a counted request says what is left, refusals too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        allowance: Allowance | None = getattr(request, "allowance", None)
        for name, value in (allowance.headers if allowance else {}).items():
            response[name] = value
        return response


def count_request(request: Request, client: ApiClient) -> None:
    """Count a client's request. Raises `Throttled` above its limit; a bulk request counts once."""
    limit = client.requests_per_minute or settings.API_REQUESTS_PER_MINUTE
    counted = _count(f"client:{client.reference}") if limit else None
    if counted is None:
        return
    number, reset = counted
    request._request.allowance = Allowance(limit, max(limit - number, 0), reset)  # type: ignore[attr-defined]
    if number > limit:
        raise Throttled(
            f"This client may send {limit} requests a minute, and has sent them.",
            next_step=f"Send the same again in {reset} seconds. A bulk request counts as one.",
            retry_after=reset,
        )


def count_failed_key(request: Request) -> None:
    """Count a key that failed, by the address it came from. Raises `Throttled` above 60 a minute."""
    counted = _count(f"failed:{_address(request)}")
    if counted is not None and counted[0] > FAILED_KEYS_PER_MINUTE:
        raise Throttled(
            f"More than {FAILED_KEYS_PER_MINUTE} keys that do not work came from this address within a minute.",
            next_step=f"Wait {counted[1]} seconds, and look at the key that your program sends.",
            retry_after=counted[1],
        )


def count_wrong_password(request: HttpRequest) -> None:
    """Count a password that was refused, by the address it came from; by no name, which anybody could lock (0037).

    The last one before the wait is logged, without the name: people type passwords there by mistake.
    """
    counted = _count(f"password:{_address(request)}")
    if counted is not None and counted[0] == WRONG_PASSWORDS_PER_MINUTE:
        logger.warning(
            "%d wrong passwords came from %s within a minute: no password from there is looked at for %d seconds",
            counted[0], _address(request), counted[1],
        )  # fmt: skip


def wait_before_password(request: HttpRequest) -> int:
    """How many seconds no password from this address is looked at, because of wrong ones; 0: nothing is in the way."""
    now = time.time()
    window = int(now // WINDOW_SECONDS)
    try:
        wrong = caches["throttles"].get(f"password:{_address(request)}:{window}", 0)
    except _uncounted() as error:
        logger.warning("wrong passwords are not counted: %s", type(error).__name__)
        return 0
    return _seconds_left(now, window) if wrong >= WRONG_PASSWORDS_PER_MINUTE else 0


def count_export(link_reference: str) -> int:
    """Count a download through a shared link. Returns how many seconds to wait; 0: go on."""
    counted = _count(f"export:{link_reference}")
    return counted[1] if counted is not None and counted[0] > EXPORTS_PER_MINUTE else 0


def _count(what: str) -> tuple[int, int] | None:
    """The how-manieth of this minute it is, and the seconds left of the minute. None where it can't be counted.

    Exact with Redis, and among the threads of one process without.
    """
    cache = caches["throttles"]
    now = time.time()
    window = int(now // WINDOW_SECONDS)
    key = f"{what}:{window}"
    try:
        # A counter lives a minute longer than it is read: hosts' clocks differ.
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        number = cache.incr(key)
    except _uncounted() as error:
        # Redis is optional: without it nothing is refused.
        logger.warning("requests are not counted: %s", type(error).__name__)
        return None
    return number, _seconds_left(now, window)


def _seconds_left(now: float, window: int) -> int:
    return max(1, int((window + 1) * WINDOW_SECONDS - now + 0.999))


def _uncounted() -> tuple[type[Exception], ...]:
    """What a counter's cache raises: Redis is not there, or the counter was pushed out between both calls.

    Looked up when something was raised: Redis' client takes a fifth of a process's start, and few processes count.
    """
    from redis.exceptions import RedisError

    return RedisError, ValueError


def _address(request: Request | HttpRequest) -> str:
    """Where a request comes from, as DRF finds it behind `NUM_PROXIES` proxies."""
    said = BaseThrottle().get_ident(request) or ""  # type: ignore[arg-type]  # it reads META, which both have
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _BITS_OF_ONE_HOST), strict=False))
    return str(address)
