"""REST clients: who calls, in which role, for which companies, how narrowly and how often."""

from typing import ClassVar, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.models.api_key import ApiKey
from apps.access.roles import Role, Scope
from apps.foundation.fields import UlidField
from apps.organisation.models import Company

_ONE_SCOPE = "(" + "|".join(Scope.values) + ")"


class ApiClientQuerySet(models.QuerySet["ApiClient"]):
    def with_keys(self) -> Self:
        """Each with `last_used_at` of all its keys, and `has_key`: whether one of them works."""
        usable = ApiKey.objects.usable().filter(client=OuterRef("pk"))
        return self.annotate(last_used_at=Max("keys__last_used_at"), has_key=Exists(usable))


class ApiClient(models.Model):
    """A program that calls the REST API. It signs in with one of its keys (`ApiKey`)."""

    reference = UlidField(_("reference"), primary_key=True)
    name = models.CharField(_("name"), max_length=50, help_text=_("What calls the portal, for example your ERP."))
    role = models.CharField(_("role"), max_length=24, choices=Role, default=Role.REST_CLIENT)
    companies = models.ManyToManyField(
        Company,
        blank=True,
        related_name="api_clients",
        verbose_name=_("companies"),
        help_text=_("A posting of any other company is not there for this client."),
    )
    # Space separated, as OAuth writes them (RFC 6749, section 3.3): one column, whose words the database checks.
    scopes = models.CharField(
        _("scopes"),
        max_length=400,
        blank=True,
        help_text=_("What of its role this client may do. None chosen: everything that the role may."),
    )
    expiry_date = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("From then on none of its keys works.")
    )
    revoked = models.BooleanField(_("revoked"), default=False, editable=False)
    requests_per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("More are answered with 429. Empty: the portal's setting, API_REQUESTS_PER_MINUTE."),
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects: ClassVar[models.Manager["ApiClient"]] = ApiClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["name", "reference"]
        constraints = [
            models.CheckConstraint(name="access_apiclient_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="access_apiclient_scopes_known",
                condition=Q(scopes="") | Q(scopes__regex=f"^{_ONE_SCOPE}( {_ONE_SCOPE})*$"),
            ),
            models.CheckConstraint(
                name="access_apiclient_rate_positive",
                condition=Q(requests_per_minute__isnull=True) | Q(requests_per_minute__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_expired(self) -> bool:
        return self.expiry_date is not None and self.expiry_date <= timezone.now()

    @property
    def narrowed_to(self) -> frozenset[Scope] | None:
        """The scopes it is limited to; None: to nothing but its role."""
        return frozenset(map(Scope, self.scopes.split())) or None
