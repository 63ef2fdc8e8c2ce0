"""Guide, "Activate Sage Intacct integration": the Active switch, its warning, and that off means off everywhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.services.dispatch import connections_with_work
from apps.delivery.services.drain import DrainReport, drain
from apps.foundation.audit import AuditEntry
from apps.options.models import Option, OptionCode
from apps.options.services.delivered import load_options
from apps.options.services.switching import switch
from apps.organisation.models import Company
from tests.factories.documents import sales_invoice
from tests.factories.organisation import CompanyFactory, LegislationFactory
from tests.sandbox_process import SandboxProcess

PAGE = "/admin/options/option/"
SWITCH = "/admin/options/option/sage_intacct/switch/"
Drained = Callable[[], DrainReport]
Person = Callable[[Role], User]


@pytest.fixture
def admin(person: Person, client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


@pytest.fixture
def german_company(db: None) -> Company:
    german = LegislationFactory(code="DE", name="Germany", country="DE", currency="EUR", posts_ap_ar_to_ledger=True)
    made: Company = CompanyFactory(code="400", name="Northfield GmbH", legislation=german, currency="EUR")
    return made


def history() -> list[str]:
    return list(AuditEntry.objects.filter(subject_type="option").order_by("id").values_list("action", flat=True))


def test_under_finance_integrations_the_active_switch_of_sage_intacct_is_turned_on(admin: Client) -> None:
    load_options()
    page = admin.get(PAGE).content.decode()
    assert "Finance integrations" in page
    assert 'aria-checked="false"' in page
    admin.post(SWITCH, {"to": "on"})
    assert Option.objects.is_on(OptionCode.SAGE_INTACCT)
    page = admin.get(PAGE).content.decode()
    assert 'aria-checked="true"' in page
    assert reverse("admin:configuration_intacctconfiguration_changelist") in page, "the Configuration page link"
    assert history() == ["option_turned_on"]


def test_it_is_delivered_off_and_loading_again_does_not_touch_the_switch(db: None) -> None:
    load_options()
    assert not Option.objects.is_on(OptionCode.SAGE_INTACCT)
    switch(code=OptionCode.SAGE_INTACCT, on=True, actor="test")
    load_options()
    assert Option.objects.is_on(OptionCode.SAGE_INTACCT)


def test_turning_it_off_names_the_german_company_before_anything_is_saved(
    admin: Client, intacct_on: Option, german_company: Company, company: Company
) -> None:
    warning = admin.post(SWITCH, {"to": "off"}).content.decode()
    assert "deactivates AP/AR postings to the general ledger" in warning
    assert "400 Northfield GmbH" in warning
    assert company.name not in warning
    assert Option.objects.is_on(OptionCode.SAGE_INTACCT), "nothing is saved before the answer"
    assert history()[-1] == "option_warning_shown"


def test_yes_turns_it_off_and_the_warning_with_its_answer_is_in_the_history(
    admin: Client, intacct_on: Option, german_company: Company
) -> None:
    shown = _warnings(admin)
    admin.post(SWITCH, {"to": "off", "answer": "yes", "warning": shown})
    assert not Option.objects.is_on(OptionCode.SAGE_INTACCT)
    entry = AuditEntry.objects.filter(subject_type="option").order_by("-id")[0]
    assert entry.action == "option_turned_off"
    assert entry.actor == Role.INTEGRATION_ADMIN.value
    assert entry.detail == {"warning": shown, "answer": "yes"}


def test_no_leaves_it_on_and_is_in_the_history(admin: Client, intacct_on: Option, german_company: Company) -> None:
    shown = _warnings(admin)
    admin.post(SWITCH, {"to": "off", "answer": "no", "warning": shown})
    assert Option.objects.is_on(OptionCode.SAGE_INTACCT)
    assert history()[-2:] == ["option_warning_shown", "option_left_on"]


def test_who_confirmed_an_older_warning_is_asked_again(
    admin: Client, intacct_on: Option, german_company: Company
) -> None:
    shown = _warnings(admin)
    french = LegislationFactory(code="FR", name="France", country="FR", currency="EUR", posts_ap_ar_to_ledger=True)
    CompanyFactory(code="300", name="Northfield SAS", legislation=french, currency="EUR")
    again = admin.post(SWITCH, {"to": "off", "answer": "yes", "warning": shown})
    assert b"300 Northfield SAS" in again.content
    assert Option.objects.is_on(OptionCode.SAGE_INTACCT)


def test_without_consequences_it_is_turned_off_at_once(admin: Client, intacct_on: Option, company: Company) -> None:
    admin.post(SWITCH, {"to": "off"})
    assert not Option.objects.is_on(OptionCode.SAGE_INTACCT)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_others_see_the_switch_and_may_not_turn_it(
    role: Role, person: Person, client: Client, intacct_on: Option
) -> None:
    client.force_login(person(role))
    assert "disabled" in client.get(PAGE).content.decode()
    assert client.post(SWITCH, {"to": "off"}).status_code == 403
    assert Option.objects.is_on(OptionCode.SAGE_INTACCT)


def test_it_is_never_turned_by_following_a_link(admin: Client, intacct_on: Option) -> None:
    assert admin.get(SWITCH).status_code == 405


def test_while_off_what_is_submitted_is_held_and_goes_on_when_it_is_on_again(
    company: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    drained: Drained,
    client_of: Callable[..., APIClient],
) -> None:
    rest = client_of(company)
    switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
    answer = rest.post("/api/v1/postings/", sales_invoice(number="SI-OFF"), format="json")
    assert answer.status_code == 201
    address = f"/api/v1/postings/{answer.json()['id']}/"
    assert drained().sent == 0
    assert connections_with_work() == []
    assert sandbox.objects("ARINVOICE") == []
    shown: dict[str, Any] = rest.get(address).json()
    assert (shown["state"], shown["documents"][0]["state"]) == ("held", "held")
    assert rest.get("/api/v1/postings/?state=held").json()["results"][0]["id"] == shown["id"]

    switch(code=OptionCode.SAGE_INTACCT, on=True, actor="test")
    assert connections_with_work() == [connection]
    drained()
    assert rest.get(address).json()["state"] == "posted"
    assert len(sandbox.objects("ARINVOICE")) == 1


def test_while_off_no_command_reaches_the_gateway(connection: IntacctConfiguration, sandbox: SandboxProcess) -> None:
    before = sandbox.stats()["requests"]
    switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
    with pytest.raises(CommandError, match="Options management"):
        call_command("synchronise", "--all")
    with pytest.raises(CommandError):
        call_command("check_connection")
    assert sandbox.stats()["requests"] == before
    connection.refresh_from_db()
    assert "Options management" in connection.last_test_steps[-1]["next_step"]


def test_while_off_the_menu_and_the_first_page_say_why(admin: Client, configuration: IntacctConfiguration) -> None:
    assert b"turned off in Options management" not in admin.get("/admin/").content
    switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
    page = admin.get("/admin/").content.decode()
    assert "turned off in Options management" in page
    assert "Sage Intacct is turned off, so nothing is sent." in page


def _warnings(admin: Client) -> list[str]:
    """Ask to turn it off: the words that were shown."""
    asked = admin.post(SWITCH, {"to": "off"})
    return [str(one) for one in asked.context["consequences"]]


def test_no_writes_down_the_warning_as_it_is_and_not_what_a_browser_sends(
    admin: Client, intacct_on: Option, german_company: Company
) -> None:
    admin.post(SWITCH, {"to": "off", "answer": "no", "warning": ["A made-up warning"]})
    (entry,) = AuditEntry.objects.filter(action="option_left_on")
    assert "Northfield GmbH" in str(entry.detail["warning"])
    assert "made-up" not in str(entry.detail)


def test_no_while_it_is_off_writes_nothing(admin: Client, german_company: Company) -> None:
    load_options()
    assert "Nothing was changed" in admin.post(SWITCH, {"answer": "no"}, follow=True).text
    assert history() == []


@pytest.mark.parametrize("sent", [{}, {"to": ""}, {"to": "perhaps"}])
def test_whoever_does_not_say_on_or_off_changes_nothing(
    admin: Client, intacct_on: Option, sent: dict[str, str]
) -> None:
    assert "Say whether" in admin.post(SWITCH, sent, follow=True).text
    assert Option.objects.is_on(OptionCode.SAGE_INTACCT)
    assert "option_turned_off" not in history()


BUTTONS = [
    ("admin:configuration_intacctconfiguration_test_connection", True),
    ("admin:configuration_intacctconfiguration_asynchronous_test", True),
    ("admin:configuration_intacctconfiguration_audit_trail_look", True),
    ("admin:configuration_intacctconfiguration_audit_trail_update", True),
    ("admin:configuration_set_up_check", False),
    ("admin:masterdata_entity_ask", False),
    ("admin:synchronisation_synchronisationrun_start", "ACCOUNT"),
    ("admin:synchronisation_synchronisationrun_start", "CUSTOMER"),
]


@pytest.mark.parametrize(("name", "argument"), BUTTONS, ids=[f"{one[0].split(':')[1]}-{one[1]}" for one in BUTTONS])
def test_while_off_every_button_that_would_talk_to_intacct_says_why_and_sends_nothing(
    name: str, argument: bool | str, admin: Client, connection: IntacctConfiguration, sandbox: SandboxProcess
) -> None:
    switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
    before = sandbox.stats()["requests"]
    args = [] if argument is False else [connection.pk if argument is True else argument]
    page = admin.post(reverse(name, args=args), follow=True).text
    assert "turned off" in page or "is off" in page
    assert sandbox.stats()["requests"] == before


def test_turned_off_in_the_middle_of_a_drain_nothing_more_is_sent_or_asked(
    rest: APIClient, connection: IntacctConfiguration, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    IntacctConfiguration.objects.exclude(pk=connection.pk).update(is_active=False)
    asked: list[str] = []

    def verify_and_turn_off(*args: Any) -> int:
        asked.append("verify")
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test", confirmed=None)
        return 1

    monkeypatch.setattr("apps.delivery.services.drain.verify_due", verify_and_turn_off)
    drain(connection=connection)
    assert asked == ["verify"], "and never again"
