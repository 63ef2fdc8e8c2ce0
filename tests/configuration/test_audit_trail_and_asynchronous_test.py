"""Configuration page: the *Sage DMO audit trail* block, with the sandbox as Intacct.

The asynchronous test's whole way is in tests/browser/test_set_up.py: it needs a portal that can be called.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.configuration.models import AsynchronousRequest, AuditTrailState, IntacctConfiguration
from apps.configuration.services.audit_trail import this_tenant
from apps.foundation.audit import AuditEntry


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def press(client: Client, configuration: IntacctConfiguration, button: str) -> str:
    """Press one of the page's buttons; the page as it is then."""
    address = reverse(f"admin:configuration_intacctconfiguration_{button}", args=[configuration.pk])
    page: str = client.post(address, follow=True).content.decode()
    configuration.refresh_from_db()
    return page


def test_where_there_is_no_audit_trail_it_is_installed(admin: Client, connection: IntacctConfiguration) -> None:
    press(admin, connection, "audit_trail_look")
    assert connection.audit_trail_state == AuditTrailState.ABSENT
    press(admin, connection, "audit_trail_update")
    assert (connection.audit_trail_state, connection.audit_trail_tenant) == (AuditTrailState.OURS, this_tenant())
    press(admin, connection, "audit_trail_look")
    assert connection.audit_trail_state == AuditTrailState.OURS, "asked again, Intacct says the same"


def test_after_a_change_of_environment_the_mismatch_warning_asks_and_yes_updates(
    admin: Client, connection: IntacctConfiguration, settings: Any
) -> None:
    settings.PORTAL_BASE_URL = "https://old.example.com"
    press(admin, connection, "audit_trail_update")
    settings.PORTAL_BASE_URL = "https://new.example.com"
    page = press(admin, connection, "audit_trail_look")
    assert "old.example.com" in page
    assert "Yes, update" in page
    page = press(admin, connection, "audit_trail_update")
    assert connection.audit_trail_tenant == "new.example.com"
    assert "Yes, update" not in page
    entry = AuditEntry.objects.filter(action="audit_trail_updated").order_by("-id")[0]
    assert entry.detail == {"from": "old.example.com", "to": "new.example.com"}


def test_no_dismisses_the_warning_and_changes_nothing(
    admin: Client, connection: IntacctConfiguration, settings: Any
) -> None:
    settings.PORTAL_BASE_URL = "https://old.example.com"
    press(admin, connection, "audit_trail_update")
    settings.PORTAL_BASE_URL = "https://new.example.com"
    press(admin, connection, "audit_trail_look")
    assert "Yes, update" not in press(admin, connection, "audit_trail_leave")
    assert "Yes, update" not in press(admin, connection, "audit_trail_look"), "it is not asked again"
    assert connection.audit_trail_tenant == "old.example.com"
    assert "Install or update" in press(admin, connection, "audit_trail_look"), "it can be done later"


def test_a_gateway_that_is_away_is_said_in_plain_words(admin: Client, configuration: IntacctConfiguration) -> None:
    assert "audit trail could not be reached" in press(admin, configuration, "audit_trail_look")


def test_without_its_policy_intacct_refuses_an_asynchronous_request_and_the_page_says_so(
    admin: Client, connection: IntacctConfiguration
) -> None:
    page = press(admin, connection, "asynchronous_test")
    assert AsynchronousRequest.objects.get().state == "failed"
    assert "policy" in page
