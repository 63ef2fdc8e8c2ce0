"""Words that reached a French or German reader in English, or as no accountant writes: each where it was met."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth, IntegrationState
from apps.delivery.services.health import pause
from apps.postings.services.delivered import load_account_determination
from tests.factories.masterdata import IntegrationStateFactory

pytestmark = pytest.mark.django_db
FRENCH = {"Accept-Language": "fr"}
GERMAN = {"Accept-Language": "de"}


def page(client: Client, name: str, *args: object, query: str = "", language: dict[str, str] = FRENCH) -> str:
    return client.get(reverse(name, args=args) + query, headers=language).content.decode().replace("\xa0", " ")


def paused(configuration: IntacctConfiguration) -> None:
    pause(connection=configuration, reason="Paused by admin.", next_step="Resume it under Connection health.")


def test_the_page_of_a_paused_connection_has_its_reason_and_its_times_as_the_reader_writes_them(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    paused(configuration)
    health = ConnectionHealth.objects.get()
    shown = page(admin_client, "admin:delivery_connectionhealth_change", health.pk, language=GERMAN)
    assert not re.search(r"\d{4}-\d\d-\d\d \d\d:", shown)
    assert f"{health.changed_at:%H:%M}" in shown


def test_what_a_form_is_refused_for_is_in_the_readers_language(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    address = reverse("admin:notifications_webhookendpoint_add")
    given = {"name": "ERP", "url": "https://8.8.8.8/hook", "event_kinds": ["posting.posted"]}
    refused = admin_client.post(address, given, headers=FRENCH).content.decode()
    assert "Aucune société n’est choisie. Choisissez des sociétés, ou toutes." in refused


def test_a_limit_in_a_help_text_is_translated(admin_client: Client, configuration: IntacctConfiguration) -> None:
    shown = page(admin_client, "admin:reconciliation_reconciliationrun_changelist", language=GERMAN)
    assert "Höchstens 400 Tage." in shown


def test_what_comes_with_the_portal_is_not_delivered_by_post(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    load_account_determination()
    shown = page(admin_client, "admin:postings_journalentrytype_changelist", language=GERMAN)
    assert "Mitgeliefert" in shown
    assert "Zugestellt" not in shown


def test_a_list_says_how_many_rows_it_has_and_no_noun_in_the_wrong_number(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    for key in ("NET30", "NET60"):
        IntegrationStateFactory(connection=configuration, key=key)
    assert IntegrationState.objects.count() == 2
    assert "2 Zeilen" in page(admin_client, "admin:delivery_integrationstate_changelist", language=GERMAN)


def test_a_language_is_offered_by_its_own_name_on_the_status_pages_too(client: Client) -> None:
    shown = page(client, "status:login", language=GERMAN)
    assert "English" in shown
    assert "Englisch" not in shown
