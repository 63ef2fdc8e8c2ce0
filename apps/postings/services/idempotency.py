"""`Idempotency-Key`: the same key with the same request gets the first answer; with another one, a refusal."""

import datetime
import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.postings.errors import IdempotencyKeyReused
from apps.postings.models import IdempotencyKey

KEPT = datetime.timedelta(days=30)


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def remembered(*, client: str, key: str, body_sha256: str) -> tuple[int, Any] | None:
    """Status and answer given before for this client's key, or None. Raises `IdempotencyKeyReused`."""
    found = IdempotencyKey.objects.filter(client=client, key=key).first()
    if found is None:
        return None
    if found.body_sha256 != body_sha256:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was used before, for a request with another body.",
            next_step="Use a new key for a new request; repeat a request with exactly the same body.",
        )
    return found.status, found.answer


def remember(*, client: str, key: str, body_sha256: str, status: int, answer: Any) -> None:
    """Keep an answer. If two requests with one key ran at once, the first kept answer stays."""
    try:
        with transaction.atomic():
            IdempotencyKey.objects.create(client=client, key=key, body_sha256=body_sha256, status=status, answer=answer)
    except IntegrityError:
        return


def forget_old() -> int:
    """Delete keys past their keeping time: harmless, the postings' own keys still hold."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return deleted
