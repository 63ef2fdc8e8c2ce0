"""The grid of the *Defaults* tab: what documents of a country use (guide, "Configure the integration")."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.configuration.models.intacct_configuration import IntacctConfiguration, IntegrationLevel
from apps.organisation.models import TaxCategory, TaxSolution


class CountryDefault(models.Model):
    """One country of a configuration. Both products must have the same country."""

    configuration = models.ForeignKey(IntacctConfiguration, models.CASCADE, related_name="countries")
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO code, as in both products."))
    tax_solution = models.ForeignKey(
        TaxSolution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Sage DMO tax solution")
    )
    intacct_tax_solution = models.CharField(_("Sage Intacct tax solution"), max_length=60, blank=True)
    tax_category = models.ForeignKey(
        TaxCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tax category")
    )
    integration_level = models.CharField(
        _("Transaction integration level"),
        max_length=8,
        choices=IntegrationLevel,
        blank=True,
        help_text=_("Empty: the configuration's."),
    )

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["configuration", "country"]
        default_permissions = ("add", "change", "delete", "view")
        constraints = [
            models.UniqueConstraint(
                fields=["configuration", "country"],
                name="configuration_country_once",
                violation_error_message=_("This country is in the grid already."),
            ),
            models.CheckConstraint(
                name="configuration_country_level_known",
                condition=Q(integration_level="") | Q(integration_level__in=IntegrationLevel.values),
            ),
            models.CheckConstraint(name="configuration_country_iso", condition=Q(country__regex=r"^[A-Z]{2}$")),
        ]

    def __str__(self) -> str:
        return self.country
