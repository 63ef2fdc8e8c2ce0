"""Alert rules: told once when it begins, reminded, over; by whom, of what, and never twice."""

import datetime
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from apps.configuration.models import ConnectionTestResult, IntacctConfiguration
from apps.delivery.models import Delivery, WorkerHeartbeat
from apps.delivery.services.health import pause, resume
from apps.delivery.states import State
from apps.foundation.audit import AuditEntry
from apps.notifications.alert_kinds import AlertKind
from apps.notifications.alert_words import alert_words
from apps.notifications.errors import MailNotSetUp, MailRecipientsRefused, MailRuleRefused
from apps.notifications.models import AlertRule, Mail, MessageState
from apps.notifications.services.alert_rules import activate_rule, deactivate_rule, send_test_alert
from apps.notifications.services.endpoints import deactivate
from apps.notifications.services.messages import send_test
from apps.notifications.services.send_mails import work_mails
from apps.notifications.services.watch import look_at, look_at_rules
from apps.organisation.models import Company
from integration_portal.management.commands import worker
from tests.factories.mails import alert
from tests.factories.webhooks import webhook
from tests.notifications.conftest import Ends
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db
Later = Callable[..., None]
DOWN = AlertKind.CONNECTION_DOWN


def pause_(configuration: IntacctConfiguration) -> None:
    pause(connection=configuration, reason="The password is wrong.", next_step="Enter the right one.")


def rule_now() -> AlertRule:
    return AlertRule.objects.get()


def test_it_is_told_once_reminded_of_after_a_day_and_told_to_be_over(
    configuration: IntacctConfiguration, mail_server: MailServer, later: Later
) -> None:
    alert(DOWN, name="Connection", recipients="anna@example.com\nbo@example.com")
    work_mails()
    assert mail_server.arrived == [], "nothing is wrong"

    pause_(configuration)
    for _ in range(3):
        work_mails()
        later(hours=1)
    assert mail_server.subjects() == ["Alert: Connection"] * 2
    assert sorted(one.recipients[0] for one in mail_server.arrived) == ["anna@example.com", "bo@example.com"]
    raised = mail_server.arrived[0]
    page = f"http://127.0.0.1:8000{reverse('admin:notifications_alertrule_change', args=[rule_now().pk])}"
    for words in ("SANDBOX is paused", "The password is wrong.", "Enter the right one.", page):
        assert words in raised.text
        assert words in raised.html

    later(hours=22)
    work_mails()
    work_mails()
    assert mail_server.subjects()[2:] == ["Still so: Connection"] * 2

    resume(connection=configuration, actor="test")
    work_mails()
    later(minutes=6)
    work_mails()
    work_mails()
    assert mail_server.subjects()[4:] == ["Over: Connection"] * 2
    assert rule_now().raised_at is None
    told = AuditEntry.objects.filter(subject_type="alert_rule", actor="portal").order_by("pk")
    assert [one.action for one in told] == ["alert_raised", "alert_reminded", "alert_over"]

    pause_(configuration)
    work_mails()
    assert mail_server.subjects()[6:] == ["Alert: Connection"] * 2, "a new time is a new alert"


def test_what_comes_and_goes_is_one_alert(
    configuration: IntacctConfiguration, mail_server: MailServer, later: Later
) -> None:
    alert(DOWN)
    for _ in range(3):
        pause_(configuration)
        work_mails()
        resume(connection=configuration, actor="test")
        work_mails()
        later(minutes=4)
    assert len(mail_server.arrived) == 1
    assert rule_now().calm_since is not None


@pytest.mark.parametrize(
    ("ended", "is_raised"),
    [
        pytest.param({State.ERROR: 1}, False, id="one of one is fewer than the least number"),
        pytest.param({State.ERROR: 1, State.POSTED: 1}, True, id="half"),
        pytest.param({State.ERROR: 1, State.POSTED: 2}, False, id="a third"),
        pytest.param({State.POSTED: 3}, False, id="none"),
    ],
)
def test_the_error_rate_is_of_what_was_settled_in_the_window(
    ended: dict[State, int], is_raised: bool, ends: Ends, mail_server: MailServer
) -> None:
    alert(AlertKind.ERROR_RATE, percent=50, least_number=2, minutes=60)
    ends(State.ERROR, minutes_ago=61)
    ends(State.PENDING)
    for state, number in ended.items():
        for _ in range(number):
            ends(state, minutes_ago=30)
    work_mails()
    assert bool(mail_server.arrived) == is_raised
    if is_raised:
        words = "1 of 2 documents ended in error within 60 minutes (50%); the others were posted."
        assert words in mail_server.arrived[0].text


@pytest.mark.parametrize(
    ("failed", "settled", "language", "told"),
    [
        pytest.param(
            5, 5, "en-gb", "5 of 5 documents ended in error within 60 minutes (100%); none was posted.", id="all"
        ),
        pytest.param(2, 3, "en-gb", "(67%)", id="up"),
        pytest.param(1, 3, "en-gb", "(33%)", id="down"),
        pytest.param(25, 200, "en-gb", "(13%)", id="a half goes up"),
        pytest.param(1, 16, "en-gb", "(6.3%)", id="below ten one decimal, and a half of it goes up"),
        pytest.param(1, 20, "en-gb", "(5.0%)", id="below ten always one decimal"),
        pytest.param(199, 2000, "en-gb", "(10%)", id="what is rounded to ten has none"),
        pytest.param(1, 16, "fr", "(6,3 %)", id="as French writes it"),
        pytest.param(1, 16, "de", "(6,3 %)", id="as German writes it"),
    ],
)
def test_the_error_rate_is_rounded_as_people_round(failed: int, settled: int, language: str, told: str) -> None:
    with translation.override(language):
        detail = alert_words("error_rate", {"failed": failed, "settled": settled, "minutes": 60}).detail
    assert told in detail.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("kind", "state"), [(AlertKind.OLDEST_PENDING, State.PENDING), (AlertKind.OUTCOME_UNKNOWN, State.VERIFYING)]
)
def test_what_waits_for_too_long_is_named(kind: AlertKind, state: State, ends: Ends, mail_server: MailServer) -> None:
    alert(kind, minutes=30)
    old = ends(state, minutes_ago=29, number="SH-OLD")
    work_mails()
    assert mail_server.arrived == []
    ends(state, minutes_ago=1)
    before = timezone.now() - datetime.timedelta(minutes=31)
    Delivery.objects.filter(target_document__posting=old).update(created_at=before, last_sent_at=before)
    work_mails()
    (mail,) = mail_server.arrived
    assert "Sales shipment SH-OLD of company 100" in mail.text
    if kind == AlertKind.OLDEST_PENDING:
        assert reverse("admin:postings_posting_change", args=[old.pk]) in mail.text


def test_a_rule_of_some_companies_looks_at_no_other(
    ends: Ends, company: Company, other_company: Company, mail_server: MailServer
) -> None:
    for kind in (AlertKind.OLDEST_PENDING, AlertKind.OUTCOME_UNKNOWN, AlertKind.ERROR_RATE):
        alert(kind, other_company)
    for state in (State.PENDING, State.VERIFYING, State.ERROR, State.POSTED):
        ends(state, minutes_ago=59 if state in (State.ERROR, State.POSTED) else 90)
    assert look_at_rules() == 0
    alert(AlertKind.OLDEST_PENDING, company, name="theirs")
    assert look_at_rules() == 1
    assert Mail.objects.get().rule == AlertRule.objects.get(name="theirs")


def test_a_connection_whose_last_test_failed_is_down(
    configuration: IntacctConfiguration, mail_server: MailServer
) -> None:
    alert(DOWN)
    IntacctConfiguration.objects.update(last_test_result=ConnectionTestResult.FAILED, last_test_at=timezone.now())
    work_mails()
    assert "The last test of the connection SANDBOX failed." in mail_server.arrived[0].text


def test_a_silent_worker_is_told_of_by_whoever_looks(mail_server: MailServer) -> None:
    alert(AlertKind.NO_WORKER, minutes=10)
    beat = WorkerHeartbeat.objects.create(worker="one", beaten_at=timezone.now() - datetime.timedelta(minutes=9))
    assert look_at_rules() == 0
    WorkerHeartbeat.objects.filter(pk=beat.pk).update(beaten_at=timezone.now() - datetime.timedelta(minutes=11))
    work_mails()
    assert "No worker has executed anything since" in mail_server.arrived[0].text


def test_the_watch_over_a_cluster_that_executes_nothing_tells_it_itself(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert(AlertKind.NO_WORKER, minutes=3)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # the test's own is not old
    worker.Command()._tell()
    assert "No worker has ever executed anything" in mail_server.arrived[0].text


def test_a_webhook_that_the_portal_switched_off_is_told_of_and_one_that_a_person_did_is_not(
    mail_server: MailServer,
) -> None:
    alert(AlertKind.WEBHOOK_OFF)
    deactivate(endpoint=webhook(name="theirs").endpoint, reason="Deactivated by anna.", actor="anna")
    assert look_at_rules() == 0
    deactivate(endpoint=webhook(name="ours").endpoint, reason="The receiver answered 410 Gone.")
    work_mails()
    assert "The webhook ours was switched off: The receiver answered 410 Gone." in mail_server.arrived[0].text


def test_a_webhook_message_that_was_given_up_is_told_of(mail_server: MailServer) -> None:
    alert(AlertKind.WEBHOOK_OFF)
    message = send_test(endpoint=webhook(name="ours").endpoint, actor="test")
    type(message).objects.update(state=MessageState.GIVEN_UP, due_at=None)
    work_mails()
    assert "A message to the webhook ours was given up" in mail_server.arrived[0].text


def test_a_rule_is_off_until_it_is_switched_on_and_tells_nothing_once_it_is_off_again(
    configuration: IntacctConfiguration, mail_server: MailServer
) -> None:
    rule = alert(DOWN, is_active=False)
    pause_(configuration)
    work_mails()
    assert (rule.is_active, mail_server.arrived) == (False, [])
    activate_rule(rule=rule, actor="anna")
    look_at_rules()
    deactivate_rule(rule=rule, actor="anna")
    work_mails()
    assert mail_server.arrived == []
    assert Mail.objects.get().failure == "anna switched the rule off before it was sent."


def test_without_a_mail_server_nothing_is_switched_on_or_tested_and_what_waits_is_kept(
    configuration: IntacctConfiguration, mail_server: MailServer, settings: Any
) -> None:
    rule = alert(DOWN, is_active=False)
    settings.MAIL_IS_SET_UP = False
    for act in (activate_rule, send_test_alert):
        with pytest.raises(MailNotSetUp, match="EMAIL_URL is not set"):
            act(rule=rule, actor="anna")
    assert (rule_now().is_active, Mail.objects.count()) == (False, 0)

    settings.MAIL_IS_SET_UP = True
    activate_rule(rule=rule, actor="anna")
    pause_(configuration)
    settings.MAIL_IS_SET_UP = False
    work_mails()
    assert (Mail.objects.get().state, Mail.objects.get().tries) == ("waiting", 0)
    settings.MAIL_IS_SET_UP = True
    work_mails()
    assert len(mail_server.arrived) == 1


def test_a_recipient_is_a_plain_address_in_which_no_header_can_hide(db: None) -> None:
    for recipients in (
        "anna@example.com\rBcc: eve@example.com",
        "anna@example.com Bcc: eve@example.com",
        '"a\x0bBcc: eve"@example.com',
        "Anna <anna@example.com>",
        "anna@example.com, bo@example.com",
        "anna@exämple\u2028.com",
        "anna",
        " \n ",
        "\n".join(f"a{number}@example.com" for number in range(21)),
    ):
        with pytest.raises(MailRecipientsRefused):
            alert(DOWN, recipients=recipients, is_active=False)
    assert not AlertRule.objects.exists()
    tidy = alert(DOWN, recipients=" anna@example.com\r\n\r\nbo@example.com\nAnna@example.com", is_active=False)
    assert tidy.addresses == ["anna@example.com", "bo@example.com"]


def test_a_name_never_becomes_a_header(configuration: IntacctConfiguration, mail_server: MailServer) -> None:
    """The form refuses it; a row that was written past the form is harmless all the same."""
    rule = alert(DOWN)
    AlertRule.objects.update(name="down\r\nBcc: eve@example.com")
    rule.refresh_from_db()
    send_test_alert(rule=rule, actor="test")
    work_mails()
    (mail,) = mail_server.arrived
    assert (mail.subject, mail.recipients, mail.message["Bcc"]) == (
        "Test: down Bcc: eve@example.com", ["anna@example.com"], None
    )  # fmt: skip


def test_figures_fit_what_a_rule_watches_by_service_and_database(db: None) -> None:
    cases: list[tuple[AlertKind, dict[str, Any]]] = [
        (AlertKind.ERROR_RATE, {"percent": 0}),
        (AlertKind.ERROR_RATE, {"percent": 101}),
        (AlertKind.ERROR_RATE, {"least_number": 1}),
        (AlertKind.ERROR_RATE, {"minutes": None}),
        (AlertKind.NO_WORKER, {"minutes": 2}),
        (AlertKind.OLDEST_PENDING, {"minutes": 43_201}),
    ]
    rules = {kind: alert(kind, is_active=False) for kind in dict(cases)}
    for kind, figures in [*cases, (AlertKind.NO_WORKER, {"percent": 5})]:
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertRule.objects.filter(pk=rules[kind].pk).update(**figures)
    for kind, figures in cases:
        with pytest.raises(MailRuleRefused):
            alert(kind, name="another", is_active=False, **figures)
    assert AlertRule.objects.count() == len(rules)


def test_two_workers_that_read_the_same_tell_it_once(
    configuration: IntacctConfiguration, mail_server: MailServer, later: Later
) -> None:
    alert(DOWN)
    pause_(configuration)
    for wait, told in ((0, 1), (25, 2)):
        later(hours=wait)
        one, two = rule_now(), rule_now()
        assert (look_at(one), look_at(two), Mail.objects.count()) == (True, False, told)
    resume(connection=configuration, actor="test")
    look_at(rule_now())
    later(minutes=6)
    one, two = rule_now(), rule_now()
    assert (look_at(one), look_at(two), Mail.objects.count()) == (True, False, 3)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_raise_it_once(configuration: IntacctConfiguration, mail_server: MailServer) -> None:
    alert(DOWN)
    pause_(configuration)
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        try:
            work_mails()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Mail.objects.count(), len(mail_server.arrived)) == (1, 1)
    assert AuditEntry.objects.filter(action="alert_raised").count() == 1


def test_looking_costs_a_bounded_number_of_queries(
    ends: Ends, mail_server: MailServer, company: Company, configuration: IntacctConfiguration
) -> None:
    for kind in AlertKind:
        alert(kind, *([company] if kind == AlertKind.ERROR_RATE else []))
    WorkerHeartbeat.objects.create(worker="one", beaten_at=timezone.now())
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            look_at_rules()
        costs.append(len(captured))
        for state in (State.PENDING, State.POSTED):
            ends(state)
    assert costs[0] + 1 >= costs[1], "one more names the oldest document"
    assert costs[0] < 50


def test_each_mail_is_in_the_language_of_its_rule(configuration: IntacctConfiguration, mail_server: MailServer) -> None:
    """The texts are translated elsewhere; Django's own month names show which language was active."""
    IntacctConfiguration.objects.update(last_test_result=ConnectionTestResult.FAILED)
    WorkerHeartbeat.objects.create(worker="one", beaten_at=datetime.datetime(2026, 10, 3, 7, 5, tzinfo=datetime.UTC))
    for language in ("en-gb", "fr", "de"):
        alert(AlertKind.NO_WORKER, name=language, language=language)
    work_mails()
    moments = ("3 Oct 2026, 07:05 UTC", "3 oct. 2026, 07:05 UTC", "3. Okt. 2026, 07:05 UTC")
    for language, moment, mail in zip(("en-gb", "fr", "de"), moments, mail_server.arrived, strict=True):
        assert moment in mail.text
        assert f'lang="{language}"' in mail.html
