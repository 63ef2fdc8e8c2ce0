"""`Authorization: Api-Key <prefix.secret>` (contract section 5)."""

import datetime

from django.db.models import Q
from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from apps.access.models import ApiClient
from apps.access.viewer import Viewer, viewer_for_client, viewer_for_user

SCHEME = "Api-Key"
_LAST_USED_GRAIN = datetime.timedelta(minutes=1)


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """Finds the client by its key's prefix, compares the hash in constant time.

    One sentence for every way a key can fail: who guesses keys learns nothing from the answer.
    """

    def authenticate(self, request: Request) -> tuple[Viewer, ApiClient] | None:
        header = authentication.get_authorization_header(request).decode("latin-1")
        scheme, _, key = header.partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        prefix, _, _ = key.strip().partition(".")
        client = ApiClient.objects.filter(prefix=prefix, revoked=False).first() if prefix else None
        if client is None or not client.is_valid(key.strip()) or client.has_expired:
            raise exceptions.AuthenticationFailed(
                "The API key is not valid: it is unknown, revoked or expired.", code="invalid_api_key"
            )
        self._note_use(client)
        return viewer_for_client(client), client

    def authenticate_header(self, request: Request) -> str:
        return SCHEME

    def _note_use(self, client: ApiClient) -> None:
        """`last_used_at`, to the minute: one write a minute, not one a request."""
        now = timezone.now()
        if client.last_used_at is None or now - client.last_used_at > _LAST_USED_GRAIN:
            stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _LAST_USED_GRAIN)
            ApiClient.objects.filter(stale, pk=client.pk).update(last_used_at=now)


class PortalSessionAuthentication(authentication.SessionAuthentication):
    """An admin's session, as a `Viewer` like every other."""

    def authenticate(self, request: Request) -> tuple[Viewer, None] | None:
        found = super().authenticate(request)
        return None if found is None else (viewer_for_user(found[0]), None)
