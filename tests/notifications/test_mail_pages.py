"""The pages of alert rules, digests and mails: made, tested, switched, seen; refused where it must be."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.services.health import pause
from apps.foundation.audit import AuditEntry
from apps.notifications.alert_kinds import AlertKind
from apps.notifications.models import AlertRule, Digest, Mail
from apps.notifications.services.send_mails import work_mails
from apps.organisation.models import Company
from tests.conftest import Person
from tests.factories.mails import alert, digest
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db
ADD_RULE = "admin:notifications_alertrule_add"
ADD_DIGEST = "admin:notifications_digest_add"


@pytest.fixture
def anna(person: Person) -> Client:
    """An integration admin, by her group alone."""
    user = person(Role.INTEGRATION_ADMIN)
    User.objects.filter(pk=user.pk).update(is_superuser=False)
    client = Client()
    client.force_login(user)
    return client


def page_of(row: Any, name: str = "change") -> str:
    return reverse(f"admin:notifications_{row._meta.model_name}_{name}", args=[row.pk])


def a_rule(**more: Any) -> dict[str, Any]:
    given = {
        "name": "Too many errors", "kind": "error_rate", "percent": 20, "least_number": 10, "minutes": 60,
        "recipients": "anna@example.com\r\nbo@example.com\r\n", "language": "fr", "remind_hours": 24,
        "all_companies": "on",
    }  # fmt: skip
    return {**given, **more}


def a_digest(**more: Any) -> dict[str, Any]:
    given = {
        "name": "Every Monday", "rhythm": "weekly", "weekday": 0, "hour": 7, "sends_when_quiet": "on",
        "recipients": "anna@example.com", "language": "de", "all_companies": "on",
    }  # fmt: skip
    return {**given, **more}


def polled(html: str) -> str:
    found = re.search(r'hx-get="([^"]+)" hx-trigger', html)
    return unescape(found[1]) if found else ""


def test_a_rule_is_made_off_then_tested_switched_on_and_changed(anna: Client, mail_server: MailServer) -> None:
    assert "No mail server is set up" not in anna.get(reverse(ADD_RULE)).text
    answer = anna.post(reverse(ADD_RULE), a_rule(), follow=True)
    rule = AlertRule.objects.get()
    assert answer.redirect_chain, answer.text
    assert (rule.addresses, rule.percent, rule.is_active) == (["anna@example.com", "bo@example.com"], 20, False)
    assert "It is off until somebody activates it." in anna.get(page_of(rule)).text

    assert "A test mail is on its way." in anna.post(page_of(rule, "test"), follow=True).text
    work_mails()
    assert mail_server.subjects() == ["Test : Too many errors"] * 2
    assert "The mail server took it." in anna.get(page_of(Mail.objects.all()[0])).text

    assert "Active from now on." in anna.post(page_of(rule, "activate"), follow=True).text
    answer = anna.post(page_of(rule), a_rule(percent=30, name="Far too many"))
    assert answer.status_code == 302, answer.text
    changed = AlertRule.objects.get()
    assert (changed.percent, changed.name, changed.is_active) == (30, "Far too many", True)
    anna.post(page_of(rule, "deactivate"))
    assert not AlertRule.objects.get().is_active
    told = AuditEntry.objects.filter(subject_type="alert_rule").order_by("pk")
    assert [one.action.removeprefix("alert_rule_") for one in told] == [
        "created", "test_sent", "activated", "changed", "deactivated"
    ]  # fmt: skip
    assert "percent: 20 → 30" in AuditEntry.objects.get(action="alert_rule_changed").detail["note"]


def test_a_digest_is_made_off_then_tested_switched_on_and_changed(
    anna: Client, company: Company, mail_server: MailServer
) -> None:
    chosen = {"all_companies": "", "companies": [company.pk]}
    answer = anna.post(reverse(ADD_DIGEST), a_digest(**chosen), follow=True)
    made = Digest.objects.get()
    assert answer.redirect_chain, answer.text
    assert (made.weekday, made.hour, made.is_active, list(made.companies.all())) == (0, 7, False, [company])
    anna.post(page_of(made, "test"))
    work_mails()
    assert "Dies ist ein Test" in mail_server.arrived[0].text
    anna.post(page_of(made, "activate"))
    assert "The next one:" in anna.get(page_of(made)).text
    answer = anna.post(page_of(made), a_digest(rhythm="daily"))
    assert answer.status_code == 302, answer.text
    changed = Digest.objects.get()
    assert (changed.rhythm, changed.weekday, changed.all_companies) == ("daily", None, True)


def test_what_would_never_work_is_refused_at_its_field(anna: Client) -> None:
    alert(AlertKind.CONNECTION_DOWN, name="taken", is_active=False)
    for form, given, words in (
        (ADD_RULE, a_rule(percent=""), "The figure must be from 1 to 100."),
        (ADD_RULE, a_rule(least_number=1), "The figure must be from 2 to 100000."),
        (ADD_RULE, a_rule(remind_hours=0), "The figure must be from 1 to 168."),
        (ADD_RULE, a_rule(all_companies=""), "No company is chosen."),
        (ADD_RULE, a_rule(recipients="anna@example.com, Bcc: eve@example.com"), "is no plain e-mail address"),
        (ADD_RULE, a_rule(name="down\r\nBcc: eve@example.com"), "Write one line without control characters."),
        (ADD_RULE, a_rule(name="taken"), "already exists"),
        (ADD_RULE, a_rule(language="xx"), "xx is not one of the available choices"),
        (ADD_DIGEST, a_digest(weekday=""), "No day of the week is chosen."),
        (ADD_DIGEST, a_digest(hour=24), "The hour must be from 0 to 23."),
    ):
        answer = anna.post(reverse(form), given)
        assert (answer.status_code, words in answer.text) == (200, True), words
    assert (AlertRule.objects.count(), Digest.objects.count()) == (1, 0)


def test_figures_that_a_kind_does_not_have_are_passed_over(anna: Client) -> None:
    anna.post(reverse(ADD_RULE), a_rule(kind="connection_down", all_companies=""))
    rule = AlertRule.objects.get()
    assert (rule.percent, rule.least_number, rule.minutes, rule.all_companies) == (None, None, None, True)


def test_without_a_mail_server_the_page_says_what_to_set(anna: Client) -> None:
    rule = alert(AlertKind.CONNECTION_DOWN, is_active=False)
    for url in (reverse(ADD_RULE), page_of(rule), page_of(digest(is_active=False))):
        page = anna.get(url).text
        assert "No mail server is set up" in page
        assert "EMAIL_URL" in page
        assert "Send a test mail</button>" not in page
    assert "EMAIL_URL is not set" in anna.post(page_of(rule, "activate"), follow=True).text
    assert not AlertRule.objects.get().is_active


def test_a_raised_rule_shows_what_it_found_its_mails_and_the_last_failure(
    anna: Client, configuration: IntacctConfiguration, mail_server: MailServer
) -> None:
    rule = alert(AlertKind.CONNECTION_DOWN)
    pause(connection=configuration, reason="The password is wrong.", next_step="Enter the right one.")
    mail_server.data.append("451 come back later")
    work_mails()
    page = anna.get(page_of(rule)).text
    for words in ("Raised since", "The password is wrong.", "Enter the right one.", "451 come back later", "Waiting"):
        assert words in page
    in_list = anna.get(reverse("admin:notifications_alertrule_changelist")).text
    for words in ("Raised", "451 come back later", "Connection down"):
        assert words in in_list
    assert "After 1 try: The mail server refuses the mail" in anna.get(page_of(Mail.objects.get())).text


def test_mails_are_fresh_while_they_are_sent_and_then_nothing_is_asked(
    anna: Client, mail_server: MailServer, later: Callable[..., None], settings: Any
) -> None:
    for row in (alert(AlertKind.CONNECTION_DOWN), digest()):
        assert polled(anna.get(page_of(row)).text) == "", "no mail is on its way"
        anna.post(page_of(row, "test"))
        mail = Mail.objects.first()
        of_row, of_mail = polled(anna.get(page_of(row)).text), polled(anna.get(page_of(mail)).text)
        assert [anna.get(address).status_code for address in (of_row, of_mail)] == [204, 204]
        mail_server.data.append("451 come back later")
        work_mails()
        of_row, of_mail = anna.get(of_row), anna.get(of_mail)
        assert [answer.status_code for answer in (of_row, of_mail)] == [200, 200]
        assert "451 come back later" in of_row.text
        assert "451 come back later" in of_mail.text
        assert "<form" not in of_row.text, "what is being filled in stays as it is"
        later(minutes=5)
        work_mails()
        ended = [anna.get(polled(answer.text)) for answer in (of_row, of_mail)]
        assert [(answer.status_code, polled(answer.text)) for answer in ended] == [(286, "")] * 2
        assert "Sent:" in ended[1].text
    anna.post(page_of(row, "test"))
    settings.MAIL_IS_SET_UP = False
    assert polled(anna.get(page_of(row)).text) == "", "without a mail server nothing moves"


def test_deleting_takes_its_mails_along(anna: Client, mail_server: MailServer) -> None:
    rule = alert(AlertKind.CONNECTION_DOWN)
    anna.post(page_of(rule, "test"))
    assert "1 mail" in anna.get(page_of(rule, "delete")).text
    anna.post(page_of(rule, "delete"), {"post": "yes"})
    assert (AlertRule.objects.count(), Mail.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(action="alert_rule_deleted").exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_who_may_only_look_changes_nothing(role: Role, person: Person, mail_server: MailServer) -> None:
    client = Client()
    client.force_login(person(role))
    rows = (alert(AlertKind.CONNECTION_DOWN), digest())
    for row in rows:
        assert "Send a test mail</button>" not in client.get(page_of(row)).text
        for name in ("test", "activate", "deactivate", "delete"):
            assert client.post(page_of(row, name), {"post": "yes"}).status_code == 403, name
    for name in (ADD_RULE, ADD_DIGEST):
        assert client.post(reverse(name), a_rule()).status_code == 403
    assert (AlertRule.objects.get().is_active, Digest.objects.get().is_active, Mail.objects.count()) == (True, True, 0)


def test_nothing_is_done_by_a_link(anna: Client) -> None:
    rule = alert(AlertKind.CONNECTION_DOWN, is_active=False)
    for name in ("test", "activate", "deactivate"):
        assert anna.get(page_of(rule, name)).status_code == 405
