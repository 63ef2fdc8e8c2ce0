"""A client's keys. A key is shown once; only a hash of it is kept."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, BaseAPIKeyManager


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> Self:
        """Neither revoked nor ended."""
        return self.filter(Q(expiry_date__isnull=True) | Q(expiry_date__gt=timezone.now()), revoked=False)


class ApiKeyManager(BaseAPIKeyManager.from_queryset(ApiKeyQuerySet)):  # type: ignore[misc]
    """Makes keys (`assign_key`) as the library does."""


class ApiKey(AbstractAPIKey):
    """One key (`prefix.secret`) of a client. `expiry_date` is when it ends: set when another takes its place.

    Its primary key holds its hash: in addresses, logs and the audit trail a key is named by its prefix.
    """

    name = None  # type: ignore[assignment]  # the client has one
    client = models.ForeignKey(
        "access.ApiClient", on_delete=models.CASCADE, related_name="keys", verbose_name=_("API client")
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects: ClassVar[ApiKeyManager] = ApiKeyManager()

    class Meta(AbstractAPIKey.Meta):
        abstract = False
        verbose_name = _("API key")  # type: ignore[assignment]
        verbose_name_plural = _("API keys")  # type: ignore[assignment]
        ordering = ["-created", "prefix"]  # type: ignore[assignment]
        constraints = [
            models.UniqueConstraint(
                name="access_apikey_one_current",
                fields=["client"],
                condition=Q(revoked=False, expiry_date__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.prefix
