"""`Authorization: Api-Key <prefix.secret>` (contract section 5)."""

import datetime

from django.db.models import Q
from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from apps.access import limits
from apps.access.models import ApiClient, ApiKey
from apps.access.viewer import Viewer, viewer_for_client, viewer_for_user

SCHEME = "Api-Key"
_LAST_USED_GRAIN = datetime.timedelta(minutes=1)


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """Finds the key by its prefix, compares the hash in constant time, and counts the request of its client.

    Two queries: the key with its client, and the client's companies. One sentence for every way a key can fail: who
    guesses keys learns nothing from the answer. Counted here and not in a throttle class, because those are asked after
    the permissions: what a client may not do would be free, and failed keys never reach them.
    """

    def authenticate(self, request: Request) -> tuple[Viewer, ApiClient] | None:
        header = authentication.get_authorization_header(request).decode("latin-1")
        scheme, _, text = header.partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        key = self._key(text.strip())
        if key is None:
            limits.count_failed_key(request)
            raise exceptions.AuthenticationFailed(
                "The API key is not valid: it is unknown, revoked or expired.", code="invalid_api_key"
            )
        limits.count_request(request, key.client)
        self._note_use(key)
        return viewer_for_client(key.client), key.client

    def authenticate_header(self, request: Request) -> str:
        return SCHEME

    def _key(self, text: str) -> ApiKey | None:
        prefix, _, _ = text.partition(".")
        usable = ApiKey.objects.usable().filter(client__revoked=False).select_related("client")
        key = usable.filter(prefix=prefix).first() if prefix else None
        return None if key is None or not key.is_valid(text) or key.client.has_expired else key

    def _note_use(self, key: ApiKey) -> None:
        """`last_used_at`, to the minute: one write a minute, not one a request."""
        now = timezone.now()
        if key.last_used_at is None or now - key.last_used_at > _LAST_USED_GRAIN:
            stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _LAST_USED_GRAIN)
            ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


class PortalSessionAuthentication(authentication.SessionAuthentication):
    """An admin's session, as a `Viewer` like every other. Not counted: people don't click 600 times a minute."""

    def authenticate(self, request: Request) -> tuple[Viewer, None] | None:
        found = super().authenticate(request)
        return None if found is None else (viewer_for_user(found[0]), None)
