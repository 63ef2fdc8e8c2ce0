"""What the ERP is told: each change of a posting's state once, signed, and only to those who may know of it."""

import datetime
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.delivery.models import Delivery
from apps.delivery.states import State
from apps.foundation.audit import AuditEntry
from apps.foundation.wakeups import Wakeup
from apps.notifications.models import JournalReader, WebhookMessage
from apps.notifications.services.endpoints import activate, deactivate
from apps.notifications.services.read_journal import MISSED_FOR, read_journal
from apps.notifications.services.send import work_webhooks
from apps.notifications.services.turns import turn, wake_for_webhooks
from apps.organisation.models import Company
from apps.postings.models import PaymentStanding
from apps.postings.tasks import read_payments
from integration_portal.management.commands import worker
from tests.conftest import ClientOf
from tests.factories.documents import sales_invoice, sales_shipment, with_movements
from tests.factories.webhooks import webhook
from tests.notifications.conftest import Happens
from tests.notifications.receiver import Receiver
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db
URL = "/api/v1/postings/"


def kinds_of(receiver: Receiver) -> list[str]:
    return [json.loads(one.body)["type"] for one in receiver.received]


def read_again_from(position: int) -> None:
    """As if nothing had been read since, the worst that could become of the position."""
    JournalReader.objects.update(position=position)
    with turn() as token:
        while read_journal(turn_token=str(token)):
            continue


class TestWithTheSandbox:
    @pytest.fixture
    def rest(self, company: Company, connection: object, client_of: ClientOf) -> APIClient:
        return client_of(company)

    def test_a_posted_document_is_told_signed_and_with_what_a_client_needs(
        self, rest: APIClient, receiver: Receiver, drained: Callable[..., Any]
    ) -> None:
        new = webhook(receiver.url)
        pk = rest.post(URL, sales_shipment(number="SH-1")).json()["id"]
        drained()
        report = work_webhooks()
        assert (report.delivered, report.failed) == (1, 0)
        (received,) = receiver.received
        told = received.told(new.secret)
        shown = rest.get(f"{URL}{pk}/").json()
        assert told["type"] == "posting.posted"
        assert told["data"] == {
            **{name: shown[name] for name in ("id", "company", "document_type", "number", "state", "updated_at")},
            "integration_status": "success",
            "documents": [
                {
                    "part": "document",
                    "object": "GLBATCH",
                    "state": "posted",
                    "record_no": shown["documents"][0]["record_no"],
                    "payment_state": None,
                }
            ],
            "problem": None,
            "links": {"self": shown["links"]["self"]},
        }
        assert received.id == WebhookMessage.objects.get().pk
        assert received.headers["user-agent"].startswith("integration-portal-webhooks/")
        work_webhooks()
        assert len(receiver.received) == 1

    def test_of_several_documents_one_message_tells_when_all_are_posted(
        self, rest: APIClient, receiver: Receiver, drained: Callable[..., Any], sandbox: SandboxProcess
    ) -> None:
        sandbox.arm("error", match={"object": "GLBATCH"}, errorno="BL03000060", description2="Closed.")
        pk = rest.post(URL, with_movements(sales_invoice())).json()["id"]
        drained()
        new = webhook(receiver.url)  # when one of the two is posted already
        work_webhooks()
        assert rest.post(f"{URL}{pk}/retry/").status_code == 200
        drained()
        work_webhooks()
        read_again_from(0)
        work_webhooks()
        (received,) = receiver.received
        told = received.told(new.secret)
        assert told["type"] == "posting.posted"
        assert [one["object"] for one in told["data"]["documents"]] == ["ARINVOICE", "GLBATCH"]

    def test_an_error_is_told_with_its_problem_and_again_only_when_it_happens_again(
        self, rest: APIClient, receiver: Receiver, drained: Callable[..., Any], sandbox: SandboxProcess
    ) -> None:
        new = webhook(receiver.url)
        closed = {"errorno": "BL03000060", "description2": "The period is closed."}
        sandbox.arm("error", match={"object": "GLBATCH"}, times=2, **closed)
        pk = rest.post(URL, sales_shipment()).json()["id"]
        drained()
        work_webhooks()
        told = receiver.received[0].told(new.secret)
        shown = rest.get(f"{URL}{pk}/").json()
        assert told["data"]["problem"] == {name: shown["problem"][name] for name in ("code", "detail", "next_step")}
        read_again_from(0)
        work_webhooks()
        assert kinds_of(receiver) == ["posting.error"]
        for _ in range(2):
            assert rest.post(f"{URL}{pk}/retry/").status_code == 200
            drained()
            work_webhooks()
        assert kinds_of(receiver) == ["posting.error", "posting.error", "posting.posted"]

    def test_a_payment_is_told_when_later_figures_differ(
        self, rest: APIClient, receiver: Receiver, drained: Callable[..., Any], sandbox: SandboxProcess
    ) -> None:
        new = webhook(receiver.url, event_kinds=["posting.payment_changed"])
        pk = rest.post(URL, sales_invoice()).json()["id"]
        drained()
        for amount in ("", "25.00", ""):  # first read, then paid in part, then read again unchanged
            if amount:
                sandbox.pay(rest.get(f"{URL}{pk}/").json()["documents"][0]["record_no"], amount)
            PaymentStanding.objects.update(due_at=datetime.datetime.now(datetime.UTC))
            read_payments()
            work_webhooks()
        (received,) = receiver.received
        told = received.told(new.secret)
        assert (told["type"], told["data"]["state"]) == ("posting.payment_changed", "posted")
        assert told["data"]["documents"][0]["payment_state"] == "partially_paid"


def test_a_posting_that_waits_is_told_as_held(rest: APIClient, receiver: Receiver) -> None:
    webhook(receiver.url)
    shipment = sales_shipment(number="SH-7")
    rest.post(URL, shipment)
    origin = {"document_type": "sales_shipment", "number": "SH-7"}
    held = rest.post(URL, sales_shipment(document_type="sales_return_receipt", origin=origin)).json()
    work_webhooks()
    (received,) = receiver.received
    told = json.loads(received.body)
    assert (told["type"], told["data"]["id"], held["state"]) == ("posting.held", held["id"], "held")


def test_an_endpoint_is_told_of_its_companies_and_events_only(
    company: Company, other_company: Company, happens: Happens, other_rest: APIClient, receiver: Receiver
) -> None:
    own, other, every, deaf = (
        webhook(receiver.url, company, name="own"),
        webhook(receiver.url, other_company, name="other"),
        webhook(receiver.url, name="every"),
        webhook(receiver.url, name="deaf", event_kinds=["posting.posted"]),
    )
    mine = happens()
    foreign_account = sales_shipment(company="200", financial_site="200", currency="GBP", customer=None)
    for line in foreign_account["lines"]:
        line["site"] = "200"
    theirs = other_rest.post(URL, foreign_account)
    assert theirs.status_code == 201, theirs.json()
    other_rest.post(f"{URL}{theirs.json()['id']}/cancel/")
    work_webhooks()
    told = {(one.endpoint_id, one.subject_id, one.company) for one in WebhookMessage.objects.all()}
    assert told == {
        (own.endpoint.pk, mine, "100"),
        (other.endpoint.pk, theirs.json()["id"], "200"),
        (every.endpoint.pk, mine, "100"),
        (every.endpoint.pk, theirs.json()["id"], "200"),
    }
    assert deaf.endpoint.pk not in {endpoint for endpoint, *_ in told}


def test_what_happened_before_it_listened_is_not_told(happens: Happens, receiver: Receiver) -> None:
    always, new = webhook(receiver.url, name="always"), webhook(receiver.url)
    first = happens()
    work_webhooks()
    deactivate(endpoint=new.endpoint, reason="Moved.", actor="test")
    while_off = happens()
    activate(endpoint=new.endpoint, actor="test")
    last = happens()
    work_webhooks()
    rows = WebhookMessage.objects.order_by("pk")
    told = {
        endpoint: list(rows.filter(endpoint=endpoint).values_list("subject_id", flat=True))
        for endpoint in (always.endpoint, new.endpoint)
    }
    assert told == {always.endpoint: [first, while_off, last], new.endpoint: [first, last]}


def test_only_what_is_read_later_than_it_listens_is_looked_at(happens: Happens, receiver: Receiver) -> None:
    happens()
    webhook(receiver.url)
    assert work_webhooks().read == 1, "that it was made"


def test_reading_the_journal_again_makes_no_message_twice(happens: Happens, receiver: Receiver) -> None:
    webhook(receiver.url)
    happens()
    happens()
    work_webhooks()
    read_again_from(0)
    work_webhooks()
    assert (len(receiver.received), WebhookMessage.objects.count()) == (2, 2)


def test_an_entry_that_is_committed_late_below_others_is_told_all_the_same(rest: APIClient, receiver: Receiver) -> None:
    """PostgreSQL gives numbers before it commits."""
    webhook(receiver.url)
    pk = rest.post(URL, sales_shipment()).json()["id"]
    last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    entry = {"actor": "test", "subject_type": "delivery"}
    AuditEntry.objects.create(id=last + 2, action="noticed", subject_id="another", **entry)
    work_webhooks()
    assert [number for number, _since in JournalReader.objects.get().gaps] == [last + 1]
    deliveries = Delivery.objects.filter(target_document__posting=pk)
    deliveries.update(state=State.CANCELLED)
    AuditEntry.objects.create(id=last + 1, action="delivery_cancelled", subject_id=deliveries.get().pk, **entry)
    assert wakes()
    work_webhooks()
    assert kinds_of(receiver) == ["posting.cancelled"]
    assert JournalReader.objects.get().gaps == []


def test_a_number_that_never_appears_is_not_looked_for_for_ever(happens: Happens, receiver: Receiver) -> None:
    webhook(receiver.url)
    long_ago = datetime.datetime.now(datetime.UTC) - MISSED_FOR
    happens()
    work_webhooks()
    JournalReader.objects.update(gaps=[(10**9, long_ago.isoformat())])
    work_webhooks()
    assert JournalReader.objects.get().gaps == []


def wakes() -> bool:
    """Whether the worker's look wakes somebody now."""
    JournalReader.objects.update(wake_requested_at=None)
    return wake_for_webhooks()


def test_a_worker_is_woken_when_there_is_something_to_tell_and_only_then(
    happens: Happens, receiver: Receiver, rung: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with CaptureQueriesContext(database) as captured:
        assert not wakes()
        work_webhooks()
    asked = [one["sql"] for one in captured if "JournalReader" not in one["sql"] and one["sql"].startswith("SELECT")]
    assert len(asked) == 2, "one query each, where no webhook is active"
    webhook(receiver.url)
    happens()
    with django_capture_on_commit_callbacks(execute=True):
        assert wakes()
        assert not wake_for_webhooks(), "one wake-up is on its way"
    assert rung.count(Wakeup.WEBHOOKS.value) == 1
    work_webhooks()
    assert not wakes()
    with turn():
        happens()
        assert not wakes(), "somebody is at it"
    assert wakes()


def test_reading_costs_the_same_for_many_entries_as_for_one(
    happens: Happens, receiver: Receiver, django_assert_max_num_queries: Any
) -> None:
    webhook(receiver.url)
    for _ in range(6):
        happens()
    with turn() as token, django_assert_max_num_queries(16):
        read_journal(turn_token=str(token))
    assert WebhookMessage.objects.count() == 6


def test_whoever_has_lost_the_turn_writes_nothing(happens: Happens, receiver: Receiver) -> None:
    webhook(receiver.url)
    happens()
    with turn() as token:
        JournalReader.objects.update(turn_token="another's")
        assert read_journal(turn_token=str(token)) == 0
    assert not WebhookMessage.objects.exists()


def test_each_worker_looks_for_something_to_tell_every_other_second(
    happens: Happens,
    receiver: Receiver,
    rung: list[str],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    """The worker's watch over a cluster that is over soon; no schedule runs here."""
    webhook(receiver.url)
    happens()
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # the test's own is not old
    command = worker.Command()
    command.stopping = False
    with (
        django_capture_on_commit_callbacks(execute=True),
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.3)"]) as cluster,
    ):
        command._watch(cluster)
    assert Wakeup.WEBHOOKS.value in rung
