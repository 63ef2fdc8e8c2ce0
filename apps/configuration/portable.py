"""What of the configuration is carried with the set-up: everything but its secrets and whether it is active."""

from django.core.exceptions import ValidationError

from apps.configuration.gateway import allowed_hosts
from apps.configuration.level_change import changed_countries, not_posted
from apps.configuration.models import CountryDefault, IntacctConfiguration, secret_fields
from apps.foundation.portable import Portable, register
from apps.intacct import EndpointNotAllowed, check_endpoint


def _is_safe(row: IntacctConfiguration, is_new: bool) -> str:
    """The form's rules: passwords go to allowed addresses only, and the level changes when nothing waits."""
    try:
        check_endpoint(row.endpoint_url, allowed_hosts(row.endpoint_url))
    except EndpointNotAllowed as refusal:
        raise ValidationError(f"{refusal} {refusal.next_step}") from None
    if is_new:
        row.is_active = False
        return ""
    stored = IntacctConfiguration.objects.only("integration_level").get(pk=row.pk)
    waiting = not_posted(row).number if stored.integration_level != row.integration_level else 0
    if waiting:
        raise ValidationError(
            f"The transaction integration level would change while {waiting} documents are not posted. Post them first."
        )
    return ""


def _changes_no_level_of_what_waits(row: CountryDefault, is_new: bool) -> str:
    """The same for the line of a country."""
    configuration = IntacctConfiguration.objects.only("integration_level").get(pk=row.configuration_id)
    stored = CountryDefault.objects.filter(pk=row.pk).values_list("integration_level", flat=True).first() or ""
    countries = changed_countries(
        before={row.country: stored},
        after={row.country: row.integration_level},
        top_before=configuration.integration_level,
        top_after=configuration.integration_level,
    )
    waiting = not_posted(configuration, countries).number if countries else 0
    if waiting:
        raise ValidationError(f"The level would change while {waiting} documents are not posted. Post them first.")
    return ""


def declare() -> None:
    register(
        Portable(
            section="configurations",
            label="Configuration",
            order=80,
            model=IntacctConfiguration,
            kind="configuration",
            natural_key=("code",),
            fields=(
                "company_id", "user_id", "endpoint_url", "sender_id", "policy_id", "async_timeout_seconds",
                "legislation", "chart_of_accounts", "integration_level", "sends_contact_list_category",
                "excludes_display_contact", "cleans_contact_list", "call_deadline_seconds",
                "processing_horizon_seconds", "largest_concurrency", "nightly_days",
            ),
            added_later=frozenset({"nightly_days"}),
            references={"legislation": "code", "chart_of_accounts": "code"},
            without=secret_fields(),
            rule=_is_safe,
        ),
        Portable(
            section="countries",
            label="Defaults of a country",
            order=90,
            model=CountryDefault,
            kind="country_default",
            natural_key=("configuration", "country"),
            fields=("tax_solution", "intacct_tax_solution", "tax_category", "integration_level"),
            references={"configuration": "code", "tax_solution": "code", "tax_category": "code"},
            rule=_changes_no_level_of_what_waits,
        ),
    )  # fmt: skip
