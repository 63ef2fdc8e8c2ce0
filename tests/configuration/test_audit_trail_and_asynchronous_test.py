"""Configuration page: the *Sage DMO audit trail* block, with the sandbox as Intacct.

The asynchronous test's whole way is in tests/browser/test_set_up.py: it needs a portal that can be called.
"""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.configuration.models import AsynchronousRequest, AuditTrailState, IntacctConfiguration
from apps.configuration.set_up import set_up
from apps.configuration.tenant import this_tenant
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


def test_a_copied_database_is_another_tenant_at_once(
    admin: Client, connection: IntacctConfiguration, settings: Any
) -> None:
    press(admin, connection, "audit_trail_update")
    settings.PORTAL_BASE_URL = "https://copy.example.com"
    page = admin.get(reverse("admin:configuration_intacctconfiguration_change", args=[connection.pk])).text
    assert "Yes, update" in page, "without asking Intacct first"
    steps = {status.step.key: status for status in set_up().statuses}
    assert steps["audit_trail"].finding.state.value == "to_do"
    assert "#trail-heading" in steps["audit_trail"].link


def test_no_of_one_tenant_is_not_the_answer_of_its_copy(
    admin: Client, connection: IntacctConfiguration, settings: Any
) -> None:
    settings.PORTAL_BASE_URL = "https://old.example.com"
    press(admin, connection, "audit_trail_update")
    settings.PORTAL_BASE_URL = "https://new.example.com"
    assert "Yes, update" not in press(admin, connection, "audit_trail_leave")
    settings.PORTAL_BASE_URL = "https://copy.example.com"
    assert (
        "Yes, update"
        in admin.get(reverse("admin:configuration_intacctconfiguration_change", args=[connection.pk])).text
    )


def test_answers_for_an_inactive_configuration_are_refused(client: Client, configuration: IntacctConfiguration) -> None:
    configuration.callback_secret, configuration.is_active = "a-secret", False
    configuration.save()
    signed = base64.b64encode(f"{configuration.code}:a-secret".encode()).decode()
    answer = client.post(
        f"/intacct/async/{configuration.code}/", "<response/>", content_type="text/xml",
        headers={"Authorization": f"Basic {signed}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (409, "configuration_inactive")
