"""What a partner may look at on the status pages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.organisation.models import Company


class PartnerAccess(models.Model):
    """The companies whose status a partner sees. Without a row, or without companies: none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="partner_access",
        verbose_name=_("user"),
    )
    companies = models.ManyToManyField(
        Company, blank=True, related_name="partner_accesses", verbose_name=_("companies")
    )
    shows_amounts = models.BooleanField(_("amounts"), default=False)

    class Meta:
        verbose_name = _("partner's access")
        verbose_name_plural = _("partners' access")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
