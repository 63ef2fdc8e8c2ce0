"""What webhooks were told of a posting stands in its timeline, and its page stays fresh until they are."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.delivery.models import Delivery
from apps.notifications.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from apps.notifications.services.endpoints import deactivate
from apps.notifications.services.read_journal import read_journal
from apps.notifications.services.send import work_webhooks
from apps.notifications.services.turns import turn
from apps.organisation.models import Company
from apps.postings.models import Posting
from tests.conftest import Person
from tests.factories.documents import sales_shipment
from tests.factories.webhooks import webhook
from tests.notifications.conftest import Happens
from tests.notifications.receiver import Receiver

pytestmark = pytest.mark.django_db
NOTHING_NEW, STOP = 204, 286


@pytest.fixture
def anna(person: Person) -> Client:
    client = Client()
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def page_of(client: Client, pk: str) -> str:
    return client.get(reverse("admin:postings_posting_change", args=[pk])).text


def timeline(html: str) -> str:
    own = html[html.index('id="timeline-heading"') :]
    own = re.sub(r'<span class="material-symbols[^>]*>.*?</span>', "", own[: own.index("</section>")])
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", own)).split())


def polled(html: str) -> str:
    found = re.search(r'hx-get="([^"]+)" hx-trigger', html)
    return unescape(found[1]) if found else ""


def is_read() -> None:
    """The journal is read, and nothing is sent yet."""
    with turn() as token:
        assert token is not None
        read_journal(turn_token=token)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(database) as captured:
        client.get(address)
    return len(captured)


def test_a_message_that_arrived_stands_in_the_timeline_with_its_page(
    anna: Client, happens: Happens, receiver: Receiver
) -> None:
    webhook(receiver.url, name="ERP")
    pk = happens()
    work_webhooks()
    page = page_of(anna, pk)
    assert "Webhook ERP was told: Cancelled before it was sent" in timeline(page)
    assert "failed" not in timeline(page)
    assert reverse("admin:notifications_webhookmessage_change", args=[WebhookMessage.objects.get().pk]) in page
    assert polled(page) == "", "nothing is to come"


def test_each_message_has_its_own_moment(
    anna: Client, happens: Happens, receiver: Receiver, company: Company, other_company: Company
) -> None:
    webhook(receiver.url, company, name="ERP")
    webhook(f"{receiver.url}second", name="Warehouse")
    webhook(f"{receiver.url}third", other_company, name="Another's")
    pk = happens()
    work_webhooks()
    told = timeline(page_of(anna, pk))
    assert (told.count("ERP was told"), told.count("Warehouse was told"), "Another's" in told) == (1, 1, False)


def test_one_that_fails_says_how_often_and_when_it_is_tried_again(
    anna: Client, happens: Happens, receiver: Receiver, time_passes: Callable[..., None]
) -> None:
    endpoint = webhook(receiver.url, name="ERP").endpoint
    receiver.answer(500)
    pk = happens()
    work_webhooks()
    page = page_of(anna, pk)
    assert re.search(
        r"Webhook ERP could not be told yet: Cancelled before it was sent 1 try failed\. Next try: \d", timeline(page)
    )
    assert polled(page), "it is tried again"

    time_passes(minutes=2)
    work_webhooks()
    assert re.search(r"Webhook ERP was told: .* 1 try failed\.", timeline(page_of(anna, pk)))

    WebhookMessage.objects.update(state="given_up", delivered_at=None, tries=11)
    page = page_of(anna, pk)
    assert re.search(r"Webhook ERP was not told: .* 11 tries failed\. It was given up\.", timeline(page))
    assert polled(page) == ""

    WebhookMessage.objects.update(state="waiting", tries=0, due_at="2026-11-20T00:00:00Z")
    deactivate(endpoint=endpoint, reason="Moved house.", actor="anna")
    page = page_of(anna, pk)
    assert re.search(r"Webhook ERP is to be told: .* The webhook is not active\.", timeline(page))
    assert polled(page) == ""


def test_the_page_stays_fresh_until_the_webhook_was_told(anna: Client, happens: Happens, receiver: Receiver) -> None:
    webhook(receiver.url, name="ERP")
    pk = happens()
    address = polled(page_of(anna, pk))
    assert anna.get(address).status_code == NOTHING_NEW, "it has settled, and its message is to come"

    is_read()
    answer = anna.get(address)
    assert (answer.status_code, "Webhook ERP is to be told" in timeline(answer.text)) == (200, True)
    address = polled(answer.text)
    assert anna.get(address).status_code == NOTHING_NEW

    work_webhooks()
    answer = anna.get(address)
    assert (answer.status_code, "Webhook ERP was told" in timeline(answer.text)) == (STOP, True)


def test_the_page_waits_only_for_a_webhook_that_wants_to_know(
    anna: Client, happens: Happens, receiver: Receiver, other_company: Company
) -> None:
    webhook(f"{receiver.url}1", other_company, name="of another company")
    webhook(f"{receiver.url}2", name="of other events", event_kinds=["posting.posted"])
    deactivate(endpoint=webhook(f"{receiver.url}3", name="off").endpoint, reason="Off.", actor="anna")
    pk = happens()
    assert polled(page_of(anna, pk)) == ""

    webhook(receiver.url, name="ERP")
    assert polled(page_of(anna, pk))
    Delivery.objects.update(updated_at="2026-11-20T00:00:00Z")
    Posting.objects.update(created_at="2026-11-20T00:00:00Z")
    assert polled(page_of(anna, pk)) == "", "no worker tells it: it is not waited for"


def test_who_may_not_see_messages_reads_it_without_a_link(person: Person, happens: Happens, receiver: Receiver) -> None:
    webhook(receiver.url, name="ERP")
    pk = happens()
    work_webhooks()
    user = person(Role.OPERATOR)
    client = Client()
    client.force_login(user)
    message = reverse("admin:notifications_webhookmessage_change", args=[WebhookMessage.objects.get().pk])
    assert message in page_of(client, pk)

    for group in user.groups.all():
        group.permissions.remove(Permission.objects.get(codename="view_webhookmessage"))
    client.force_login(User.objects.get(pk=user.pk))
    page = page_of(client, pk)
    assert "Webhook ERP was told" in timeline(page)
    assert message not in page


def test_what_was_told_costs_one_query_and_a_second_only_while_a_first_message_is_to_come(
    anna: Client, rest: APIClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = str(rest.post("/api/v1/postings/", sales_shipment()).json()["id"])
    page = reverse("admin:postings_posting_change", args=[pk])

    def costs() -> tuple[int, int]:
        """Of the page, and of a poll that finds nothing new."""
        poll = polled(page_of(anna, pk)) or f"{reverse('admin:postings_posting_story', args=[pk])}?since=0"
        return queries(anna, page), queries(anna, poll)

    costs()
    with monkeypatch.context() as patch:
        patch.setattr("apps.postings.moments._tellers", [])
        page_without, poll_without = costs()
    is_open = costs()
    assert is_open == (page_without + 1, poll_without + 1)

    webhook(receiver.url, name="ERP")
    assert rest.post(f"/api/v1/postings/{pk}/cancel/").status_code == 200
    just_settled = costs()
    assert just_settled[0] <= is_open[0], "what only an open one asks has fallen away"
    assert just_settled[1] <= is_open[1], "what only an open one asks has fallen away"
    receiver.answer(500)
    work_webhooks()
    told = costs()
    assert told == (just_settled[0] - 1, just_settled[1] - 1)

    (message,) = WebhookMessage.objects.all()
    for number in range(20):
        endpoint = WebhookEndpoint.objects.create(name=f"no. {number}", url=receiver.url, all_companies=True)
        WebhookMessage.objects.create(
            endpoint=endpoint, kind=message.kind, journal_entry=number, subject_id=pk, body="{}", state="delivered"
        )
    WebhookAttempt.objects.bulk_create(
        WebhookAttempt(message=message, number=number, started_at=message.created_at, duration_ms=1, words="No.")
        for number in range(20)
    )
    assert costs() == told
