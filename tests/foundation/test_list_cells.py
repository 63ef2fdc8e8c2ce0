"""In a narrow window a list's row is a card: each value with its column's words beside it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.configuration.models import IntacctConfiguration
from apps.mapping.services.object_mapping import ensure_object_mappings
from tests.factories.masterdata import IntegrationStateFactory, ItemFactory

pytestmark = pytest.mark.django_db


def labels(client: Client, name: str, language: str = "en") -> list[str]:
    shown = client.get(reverse(name), headers={"Accept-Language": language}).content.decode()
    return re.findall(r'data-label="([^"]*)"', shown.split('id="result_list"')[1])


def test_a_label_has_a_capital_only_where_it_begins(admin_client: Client, configuration: IntacctConfiguration) -> None:
    ItemFactory(code="A")
    found = labels(admin_client, "admin:masterdata_item_changelist", "fr")
    assert "ID" in found
    assert [one for one in found if one[:1] != one[:1].upper()] == []


def test_a_cell_without_a_link_or_a_checkbox_is_not_called_select_record(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    """Whose link is in another column, as in the list of mappings."""
    ensure_object_mappings()
    found = labels(admin_client, "admin:mapping_objectmapping_changelist")
    assert found
    assert "Select record" not in found


def test_a_checkbox_is(admin_client: Client, configuration: IntacctConfiguration) -> None:
    IntegrationStateFactory(connection=configuration)
    assert labels(admin_client, "admin:delivery_integrationstate_changelist").count("Select record") == 1
