"""The pages of webhooks: made, shown their secret once, tested, rotated, switched; the delivery log."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.foundation.audit import AuditEntry
from apps.notifications.event_kinds import EventKind
from apps.notifications.models import MessageState, WebhookEndpoint, WebhookMessage
from apps.notifications.services.endpoints import activate, deactivate
from apps.notifications.services.messages import send_again, send_test
from apps.notifications.services.send import work_webhooks
from apps.organisation.models import Company
from tests.conftest import Person
from tests.factories.webhooks import webhook
from tests.notifications.conftest import Happens
from tests.notifications.receiver import Receiver

pytestmark = pytest.mark.django_db
LIST = "admin:notifications_webhookendpoint_changelist"
ADD = "admin:notifications_webhookendpoint_add"


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


def filled_in(url: str, *companies: Company, **more: Any) -> dict[str, Any]:
    chosen = [one.pk for one in companies]
    return {"name": "an ERP", "url": url, "event_kinds": ["posting.posted"], "companies": chosen, **more}


def secret_on(page: str) -> str:
    return page.partition('value="whsec_')[2].partition('"')[0]


def polled(html: str) -> str:
    found = re.search(r'hx-get="([^"]+)" hx-trigger', html)
    return unescape(found[1]) if found else ""


def test_a_webhook_is_made_and_its_secret_shown_once(anna: Client, company: Company, receiver: Receiver) -> None:
    answer = anna.post(reverse(ADD), filled_in(receiver.url, company))
    endpoint = WebhookEndpoint.objects.get()
    secret = f"whsec_{secret_on(answer.text)}"
    assert (answer.status_code, "no-store" in answer["Cache-Control"], secret) == (200, True, endpoint.secret)
    assert (list(endpoint.companies.all()), endpoint.event_kinds) == ([company], ["posting.posted"])
    assert AuditEntry.objects.get(action="webhook_created").subject_id == endpoint.pk
    for url in (page_of(endpoint), reverse(LIST), reverse("admin:foundation_auditentry_changelist")):
        assert "whsec_" not in anna.get(url).text


def test_what_would_never_work_is_refused_at_its_field(anna: Client, company: Company, settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = []
    for changes, words in (
        ({"url": "https://169.254.169.254/"}, "is private"),
        ({"url": "http://93.184.216.34/"}, "Plain http"),
        ({"url": "erp.example.com"}, "can&#x27;t be used"),
        ({"companies": []}, "No company is chosen"),
        ({"event_kinds": []}, "No event is chosen"),
    ):
        answer = anna.post(reverse(ADD), {**filled_in("https://93.184.216.34/hook", company), **changes})
        assert words in answer.text, changes
    assert not WebhookEndpoint.objects.exists()


def test_a_change_is_saved_with_its_audit_entry_and_the_secret_stays(
    anna: Client, company: Company, receiver: Receiver
) -> None:
    endpoint = webhook(receiver.url, company).endpoint
    secret = WebhookEndpoint.objects.get().secret
    answer = anna.post(page_of(endpoint), filled_in(receiver.url, all_companies="on", name="the ERP"))
    assert answer.status_code == 302, answer.text
    changed = WebhookEndpoint.objects.get()
    assert (changed.name, changed.all_companies, list(changed.companies.all())) == ("the ERP", True, [])
    assert changed.secret == secret
    note = AuditEntry.objects.get(action="webhook_changed").detail["note"]
    assert "name: an ERP → the ERP" in note
    assert "companies: 100 → all" in note


def test_a_test_event_arrives_and_its_page_shows_what_came_of_it(anna: Client, receiver: Receiver) -> None:
    new = webhook(receiver.url)
    receiver.answer(418, b"I am a <b>teapot</b>")
    page = anna.post(page_of(new.endpoint, "test"), follow=True).text
    assert "Not tried yet" in page
    work_webhooks()
    assert receiver.received[0].told(new.secret)["type"] == "portal.test"
    message = WebhookMessage.objects.get()
    page = anna.get(page_of(message)).text
    for words in ("Answered 418.", "I am a &lt;b&gt;teapot&lt;/b&gt;", "portal.test", "Waiting", "Next try"):
        assert words in page
    assert anna.post(page_of(message, "again"), follow=True).status_code == 200
    work_webhooks()
    assert "The receiver said that it has it." in anna.get(page_of(message)).text
    assert receiver.received[0].body == receiver.received[1].body


def test_a_messages_page_is_fresh_while_it_is_sent_and_then_asks_no_more(
    anna: Client, receiver: Receiver, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    endpoint = webhook(receiver.url).endpoint
    message = send_test(endpoint=endpoint, actor="test")
    address = polled(anna.get(page_of(message)).text)
    with django_assert_max_num_queries(7):
        assert anna.get(address).status_code == 204
    receiver.answer(418)
    work_webhooks()
    failed = anna.get(address)
    assert (failed.status_code, "Answered 418." in failed.text, "What it says" in failed.text) == (200, True, False)

    deactivate(endpoint=endpoint, reason="Moved house.", actor="anna")
    ended = anna.get(polled(failed.text))
    assert (ended.status_code, "Moved house." in ended.text, polled(ended.text)) == (286, True, "")
    activate(endpoint=endpoint, actor="anna")
    send_again(message=message, actor="anna")
    address = polled(anna.get(page_of(message)).text)
    work_webhooks()
    ended = anna.get(address)
    assert (ended.status_code, "Delivered:" in ended.text, polled(ended.text)) == (286, True, "")
    assert 'data-said="portal.test: Delivered."' in ended.text


def test_who_may_no_longer_look_at_a_message_is_told_so(anna: Client, person: Person, receiver: Receiver) -> None:
    message = send_test(endpoint=webhook(receiver.url).endpoint, actor="test")
    address = polled(anna.get(page_of(message)).text)
    message.delete()
    assert "This is no longer there." in anna.get(address).text
    anna.logout()
    assert "You are signed out." in anna.get(address).text
    anna.force_login(person(Role.PARTNER))
    assert anna.get(address).status_code == 286


def test_the_webhooks_page_says_how_it_stands(anna: Client, happens: Happens, receiver: Receiver) -> None:
    endpoint = webhook(receiver.url).endpoint
    assert "Nothing was to be told yet" in anna.get(page_of(endpoint)).text
    receiver.answer(500)
    pk = happens()
    work_webhooks()
    page = anna.get(page_of(endpoint)).text
    assert "1 failure since" in page
    assert "posting.cancelled" in page
    message_page = anna.get(page_of(WebhookMessage.objects.get())).text
    assert reverse("admin:postings_posting_change", args=[pk]) in message_page
    deactivate(endpoint=endpoint, reason="Moved house.", actor="anna")
    assert "Moved house." in anna.get(page_of(endpoint)).text


def test_it_is_switched_off_and_on(anna: Client, receiver: Receiver) -> None:
    endpoint = webhook(receiver.url).endpoint
    anna.post(page_of(endpoint, "deactivate"))
    stopped = WebhookEndpoint.objects.get()
    assert (stopped.is_active, stopped.inactive_reason) == (False, "Deactivated by integration_admin.")
    assert "is not active" in anna.post(page_of(endpoint, "test"), follow=True).text
    anna.post(page_of(endpoint, "activate"))
    assert WebhookEndpoint.objects.get().is_active
    actions = AuditEntry.objects.filter(subject_type="webhook").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["webhook_created", "webhook_deactivated", "webhook_activated"]


def test_rotating_asks_first_and_shows_the_new_secret_once(anna: Client, receiver: Receiver) -> None:
    new = webhook(receiver.url)
    asked = anna.post(page_of(new.endpoint, "rotate")).text
    assert "24 hours" in asked
    assert WebhookEndpoint.objects.get().secret == new.secret
    shown = anna.post(page_of(new.endpoint, "rotate"), {"confirmed": "yes"})
    endpoint = WebhookEndpoint.objects.get()
    assert f"whsec_{secret_on(shown.text)}" == endpoint.secret != new.secret == endpoint.previous_secret
    assert "signs beside it until" in anna.get(page_of(endpoint)).text
    assert AuditEntry.objects.filter(action="webhook_secret_rotated").exists()


def test_deleting_takes_its_messages_along(anna: Client, receiver: Receiver) -> None:
    endpoint = webhook(receiver.url).endpoint
    send_test(endpoint=endpoint, actor="test")
    assert "1 message" in anna.get(page_of(endpoint, "delete")).text
    anna.post(page_of(endpoint, "delete"), {"post": "yes"})
    assert (WebhookEndpoint.objects.count(), WebhookMessage.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(action="webhook_deleted").exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_who_may_only_look_sees_the_log_and_changes_nothing(role: Role, person: Person, receiver: Receiver) -> None:
    client = Client()
    client.force_login(person(role))
    new = webhook(receiver.url)
    message = send_test(endpoint=new.endpoint, actor="test")
    assert "Send a test event</button>" not in client.get(page_of(new.endpoint)).text
    assert "Send again" not in client.get(page_of(message)).text
    forbidden = [page_of(new.endpoint, name) for name in ("test", "rotate", "activate", "deactivate", "delete")]
    for url in (*forbidden, page_of(message, "again"), reverse(ADD)):
        assert client.post(url, {"confirmed": "yes", "post": "yes"}).status_code == 403, url
    assert WebhookEndpoint.objects.get().secret == new.secret
    assert WebhookMessage.objects.get().state == MessageState.WAITING


def test_nothing_is_done_by_a_link(anna: Client, receiver: Receiver) -> None:
    endpoint = webhook(receiver.url).endpoint
    for name in ("test", "rotate", "activate", "deactivate"):
        assert anna.get(page_of(endpoint, name)).status_code == 405


def test_every_kind_of_event_is_documented(request: pytest.FixtureRequest) -> None:
    docs = (request.config.rootpath / "docs" / "api.md").read_text()
    assert [kind for kind in (*EventKind.values, "portal.test") if f"`{kind}`" not in docs] == []


def test_the_purge_command_forgets_old_messages(receiver: Receiver, capsys: pytest.CaptureFixture[str]) -> None:
    send_test(endpoint=webhook(receiver.url).endpoint, actor="test")
    call_command("purge", "--older-than", "30d")
    assert "0 webhook messages" in capsys.readouterr().out
