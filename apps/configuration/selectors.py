"""Which configuration is meant, and whether it is in use."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.configuration.errors import ConfigurationInactive, NoActiveConfiguration, UnknownConfiguration
from apps.configuration.models import CountryDefault, IntacctConfiguration, IntegrationLevel
from apps.organisation.models import TaxSolution


def active_configuration() -> IntacctConfiguration:
    """The active configuration. Raises `NoActiveConfiguration`."""
    found = IntacctConfiguration.objects.filter(is_active=True).first()
    if found is None:
        raise NoActiveConfiguration(
            "No Sage Intacct configuration is active, so nothing can be sent.",
            next_step="Create one under Administration > Integrations > Sage Intacct > Configuration.",
        )
    return found


def require_active(configuration: IntacctConfiguration) -> None:
    """Nothing is taken in for a configuration that is not in use. Raises `ConfigurationInactive`."""
    if not configuration.is_active:
        raise ConfigurationInactive(
            f"Configuration {configuration.code} is not active: nothing was taken.",
            next_step="Activate it, or remove the address of this portal in Sage Intacct.",
        )


@dataclass(frozen=True)
class CountryGrid:
    """The configuration's lines by country, read once (dmo-facts 3.2)."""

    lines: Sequence[CountryDefault]

    @property
    def levels(self) -> dict[str, IntegrationLevel]:
        """The countries whose line overrides the configuration's level."""
        return {one.country: IntegrationLevel(one.integration_level) for one in self.lines if one.integration_level}

    def tax_solutions(self) -> dict[str, str]:
        """Sage Intacct's tax solution of each country: the grid's, or that of the DMO solution there. One query.

        A country that is not in the grid has its delivered solution's.
        """
        solutions = {
            one.country: one.intacct_tax_solution
            for one in TaxSolution.objects.filter(is_active=True).order_by("-code")
            if one.intacct_tax_solution
        }
        for line in self.lines:
            own = line.intacct_tax_solution or (line.tax_solution.intacct_tax_solution if line.tax_solution else "")
            if own:
                solutions[line.country] = own
        return solutions


def country_grid(configuration: IntacctConfiguration) -> CountryGrid:
    """One query."""
    return CountryGrid(list(configuration.countries.select_related("tax_solution").order_by()))


def levels_by_country(configuration: IntacctConfiguration) -> dict[str, IntegrationLevel]:
    """The countries whose grid line overrides the configuration's level. One query."""
    return country_grid(configuration).levels


def configuration_named(code: str | None) -> IntacctConfiguration:
    """The configuration with that ID, or the active one. Raises `UnknownConfiguration`, `NoActiveConfiguration`."""
    if not code:
        return active_configuration()
    found = IntacctConfiguration.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(IntacctConfiguration.objects.values_list("code", flat=True)) or "none"
        raise UnknownConfiguration(f"There is no configuration {code!r}. There are: {known}.")
    return found
