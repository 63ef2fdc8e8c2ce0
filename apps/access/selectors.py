"""Clients, keys and shared links as pages and commands ask for them."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from apps.access.errors import UnknownClient
from apps.access.link_tokens import hash_of, secret_of
from apps.access.models import ApiClient, ApiKey, LinkState, SharedLink

MOST_KEYS = 20
"""Shown on a client's page: the newest."""


class KeyState(StrEnum):
    CURRENT = "current"
    ENDING = "ending"
    ENDED = "ended"
    REVOKED = "revoked"


@dataclass(frozen=True)
class KeyRow:
    """One key as the client's page shows it."""

    prefix: str
    created: datetime.datetime
    last_used_at: datetime.datetime | None
    ends: datetime.datetime | None
    state: KeyState

    @property
    def works(self) -> bool:
        return self.state in (KeyState.CURRENT, KeyState.ENDING)


def keys_of(client: ApiClient) -> list[KeyRow]:
    """The client's newest keys: one query."""
    return [
        KeyRow(key.prefix, key.created, key.last_used_at, key.expiry_date, _state(key))
        for key in client.keys.all()[:MOST_KEYS]
    ]


def _state(key: ApiKey) -> KeyState:
    if key.revoked:
        return KeyState.REVOKED
    if key.expiry_date is None:
        return KeyState.CURRENT
    return KeyState.ENDED if key.expiry_date <= timezone.now() else KeyState.ENDING


def client_named(name_or_reference: str) -> ApiClient:
    """The client of that reference, or the one of that name that is not revoked. Raises `UnknownClient`."""
    found = list(ApiClient.objects.filter(reference=name_or_reference))
    found = found or list(ApiClient.objects.filter(name=name_or_reference, revoked=False)[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownClient(
            f"Several clients are called {name_or_reference}.",
            next_step="Name it by its reference: it is in the address of the client's page.",
        )
    raise UnknownClient(f"There is no client {name_or_reference}.", next_step="Look at API clients in the admin.")


def link_behind(token: str) -> SharedLink | None:
    """The shared link of a token that works now, with its company; None for every other text.

    The same steps whatever is wrong with it: who guesses learns nothing from the time either.
    """
    secret = secret_of(token)
    link = SharedLink.objects.select_related("company").filter(secret_hash=hash_of(secret or token)).first()
    return link if secret is not None and link is not None and link.state == LinkState.WORKS else None
