"""Which configuration is meant."""

from apps.configuration.errors import NoActiveConfiguration, UnknownConfiguration
from apps.configuration.models import IntacctConfiguration, IntegrationLevel


def active_configuration() -> IntacctConfiguration:
    """The active configuration. Raises `NoActiveConfiguration`."""
    found = IntacctConfiguration.objects.filter(is_active=True).first()
    if found is None:
        raise NoActiveConfiguration(
            "No Sage Intacct configuration is active, so nothing can be sent.",
            next_step="Create one under Administration > Integrations > Sage Intacct > Configuration.",
        )
    return found


def levels_by_country(configuration: IntacctConfiguration) -> dict[str, IntegrationLevel]:
    """The countries whose grid line overrides the configuration's level (dmo-facts 3.2)."""
    overriding = configuration.countries.exclude(integration_level="").values_list("country", "integration_level")
    return {country: IntegrationLevel(level) for country, level in overriding}


def configuration_named(code: str | None) -> IntacctConfiguration:
    """The configuration with that ID, or the active one. Raises `UnknownConfiguration`, `NoActiveConfiguration`."""
    if not code:
        return active_configuration()
    found = IntacctConfiguration.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(IntacctConfiguration.objects.values_list("code", flat=True)) or "none"
        raise UnknownConfiguration(f"There is no configuration {code!r}. There are: {known}.")
    return found
