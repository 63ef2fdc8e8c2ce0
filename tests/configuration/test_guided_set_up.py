"""The guided set-up: the guide as a living checklist, green only when it is really green."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.configuration.checklist import StepState
from apps.configuration.models import IntacctConfiguration, SetUpConfirmation
from apps.configuration.set_up import set_up
from apps.foundation.audit import AuditEntry
from apps.options.services.delivered import load_options
from apps.organisation.models import Company, Site
from tests.factories.organisation import CompanyFactory
from tests.sandbox_process import SandboxProcess

PAGE = "/admin/configuration/intacctconfiguration/set-up/"
Person = Callable[[Role], User]


@pytest.fixture
def admin(person: Person, client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def states() -> dict[str, str]:
    return {status.step.key: status.finding.state.value for status in set_up().statuses}


def detail(key: str) -> str:
    return next(status.finding.detail for status in set_up().statuses if status.step.key == key)


def test_at_first_nothing_is_green(admin: Client) -> None:
    load_options()
    assert StepState.DONE.value not in states().values()
    page = admin.get(PAGE).content.decode()
    assert "Sage Intacct &gt; Company &gt; Admin &gt; Users, roles &amp; groups &gt; Web Services users" in page
    assert "0 of" in page


def test_asking_sage_intacct_turns_green_what_is_really_there(
    admin: Client, company: Company, connection: IntacctConfiguration
) -> None:
    admin.post(f"{PAGE}check/")
    green = {key for key, state in states().items() if state == "done"}
    assert green >= {
        "web_services_user", "top_level_access", "sender", "active_switch", "configuration", "business_entities",
    }  # fmt: skip
    assert "financial_data" not in green
    call_command("synchronise", "--all")
    assert states()["financial_data"] == "done"


@pytest.mark.parametrize(
    ("wrong", "red", "not_known"),
    [
        ({"user_password": "wrong"}, "web_services_user", "business_entities"),
        ({"sender_password": "wrong"}, "sender", "web_services_user"),
    ],
)
def test_what_fails_is_to_do_and_what_comes_after_is_not_known(
    wrong: dict[str, str], red: str, not_known: str, admin: Client, connection: IntacctConfiguration
) -> None:
    IntacctConfiguration.objects.filter(pk=connection.pk).update(**wrong)
    admin.post(f"{PAGE}check/")
    assert states()[red] == "to_do"
    assert states()[not_known] == "not_known"
    field = "sender_id" if red == "sender" else "user_id"
    assert f"#id_{field}" in admin.get(PAGE).content.decode(), "a link straight to the field"


def test_a_company_without_an_entity_is_named(
    admin: Client, company: Company, connection: IntacctConfiguration
) -> None:
    CompanyFactory(code="999", name="Nowhere Ltd", legislation=company.legislation)
    admin.post(f"{PAGE}check/")
    assert states()["business_entities"] == "to_do"
    assert "999" in detail("business_entities")


def test_a_change_of_the_configuration_makes_the_last_test_void(
    admin: Client, connection: IntacctConfiguration, sandbox: SandboxProcess
) -> None:
    admin.post(f"{PAGE}check/")
    assert states()["web_services_user"] == "done"
    address = f"/admin/configuration/intacctconfiguration/{connection.pk}/change/"
    form = admin.get(address).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: "on" if value is True else str(value) for name, value in values.items() if value not in (None, False)}
    countries = {
        f"{grid}-{count}_FORMS": "0" for grid in ("countries", "smart_events") for count in ("TOTAL", "INITIAL")
    }
    assert admin.post(address, {**sent, **countries, "user_id": "somebody"}).status_code == 302
    assert states()["web_services_user"] == "not_known"


def test_what_nothing_can_detect_is_ticked_by_a_person_and_is_in_the_history(admin: Client) -> None:
    admin.post(f"{PAGE}tax_settings/confirm/", {"done": "yes"})
    assert states()["tax_settings"] == "done"
    assert "integration_admin said so" in detail("tax_settings")
    admin.post(f"{PAGE}tax_settings/confirm/", {"done": "no"})
    assert states()["tax_settings"] == "to_do"
    actions = AuditEntry.objects.filter(subject_type="set_up_step").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["set_up_step_confirmed", "set_up_step_reopened"]


def test_nobody_ticks_what_is_detected(admin: Client) -> None:
    admin.post(f"{PAGE}active_switch/confirm/", {"done": "yes"})
    assert not SetUpConfirmation.objects.exists()


def test_an_auditor_reads_it_and_changes_nothing(person: Person, client: Client, db: None) -> None:
    client.force_login(person(Role.AUDITOR))
    assert client.get(PAGE).status_code == 200
    assert client.post(f"{PAGE}tax_settings/confirm/", {"done": "yes"}).status_code == 403
    assert client.post(f"{PAGE}check/").status_code == 403


def test_an_operator_does_not_see_it(person: Person, client: Client, db: None) -> None:
    client.force_login(person(Role.OPERATOR))
    assert client.get(PAGE).status_code == 403


def test_without_a_company_business_entities_are_to_do(admin: Client, connection: IntacctConfiguration) -> None:
    admin.post(f"{PAGE}check/")
    assert states()["business_entities"] == "to_do"


def test_a_company_that_came_after_the_test_makes_it_not_known(
    admin: Client, company: Company, connection: IntacctConfiguration
) -> None:
    admin.post(f"{PAGE}check/")
    assert states()["business_entities"] == "done"
    CompanyFactory(code="200", legislation=company.legislation)
    assert states()["business_entities"] == "not_known"
    assert "200" in detail("business_entities")


def test_a_company_without_its_financial_site_is_not_ready(
    admin: Client, company: Company, connection: IntacctConfiguration
) -> None:
    admin.post(f"{PAGE}check/")
    Site.objects.filter(code=company.code).update(is_active=False)
    assert states()["business_entities"] == "to_do"
    assert f"Company {company.code} has no financial site with the ID {company.code}" in detail("business_entities")


def test_every_step_done_here_links_straight_to_its_place(
    admin: Client, company: Company, connection: IntacctConfiguration
) -> None:
    admin.post(f"{PAGE}check/")
    page = admin.get(PAGE).text
    for status in set_up().statuses:
        if status.step.product == "Sage DMO":
            address = status.link or reverse(status.step.link)
            assert f'href="{address}"' in page, status.step.key
            assert admin.get(address.partition("#")[0]).status_code == 200


def test_a_lost_encryption_key_is_a_step_to_do_and_breaks_nothing(
    admin: Client, configuration: IntacctConfiguration, settings: Any
) -> None:
    configuration.user_password = "a password"
    configuration.save()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert admin.get(PAGE).status_code == 200
    assert states()["configuration"] == "to_do"
    assert "Enter it again" in detail("configuration")
    assert "PORTAL_ENCRYPTION_KEYS" in admin.post(f"{PAGE}check/", follow=True).text
