"""`Idempotency-Key`: the same key with the same request gets the first answer; with another one, a refusal.

After draft-ietf-httpapi-idempotency-key-header-07, section 2.
"""

import datetime
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError
from django.utils import timezone

from apps.foundation import clock
from apps.foundation.errors import Flaw
from apps.postings.errors import IdempotencyKeyInUse, IdempotencyKeyReused
from apps.postings.models import IdempotencyKey
from apps.postings.services.check import not_acceptable

KEPT = datetime.timedelta(days=30)
LEASE = datetime.timedelta(seconds=60)
"""How long a request holds its key. One that died leaves it for so long; one that is slower loses nothing but the
kept answer: the postings' own keys hold."""
LONGEST_KEY = 255
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


@dataclass(frozen=True)
class Answer:
    """What was answered to the first request."""

    status: int
    body: Any


@dataclass(frozen=True)
class Lease:
    """The right to work on the request of a key, and to say what was answered."""

    pk: int
    token: str


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def key_of(header: str) -> str:
    """The key that a header names: a string as structured fields have it (RFC 9651), or the same without quotes.

    Raises `NotAcceptable`.
    """
    quoted = _QUOTED.fullmatch(header)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else header
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable() or (header.startswith('"') and not quoted):
        words = f'An Idempotency-Key is a string in quotes, "…", of 1 to {LONGEST_KEY} printable characters.'
        raise not_acceptable([Flaw("", "idempotency_key_invalid", words)])
    return key


def begin(*, client: str, key: str, body_sha256: str) -> Lease | Answer:
    """Take a client's key for this request, or give the answer of the first one. Two queries.

    Raises `IdempotencyKeyReused` for another body, `IdempotencyKeyInUse` while the first request is worked on. The
    lease of one that died is taken over once it has run out.
    """
    token, now = secrets.token_hex(16), clock.database_now()
    taken = IdempotencyKey(client=client, key=key, body_sha256=body_sha256, lease_token=token, lease_until=now + LEASE)
    IdempotencyKey.objects.bulk_create([taken], ignore_conflicts=True)
    found = IdempotencyKey.objects.filter(client=client, key=key).first()
    if found is None:
        raise _in_use()  # the first request was refused just now, and gave it back
    if found.lease_token == token:
        return Lease(found.pk, token)
    if found.body_sha256 != body_sha256:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was used before, for a request with another body.",
            next_step="Use a new key for a new request; repeat a request with exactly the same body.",
        )
    if found.status is not None:
        return Answer(found.status, found.answer)
    ours = IdempotencyKey.objects.filter(pk=found.pk, lease_token=found.lease_token, lease_until__lt=now)
    if not ours.update(lease_token=token, lease_until=now + LEASE):
        raise _in_use()
    return Lease(found.pk, token)


def _in_use() -> IdempotencyKeyInUse:
    return IdempotencyKeyInUse(
        "The first request with this Idempotency-Key is still being worked on.",
        next_step="Send the same request again after Retry-After seconds: it gets the first one's answer.",
    )


def keep(*, lease: Lease, answer: Answer) -> None:
    """Keep what was answered, unless somebody took over meanwhile. One query."""
    _held(lease).update(status=answer.status, answer=answer.body, lease_token="", lease_until=None)


def give_back(*, lease: Lease) -> None:
    """Forget the key: the request was refused, so that a corrected one may use it."""
    try:
        _held(lease).delete()
    except OperationalError:
        return  # the lease runs out by itself


def _held(lease: Lease) -> Any:
    return IdempotencyKey.objects.filter(pk=lease.pk, lease_token=lease.token)


def forget_old() -> int:
    """Delete keys past their keeping time: harmless, the postings' own keys still hold."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return deleted
