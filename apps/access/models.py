"""REST clients and their keys. The key is shown once; only a hash of it is kept."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, BaseAPIKeyManager

from apps.access.roles import Role
from apps.foundation.fields import UlidField
from apps.organisation.models import Company


class ApiClientManager(BaseAPIKeyManager):
    """Makes clients together with their key."""


class ApiClient(AbstractAPIKey):
    """A program that calls the REST API: role, companies, one key (`prefix.secret`), expiry, last use."""

    reference = UlidField(_("reference"), unique=True)
    role = models.CharField(_("role"), max_length=24, choices=Role, default=Role.REST_CLIENT)
    companies = models.ManyToManyField(
        Company,
        blank=True,
        related_name="api_clients",
        verbose_name=_("companies"),
        help_text=_("A posting of any other company is not there for this client."),
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects: ClassVar[ApiClientManager] = ApiClientManager()  # type: ignore[assignment]

    class Meta(AbstractAPIKey.Meta):
        abstract = False
        verbose_name = _("API client")  # type: ignore[assignment]
        verbose_name_plural = _("API clients")  # type: ignore[assignment]
        ordering = ["name", "id"]  # type: ignore[assignment]
        constraints = [
            models.CheckConstraint(name="access_apiclient_role_known", condition=models.Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return self.name
