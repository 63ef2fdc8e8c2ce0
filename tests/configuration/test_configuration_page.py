"""Guide, "Configure the integration": the page with its tabs, its defaults, its warnings and its history."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import AsynchronousRequest, CountryDefault, IntacctConfiguration, RequestState
from apps.foundation.audit import AuditEntry
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.organisation.models import ChartOfAccounts, Company
from tests.factories.configuration import ConfigurationFactory
from tests.factories.documents import sales_invoice
from tests.factories.organisation import LegislationFactory

LIST = "/admin/configuration/intacctconfiguration/"
COUNTRIES = {f"{grid}-{count}_FORMS": "0" for grid in ("countries", "smart_events") for count in ("TOTAL", "INITIAL")}
NEW = {
    "code": "LIVE",
    "is_active": "on",
    "company_id": "Northfield",
    "user_id": "api_alias",
    "user_password": "a very secret word",
    "endpoint_url": "https://api.intacct.com/ia/xml/xmlgw.phtml",
    "sender_id": "XT_mfg",
    "policy_id": "XT_mfg_async",
    "async_timeout_seconds": "300",
    "integration_level": "top",
    "call_deadline_seconds": "300",
    "processing_horizon_seconds": "1200",
    "largest_concurrency": "2",
    "nightly_days": "7",
    **COUNTRIES,
}


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def change(configuration: IntacctConfiguration) -> str:
    return reverse("admin:configuration_intacctconfiguration_change", args=[configuration.pk])


def form_of(admin: Client, configuration: IntacctConfiguration, **changes: str) -> dict[str, str]:
    """What a browser would post of the page: its values, with changes."""
    shown = admin.get(change(configuration)).context["adminform"].form
    values = {name: shown[name].value() for name in shown.fields}
    kept = {name: "on" if value is True else str(value) for name, value in values.items() if value not in (None, False)}
    return {**kept, **COUNTRIES, **changes}


def last_entry() -> AuditEntry:
    return AuditEntry.objects.filter(subject_type="configuration").order_by("-id")[0]


def test_create_shows_the_defaults_that_need_not_be_changed_and_a_new_set_up_is_active(admin: Client) -> None:
    form = admin.get(f"{LIST}add/").context["adminform"].form
    shown = {name: form[name].value() for name in ("endpoint_url", "sender_id", "policy_id", "is_active")}
    assert shown == {
        "endpoint_url": "https://api.intacct.com/ia/xml/xmlgw.phtml",
        "sender_id": "XT_mfg",
        "policy_id": "XT_mfg_async",
        "is_active": True,
    }
    assert form["integration_level"].value() == "top", "Top level is the default"


def test_a_set_up_is_created_with_the_api_users_details(admin: Client) -> None:
    answer = admin.post(f"{LIST}add/", NEW)
    assert answer.status_code == 302, answer.context and answer.context["errors"]
    made = IntacctConfiguration.objects.get(code="LIVE")
    assert made.is_active
    assert made.user_password == "a very secret word"
    entry = last_entry()
    assert (entry.action, entry.actor) == ("configuration_created", "integration_admin")
    assert "a very secret word" not in str(entry.detail)


def test_only_one_configuration_can_be_active(admin: Client, configuration: IntacctConfiguration) -> None:
    answer = admin.post(f"{LIST}add/", NEW)
    assert b"Another configuration is active" in answer.content
    assert not IntacctConfiguration.objects.filter(code="LIVE").exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://api.intacct.com/ia/xml/xmlgw.phtml",
        "https://example.com/ia/xml/xmlgw.phtml",
        "https://169.254.169.254/latest/meta-data/",
        "https://api.intacct.com.example.com/",
        "https://user:word@api.intacct.com/",
    ],
)
def test_the_endpoint_must_be_https_and_intaccts(address: str, admin: Client) -> None:
    answer = admin.post(f"{LIST}add/", {**NEW, "endpoint_url": address})
    assert answer.status_code == 200
    assert "endpoint_url" in answer.context["adminform"].form.errors


def test_a_chart_of_another_legislation_is_refused(admin: Client) -> None:
    french = LegislationFactory(code="FR", name="France", country="FR", currency="EUR")
    american = LegislationFactory(code="US", name="United States", country="US", currency="USD")
    chart = ChartOfAccounts.objects.create(code="PCG", name="Plan comptable", legislation=french)
    wrong = admin.post(f"{LIST}add/", {**NEW, "legislation": american.pk, "chart_of_accounts": chart.pk})
    assert b"Choose a chart of accounts of this legislation" in wrong.content
    right = admin.post(f"{LIST}add/", {**NEW, "legislation": french.pk, "chart_of_accounts": chart.pk})
    assert right.status_code == 302


def test_a_stored_password_is_never_shown_and_stays_when_left_empty(
    admin: Client, configuration: IntacctConfiguration
) -> None:
    page = admin.get(change(configuration)).content.decode()
    assert 'value="sandbox"' not in page
    assert configuration.callback_secret not in page
    admin.post(change(configuration), form_of(admin, configuration, user_id="other", user_password=""))
    configuration.refresh_from_db()
    assert (configuration.user_id, configuration.user_password) == ("other", "sandbox")


def test_the_history_says_who_changed_what_from_what_to_what_without_secrets(
    admin: Client, configuration: IntacctConfiguration
) -> None:
    new_secret = "another secret word"
    sent = form_of(admin, configuration, user_id="other", user_password=new_secret)
    assert admin.post(change(configuration), sent).status_code == 302
    entry = last_entry()
    assert entry.action == "configuration_changed"
    assert entry.detail["changes"]["user_id"] == {"old": "xml_gateway", "new": "other"}
    assert entry.detail["changes"]["user_password"] == {"old": "(secret)", "new": "(secret)"}
    assert new_secret not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_changing_the_level_names_what_is_not_posted_and_needs_a_confirmation(
    admin: Client, rest: APIClient, configuration: IntacctConfiguration
) -> None:
    assert rest.post("/api/v1/postings/", sales_invoice(number="SI-WAITS"), format="json").status_code == 201
    refused = admin.post(change(configuration), form_of(admin, configuration, integration_level="entity"))
    assert b"1 document is not posted yet: ARINVOICE SI-WAITS" in refused.content
    configuration.refresh_from_db()
    assert configuration.integration_level == "top"
    confirmed = form_of(admin, configuration, integration_level="entity", level_change_confirmed="on")
    assert admin.post(change(configuration), confirmed).status_code == 302

    shown: dict[str, Any] = rest.get("/api/v1/postings/?number=SI-WAITS").json()["results"][0]
    assert shown["integration_level"] == "top", "what was accepted keeps its level"
    later = rest.post("/api/v1/postings/", sales_invoice(number="SI-LATER"), format="json").json()
    assert (later["integration_level"], later["entity"]) == ("entity", "100")


def test_a_country_of_the_grid_overrides_the_level_for_its_companies(
    rest: APIClient, company: Company, configuration: IntacctConfiguration
) -> None:
    CountryDefault.objects.create(configuration=configuration, country="US", integration_level="entity")
    posting = rest.post("/api/v1/postings/", sales_invoice(number="SI-US"), format="json").json()
    assert (posting["integration_level"], posting["entity"]) == ("entity", "100")


def test_a_country_is_in_the_grid_once(admin: Client, configuration: IntacctConfiguration) -> None:
    rows = {
        "countries-TOTAL_FORMS": "2",
        "countries-INITIAL_FORMS": "0",
        "countries-0-country": "US",
        "countries-1-country": "US",
    }
    answer = admin.post(change(configuration), form_of(admin, configuration, **rows))
    assert answer.status_code == 200
    assert not CountryDefault.objects.exists()


class TestAsynchronousAnswers:
    """The callback address: who may answer, what is taken, and that a repeat changes nothing."""

    @pytest.fixture
    def waiting(self, configuration: IntacctConfiguration) -> AsynchronousRequest:
        made: AsynchronousRequest = AsynchronousRequest.objects.create(
            configuration=configuration,
            control_id="a" * 40,
            started_by="test",
            sent_at="2026-11-20T10:00:00Z",
            awaited_until="2999-01-01T00:00:00Z",
        )
        return made

    def answer(self, client: Client, secret: str, document: str, code: str = "SANDBOX") -> Any:
        token = base64.b64encode(f"{code}:{secret}".encode()).decode()
        return client.post(
            f"/intacct/async/{code}/",
            document,
            content_type="application/xml",
            headers={"Authorization": f"Basic {token}"},
        )

    def document(self, control_id: str) -> str:
        return (
            "<?xml version='1.0' encoding='UTF-8'?><response><control><status>success</status>"
            "<senderid>XT_mfg</senderid>"
            f"<controlid>{control_id}</controlid><uniqueid>false</uniqueid><dtdversion>3.0</dtdversion></control>"
            "<operation><authentication><status>success</status><userid>xml_gateway</userid>"
            "<companyid>SANDBOX</companyid><locationid></locationid></authentication><result><status>success</status>"
            "<function>query</function><controlid>entities</controlid><data listtype='LOCATIONENTITY' totalcount='1' "
            "offset='0' count='1' numremaining='0'><LOCATIONENTITY><LOCATIONID>100</LOCATIONID><NAME>US</NAME>"
            "</LOCATIONENTITY></data></result></operation></response>"
        )

    def test_the_answer_settles_the_request(self, client: Client, waiting: AsynchronousRequest) -> None:
        secret = waiting.configuration.callback_secret
        assert self.answer(client, secret, self.document(waiting.control_id)).content == b"Taken."
        waiting.refresh_from_db()
        assert (waiting.state, waiting.detail) == (RequestState.ANSWERED, "Sage Intacct answered: 1 entities.")
        again = self.answer(client, secret, self.document(waiting.control_id))
        assert again.content == b"Nothing waits for this answer."

    @pytest.mark.parametrize(("code", "secret"), [("SANDBOX", "wrong"), ("NOBODY", ""), ("SANDBOX", "")])
    def test_who_does_not_know_the_secret_is_refused(
        self, code: str, secret: str, client: Client, waiting: AsynchronousRequest
    ) -> None:
        assert self.answer(client, secret, self.document(waiting.control_id), code).status_code == 401
        waiting.refresh_from_db()
        assert waiting.state == RequestState.WAITING

    @pytest.mark.parametrize(
        "document", ["", "no xml", "<other/>", "<!DOCTYPE x [<!ENTITY a 'b'>]><response>&a;</response>"]
    )
    def test_what_is_no_answer_is_refused(self, document: str, client: Client, waiting: AsynchronousRequest) -> None:
        assert self.answer(client, waiting.configuration.callback_secret, document).status_code == 400

    def test_while_the_option_is_off_answers_are_refused(self, client: Client, waiting: AsynchronousRequest) -> None:
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        refused = self.answer(client, waiting.configuration.callback_secret, self.document(waiting.control_id))
        assert (refused.status_code, refused.json()["code"]) == (503, "option_off")

    def test_a_request_without_an_answer_in_time_fails(self, admin: Client, waiting: AsynchronousRequest) -> None:
        AsynchronousRequest.objects.update(awaited_until="2026-11-20T10:05:00Z")
        assert b"No answer arrived in time" in admin.get(change(waiting.configuration)).content

    def test_a_new_callback_secret_is_shown_once_and_ends_the_old_one(
        self, admin: Client, waiting: AsynchronousRequest
    ) -> None:
        old = waiting.configuration.callback_secret
        address = reverse("admin:configuration_intacctconfiguration_callback_secret", args=[waiting.configuration.pk])
        page = admin.post(address, follow=True).content.decode()
        new = IntacctConfiguration.objects.get().callback_secret
        assert new in page
        assert new not in admin.get(change(waiting.configuration)).content.decode()
        assert self.answer(admin, old, self.document(waiting.control_id)).status_code == 401


def test_others_cannot_press_the_buttons(person: Callable[[Role], User], client: Client) -> None:
    configuration = ConfigurationFactory()
    client.force_login(person(Role.AUDITOR))
    for button in ("test-connection", "asynchronous-test", "callback-secret", "audit-trail-update"):
        assert client.post(f"{LIST}{configuration.pk}/{button}/").status_code == 403


def grid(country: str, level: str, pk: str = "") -> dict[str, str]:
    """One line of the grid by country, as a browser posts it."""
    return {
        "countries-TOTAL_FORMS": "1",
        "countries-INITIAL_FORMS": "1" if pk else "0",
        "countries-0-country": country,
        "countries-0-integration_level": level,
        **({"countries-0-id": pk} if pk else {}),
    }


def test_a_level_changed_in_the_grid_warns_as_the_field_does(
    admin: Client, rest: APIClient, configuration: IntacctConfiguration
) -> None:
    assert rest.post("/api/v1/postings/", sales_invoice(number="SI-WAITS"), format="json").status_code == 201
    refused = admin.post(change(configuration), form_of(admin, configuration, **grid("US", "entity")))
    assert b"US: 1 document is not posted yet: ARINVOICE SI-WAITS" in refused.content
    assert not CountryDefault.objects.exists()
    confirmed = form_of(admin, configuration, **grid("US", "entity"), level_change_confirmed="on")
    assert admin.post(change(configuration), confirmed).status_code == 302
    line = CountryDefault.objects.get()
    back = form_of(
        admin, configuration, **grid("US", "", pk=str(line.pk)), **{"countries-0-configuration": str(configuration.pk)}
    )
    assert b"US: 1 document is not posted yet" in admin.post(change(configuration), back).content


def test_a_line_that_changes_no_level_of_what_waits_needs_no_confirmation(
    admin: Client, rest: APIClient, configuration: IntacctConfiguration
) -> None:
    assert rest.post("/api/v1/postings/", sales_invoice(number="SI-WAITS"), format="json").status_code == 201
    for country, level in (("US", "top"), ("FR", "entity")):
        CountryDefault.objects.all().delete()
        sent = form_of(admin, configuration, **grid(country, level))
        assert admin.post(change(configuration), sent).status_code == 302, country
