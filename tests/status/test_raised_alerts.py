"""Alert rules that are raised stand among what needs a person: once, since when, with a link to the rule."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import ConnectionTestResult, IntacctConfiguration
from apps.delivery.models import Delivery, WorkerHeartbeat
from apps.delivery.services.health import pause, resume
from apps.delivery.states import State
from apps.foundation.audit import SYSTEM, Event, record
from apps.notifications.alert_kinds import AlertKind
from apps.notifications.models import AlertRule, WebhookEndpoint
from apps.notifications.services.watch import look_at_rules
from apps.status.attention import Matter
from tests.conftest import Person
from tests.factories.documents import sales_invoice
from tests.factories.mails import alert
from tests.factories.webhooks import webhook
from tests.status.standing import put, submit

pytestmark = pytest.mark.django_db
PAGE = "/admin/"


@pytest.fixture(autouse=True)
def mail_is_set_up(settings: Any) -> None:
    settings.MAIL_IS_SET_UP = True


@pytest.fixture
def alive(db: None) -> None:
    WorkerHeartbeat.objects.create(worker="test", beaten_at=timezone.now())


@pytest.fixture
def admin(person: Person, client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def matters(client: Client) -> list[Matter]:
    found: list[Matter] = client.get(PAGE).context["now"].matters
    return found


def told(client: Client) -> dict[str, list[str]]:
    """Each matter's words, and the rules that are raised because of it."""
    return {matter.words: [mark.name for mark in matter.alerts] for matter in matters(client)}


def pause_(configuration: IntacctConfiguration) -> None:
    pause(connection=configuration, reason="The password is wrong.", next_step="Enter the right one.")


def waits(rest: APIClient, number: str) -> str:
    """A document that waits for two hours; its posting's ID."""
    (pk,) = submit(rest, sales_invoice(number=number))
    Delivery.objects.update(created_at=timezone.now() - datetime.timedelta(hours=2))
    return pk


def test_one_is_told_with_what_it_found_since_when_and_a_link_to_the_rule(
    admin: Client, rest: APIClient, alive: None
) -> None:
    pk = waits(rest, "SI-OLD")
    rule = alert(AlertKind.OLDEST_PENDING, name="Too long")
    look_at_rules()
    AlertRule.objects.update(raised_at=datetime.datetime(2026, 11, 3, 7, 5, tzinfo=datetime.UTC))
    (matter,) = matters(admin)
    assert matter.words.startswith("Sales invoice SI-OLD of company 100 has been waiting since ")
    assert matter.detail == "Its page says what it waits for: a record, its connection, or a worker."
    assert matter.link == reverse("admin:postings_posting_change", args=[pk])
    page = admin.get(PAGE).text
    assert "Alert rule Too long: raised since 3 Nov 2026, 07:05 UTC" in page
    assert f'href="{reverse("admin:notifications_alertrule_change", args=[rule.pk])}"' in page
    assert "1 matter needs a person." in page


def test_quiet_and_inactive_ones_are_not(admin: Client, configuration: IntacctConfiguration, alive: None) -> None:
    for kind in AlertKind:
        alert(kind, is_active=kind != AlertKind.NO_WORKER)
    look_at_rules()
    assert told(admin) == {}


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_connection_that_is_down_is_said_once(
    is_paused: bool, admin: Client, configuration: IntacctConfiguration, alive: None
) -> None:
    alert(AlertKind.CONNECTION_DOWN, name="Connection")
    if is_paused:
        pause_(configuration)
    IntacctConfiguration.objects.update(last_test_at=timezone.now(), last_test_result=ConnectionTestResult.FAILED)
    look_at_rules()
    paused = {"The connection is paused, so nothing is sent.": ["Connection"]}
    failed = {"The last connection test failed.": [] if is_paused else ["Connection"]}
    assert told(admin) == ({**paused, **failed} if is_paused else failed)


def test_what_is_over_is_not_told_while_the_rule_calms_down(
    admin: Client, configuration: IntacctConfiguration, alive: None
) -> None:
    alert(AlertKind.CONNECTION_DOWN)
    pause_(configuration)
    look_at_rules()
    resume(connection=configuration, actor="test")
    assert told(admin) == {}, "the page looks itself, before the next minute"
    look_at_rules()
    assert told(admin) == {}


def test_a_worker_that_is_silent_and_an_unclear_outcome_are_said_once(
    admin: Client, rest: APIClient, alive: None
) -> None:
    for kind in (AlertKind.NO_WORKER, AlertKind.OUTCOME_UNKNOWN):
        alert(kind, minutes=30)
    (pk,) = submit(rest, sales_invoice())
    put(pk, State.VERIFYING)
    Delivery.objects.update(last_sent_at=timezone.now() - datetime.timedelta(minutes=45))
    look_at_rules()
    ((words, rules),) = told(admin).items()
    assert (words.startswith("Of a document it is not known"), rules) == (True, ["outcome unknown"])

    Delivery.objects.update(last_sent_at=timezone.now() - datetime.timedelta(hours=2))
    WorkerHeartbeat.objects.update(beaten_at=timezone.now() - datetime.timedelta(hours=2))
    look_at_rules()
    assert told(admin) == {
        "No worker is running, so nothing is sent.": ["no worker"],
        "Of 1 document it is unclear for more than an hour whether Sage Intacct has it.": ["outcome unknown"],
    }


def test_a_webhook_that_fails_is_said_once_and_another_that_was_switched_off_as_well(
    admin: Client, configuration: IntacctConfiguration, alive: None
) -> None:
    alert(AlertKind.WEBHOOK_OFF, name="Webhooks")
    endpoint = webhook(name="ERP").endpoint
    WebhookEndpoint.objects.update(is_active=False, inactive_reason="Gone.", failing_since=timezone.now())
    look_at_rules()
    assert told(admin) == {"The webhook ERP took no messages and was switched off.": []}, "a person did that"

    record(Event(actor=SYSTEM, action="webhook_deactivated", subject_type="webhook", subject_id=endpoint.pk))
    look_at_rules()
    assert told(admin) == {"The webhook ERP took no messages and was switched off.": ["Webhooks"]}
    WebhookEndpoint.objects.update(failing_since=None)
    assert told(admin) == {"The webhook ERP was switched off: Gone.": ["Webhooks"]}


def test_several_rules_that_found_the_same_are_one_matter(admin: Client, rest: APIClient, alive: None) -> None:
    waits(rest, "SI-OLD")
    for language in ("en-gb", "fr"):
        alert(AlertKind.OLDEST_PENDING, name=f"Too long ({language})", language=language)
    look_at_rules()
    assert list(told(admin).values()) == [["Too long (en-gb)", "Too long (fr)"]]


def test_who_may_not_see_alert_rules_is_told_without_a_link(person: Person, rest: APIClient, alive: None) -> None:
    waits(rest, "SI-OLD")
    rule = alert(AlertKind.OLDEST_PENDING, name="Too long")
    look_at_rules()
    user, link = person(Role.OPERATOR), reverse("admin:notifications_alertrule_change", args=[rule.pk])
    client = Client()
    client.force_login(user)
    assert link in client.get(PAGE).text
    for group in user.groups.all():
        group.permissions.remove(Permission.objects.get(codename="view_alertrule"))
    client.force_login(User.objects.get(pk=user.pk))
    page = client.get(PAGE).text
    assert "Alert rule Too long: raised since" in page
    assert link not in page


def test_the_page_notices_by_itself_that_one_is_raised(admin: Client, rest: APIClient, alive: None) -> None:
    waits(rest, "SI-OLD")
    alert(AlertKind.OLDEST_PENDING, name="Too long")
    part = admin.get(PAGE).context["now"].live
    assert admin.get(part.address).status_code == 204
    look_at_rules()
    answer = admin.get(part.address)
    assert (answer.status_code, "Alert rule Too long" in answer.text) == (200, True)


def test_twenty_that_are_raised_cost_as_many_queries_as_none(admin: Client, rest: APIClient, alive: None) -> None:
    def queries() -> int:
        admin.get(PAGE)
        with CaptureQueriesContext(database) as captured:
            admin.get(PAGE)
        return len(captured)

    waits(rest, "SI-OLD")
    for number in range(20):
        alert(AlertKind.OLDEST_PENDING, name=f"no. {number}")
    without = queries()
    look_at_rules()
    assert len(matters(admin)[0].alerts) == 20
    assert queries() == without
