"""A client's keys: made, rotated with an overlap, revoked."""

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from apps.access.errors import ClientRevoked, KeyChanged, OverlapNotAcceptable
from apps.access.models import ApiClient, ApiKey
from apps.access.services.trail import record
from apps.foundation.wording import in_english

DEFAULT_OVERLAP = datetime.timedelta(days=1)
LONGEST_OVERLAP = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Rotation:
    """The new key, which exists in clear only here, and until when the old one works (None: there was none)."""

    client: ApiClient
    key: str = field(repr=False)
    prefix: str
    old_prefix: str | None
    old_ends: datetime.datetime | None


def make_key(*, client: ApiClient) -> tuple[ApiKey, str]:
    """A key for a client that has no current one, and its text. Call it inside a transaction."""
    made = ApiKey(client=client)
    text: str = ApiKey.objects.assign_key(made)
    made.save(force_insert=True)
    return made, text


@in_english
@transaction.atomic
def rotate_key(*, client: ApiClient, overlap: datetime.timedelta, actor: str, replaces: str | None = None) -> Rotation:
    """Give a client a new key. The current one works until `overlap` is over; one that was ending already ends now, so
    that never more than two work.

    `replaces`: the prefix of the key that the caller saw as current ("": none); another one since then is refused.
    Raises `ClientRevoked`, `KeyChanged`, `OverlapNotAcceptable`. Locks the client's row.
    """
    if not datetime.timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise OverlapNotAcceptable(
            "The old key would end in the past, or work on for more than 30 days.",
            next_step="Choose an overlap from 0 hours to 30 days (720 hours).",
        )
    client = ApiClient.objects.select_for_update().get(pk=client.pk)
    if client.revoked:
        raise ClientRevoked(f"{client.name} is revoked; no key works for it.", next_step="Make a new client.")
    now = timezone.now()
    keys = ApiKey.objects.filter(client=client)
    current = keys.filter(revoked=False, expiry_date__isnull=True).first()
    if replaces is not None and replaces != (current.prefix if current else ""):
        raise KeyChanged(
            f"The current key of {client.name} is not the one that was to be replaced.",
            next_step="Look at the client's keys, then rotate again if it is still needed.",
        )
    keys.usable().filter(expiry_date__isnull=False).update(expiry_date=now)
    old_ends = None
    if current is not None:
        old_ends = now + overlap
        keys.filter(pk=current.pk).update(expiry_date=old_ends)
    made, text = make_key(client=client)
    old_prefix = current.prefix if current else None
    detail = {"key": made.prefix, "old_key": old_prefix, "old_key_ends": old_ends.isoformat() if old_ends else None}
    record(client, "api_key_rotated", actor, detail)
    return Rotation(client=client, key=text, prefix=made.prefix, old_prefix=old_prefix, old_ends=old_ends)


@in_english
@transaction.atomic
def revoke_key(*, key: ApiKey, actor: str) -> None:
    """End one key at once; the client's other key, if it has one, works on. It can't be undone."""
    ApiKey.objects.filter(pk=key.pk).update(revoked=True)
    record(key.client, "api_key_revoked", actor, {"key": key.prefix})
