"""Which configuration is meant, and whether it is in use."""

from apps.configuration.errors import ConfigurationInactive, NoActiveConfiguration, UnknownConfiguration
from apps.configuration.models import IntacctConfiguration, IntegrationLevel
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


def levels_by_country(configuration: IntacctConfiguration) -> dict[str, IntegrationLevel]:
    """The countries whose grid line overrides the configuration's level (dmo-facts 3.2)."""
    overriding = configuration.countries.exclude(integration_level="").values_list("country", "integration_level")
    return {country: IntegrationLevel(level) for country, level in overriding}


def tax_solutions_by_country(configuration: IntacctConfiguration) -> dict[str, str]:
    """Sage Intacct's tax solution of each country: the grid's, or that of the DMO solution there. Two queries.

    A country that is not in the grid has its delivered solution's.
    """
    solutions = {
        one.country: one.intacct_tax_solution
        for one in TaxSolution.objects.filter(is_active=True).order_by("-code")
        if one.intacct_tax_solution
    }
    for line in configuration.countries.select_related("tax_solution"):
        own = line.intacct_tax_solution or (line.tax_solution.intacct_tax_solution if line.tax_solution else "")
        if own:
            solutions[line.country] = own
    return solutions


def configuration_named(code: str | None) -> IntacctConfiguration:
    """The configuration with that ID, or the active one. Raises `UnknownConfiguration`, `NoActiveConfiguration`."""
    if not code:
        return active_configuration()
    found = IntacctConfiguration.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(IntacctConfiguration.objects.values_list("code", flat=True)) or "none"
        raise UnknownConfiguration(f"There is no configuration {code!r}. There are: {known}.")
    return found
