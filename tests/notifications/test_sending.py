"""Sending: at least once, the same bytes on every try, nobody held up by another, and an end at last."""

import datetime
import logging
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from apps.foundation.audit import AuditEntry
from apps.notifications import transport
from apps.notifications.models import MessageState, WebhookAttempt, WebhookEndpoint, WebhookMessage
from apps.notifications.patience import PAUSES
from apps.notifications.services.claim import LANES, claim
from apps.notifications.services.endpoints import rotate_secret
from apps.notifications.services.messages import purge_webhooks, send_again, send_test
from apps.notifications.services.send import work_webhooks
from apps.notifications.services.settle import settle
from apps.notifications.services.turns import turn
from tests.factories.webhooks import webhook
from tests.notifications.conftest import Happens
from tests.notifications.receiver import Receiver

pytestmark = pytest.mark.django_db
TimePasses = Callable[..., None]
NOBODY = "http://127.0.0.1:9/hook"
"""The port of "discard", where nobody listens."""


def the_message() -> WebhookMessage:
    return WebhookMessage.objects.get()


def test_after_a_failure_the_same_message_is_sent_again_with_the_same_bytes(
    happens: Happens, receiver: Receiver, time_passes: TimePasses
) -> None:
    new = webhook(receiver.url)
    receiver.answer(500, b"<h1>out of\x00 order</h1>")
    happens()
    before = timezone.now()
    work_webhooks()
    message = the_message()
    assert (message.state, message.tries) == (MessageState.WAITING, 1)
    assert PAUSES[0] <= message.due_at - before < 1.2 * PAUSES[0] + datetime.timedelta(minutes=1)
    work_webhooks()
    assert len(receiver.received) == 1, "not due yet"
    time_passes(seconds=60)
    work_webhooks()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert second.told(new.secret)["type"] == "posting.cancelled"
    message = the_message()
    assert (message.state, message.tries, message.due_at) == (MessageState.DELIVERED, 2, None)
    tries = WebhookAttempt.objects.order_by("number").values_list("number", "status_code", "words", "answer")
    assert list(tries) == [
        (1, 500, "Answered 500.", "<h1>out of� order</h1>"),
        (2, 204, "Delivered: answered 204.", ""),
    ]
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.failures_in_a_row, endpoint.failing_since) == (0, None)


def test_it_is_given_up_after_the_last_try_and_a_person_can_send_it_again(
    happens: Happens, receiver: Receiver, time_passes: TimePasses
) -> None:
    webhook(receiver.url)
    happens()
    for number in range(len(PAUSES) + 1):
        receiver.answer(503)
        work_webhooks()
        assert the_message().tries == number + 1
        time_passes(days=2)
        WebhookEndpoint.objects.update(failing_since=timezone.now())
    message = the_message()
    assert (message.state, message.due_at) == (MessageState.GIVEN_UP, None)
    work_webhooks()
    assert len(receiver.received) == len(PAUSES) + 1
    send_again(message=message, actor="anna")
    work_webhooks()
    assert the_message().state == MessageState.DELIVERED
    assert len({(one.id, one.body) for one in receiver.received}) == 1
    assert AuditEntry.objects.get(action="webhook_sent_again").actor == "anna"


def test_gone_switches_the_endpoint_off(happens: Happens, receiver: Receiver) -> None:
    webhook(receiver.url)
    receiver.answer(410)
    happens()
    work_webhooks()
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.is_active, endpoint.inactive_reason[:30]) == (False, "The receiver answered 410 Gone")
    assert the_message().state == MessageState.GIVEN_UP
    assert AuditEntry.objects.get(action="webhook_deactivated").actor == "portal"
    happens()
    work_webhooks()
    assert len(receiver.received) == 1


def test_five_days_of_nothing_but_failures_switch_it_off(
    happens: Happens, receiver: Receiver, time_passes: TimePasses
) -> None:
    webhook(receiver.url)
    happens()
    for _ in range(2):
        receiver.answer(500)
        work_webhooks()
        time_passes(days=6)
    endpoint = WebhookEndpoint.objects.get()
    assert not endpoint.is_active
    assert endpoint.inactive_reason == "Nothing but failures for 5 days. The last one: Answered 500."
    work_webhooks()
    assert len(receiver.received) == 2, "what waits is kept, and not sent"
    assert the_message().state == MessageState.WAITING


@pytest.mark.parametrize(
    ("status", "headers", "longer_than"),
    [
        pytest.param(429, {"Retry_After": "120"}, datetime.timedelta(seconds=119), id="seconds"),
        pytest.param(
            503, {"Retry_After": "Fri, 31 Dec 2999 23:59:59 GMT"}, datetime.timedelta(hours=23), id="a date, capped"
        ),
        pytest.param(500, {"Retry_After": "soon"}, datetime.timedelta(seconds=4), id="neither"),
    ],
)
def test_a_receiver_may_ask_for_patience(
    status: int, headers: dict[str, str], longer_than: datetime.timedelta, happens: Happens, receiver: Receiver
) -> None:
    webhook(receiver.url)
    receiver.answer(status, **headers)
    happens()
    work_webhooks()
    waits = the_message().due_at - timezone.now()
    assert longer_than < waits < datetime.timedelta(hours=25)
    rests = WebhookEndpoint.objects.get().rest_until
    assert (rests is not None) == (status in (429, 503)), "then nothing else is sent to it either"


def test_an_endpoint_that_fails_is_left_alone_for_a_while(
    happens: Happens, receiver: Receiver, time_passes: TimePasses
) -> None:
    webhook(NOBODY)
    for _ in range(6):
        happens()
    work_webhooks()
    assert WebhookAttempt.objects.count() <= 2 * LANES, "not each message tries it"
    assert set(WebhookAttempt.objects.values_list("words", flat=True)) == {"Nobody answers at this address."}
    tried = WebhookAttempt.objects.count()
    work_webhooks()
    assert WebhookAttempt.objects.count() == tried
    time_passes(minutes=2)
    WebhookEndpoint.objects.update(url=receiver.url)
    work_webhooks()
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {MessageState.DELIVERED}


def test_a_slow_receiver_holds_up_nobody_else(happens: Happens, receiver: Receiver) -> None:
    """The slow one answers only when the quick one has all of its messages, more than go at once."""
    with Receiver() as slow:
        slow.hold.clear()
        quick_has_all = threading.Event()
        webhook(slow.url, name="slow")
        webhook(receiver.url, name="quick")
        for _ in range(LANES + 2):
            happens()

        def watch() -> None:
            while len(receiver.received) < LANES + 2 and not quick_has_all.wait(0.02):
                continue
            quick_has_all.set()
            slow.hold.set()

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        report = work_webhooks()
        watching.join(1)
        assert quick_has_all.is_set()
        assert (report.delivered, report.failed) == (2 * (LANES + 2), 0)


def test_a_message_is_claimed_by_one_sender_only_and_a_dead_ones_is_taken_over(
    happens: Happens, receiver: Receiver, time_passes: TimePasses
) -> None:
    new = webhook(receiver.url)
    send_test(endpoint=new.endpoint, actor="test")
    (first,) = claim(most=10, under_way={})
    assert claim(most=10, under_way={}) == []
    time_passes(minutes=2)
    (second,) = claim(most=10, under_way={})
    assert (second.pk, second.tries) == (first.pk, 2)
    settle(first, transport.Outcome("Answered 500.", status=500))
    assert the_message().state == MessageState.SENDING, "it is the other's by now"
    settle(second, transport.Outcome("Delivered.", status=200))
    assert the_message().state == MessageState.DELIVERED
    assert WebhookAttempt.objects.count() == 2, "both tries are in the log"


def test_a_second_worker_leaves_the_work_to_the_first(happens: Happens, receiver: Receiver) -> None:
    webhook(receiver.url)
    happens()
    with turn():
        assert work_webhooks().delivered == 0
    assert work_webhooks().delivered == 1


def test_while_a_secret_is_replaced_both_sign_and_then_the_new_one_only(
    receiver: Receiver, time_passes: TimePasses
) -> None:
    new = webhook(receiver.url)
    secret = rotate_secret(endpoint=new.endpoint, actor="test")
    send_test(endpoint=new.endpoint, actor="test")
    work_webhooks()
    assert secret != new.secret
    for one in (new.secret, secret):
        assert receiver.received[0].told(one)["type"] == "portal.test"
    time_passes(days=2)
    send_test(endpoint=new.endpoint, actor="test")
    work_webhooks()
    receiver.received[1].told(secret)
    with pytest.raises(WebhookVerificationError):
        receiver.received[1].told(new.secret)


def test_secrets_are_encrypted_and_in_no_log(
    happens: Happens, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    new = webhook(receiver.url)
    receiver.answer(500)
    happens()
    work_webhooks()
    with database.cursor() as cursor:
        cursor.execute("SELECT secret FROM notifications_webhookendpoint")
        (stored,) = cursor.fetchone()
    assert new.secret not in stored
    written = caplog.text + "".join(str(one.detail) for one in AuditEntry.objects.all())
    assert "Answered 500." in caplog.text
    for secret in (new.secret, new.secret.removeprefix("whsec_"), "t0p-s3cret"):
        assert secret not in written


def test_a_secret_that_cannot_be_read_holds_up_no_other_endpoint(
    happens: Happens, receiver: Receiver, settings: Any
) -> None:
    lost, new = webhook(receiver.url, name="lost"), webhook(receiver.url, name="kept")
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_webhookendpoint SET secret = 'unreadable' WHERE id = %s", [lost.endpoint.pk]
        )
    happens()
    work_webhooks()
    (received,) = receiver.received
    received.told(new.secret)
    assert "can't be read" in WebhookAttempt.objects.get(message__endpoint=lost.endpoint).words
    rotate_secret(endpoint=lost.endpoint, actor="test")
    send_test(endpoint=lost.endpoint, actor="test")
    work_webhooks()
    assert len(receiver.received) == 2


class TestTransport:
    def test_a_redirect_is_not_followed(self, receiver: Receiver) -> None:
        receiver.answer(302, Location="http://127.0.0.1:1/elsewhere")
        outcome = transport.post(receiver.url, "{}", {})
        assert (outcome.status, outcome.succeeded, len(receiver.received)) == (302, False, 1)
        assert "redirect is not followed" in outcome.words

    def test_of_a_long_answer_the_start_is_kept(self, receiver: Receiver) -> None:
        new = webhook(receiver.url)
        send_test(endpoint=new.endpoint, actor="test")
        receiver.answer(200, b"x" * 5_000_000)
        work_webhooks()
        assert WebhookAttempt.objects.get().answer == "x" * 1024

    def test_who_does_not_answer_in_time_has_failed(self, receiver: Receiver) -> None:
        receiver.hold.clear()
        outcome = transport.post(receiver.url, "{}", {}, deadline=0.3)
        assert (outcome.status, outcome.words) == (None, "No whole answer within 0.3 seconds.")

    def test_a_name_that_leads_nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_: Any, **__: Any) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        assert transport.post("https://erp.example.com/", "{}", {}).words == "The host's name can't be resolved."


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost."""
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
        " -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem"
    )
    try:
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return folder


class TestTls:
    @pytest.fixture(autouse=True)
    def trust_is_read_anew(self) -> Iterator[None]:
        transport._trust.cache_clear()
        yield
        transport._trust.cache_clear()

    @pytest.mark.parametrize(
        ("host", "is_trusted", "arrives"),
        [
            pytest.param("localhost", True, True, id="an authority of this machine"),
            pytest.param("localhost", False, False, id="an unknown issuer"),
            pytest.param("127.0.0.1", True, False, id="of another host"),
        ],
    )
    def test_only_a_valid_certificate_of_the_host_will_do(
        self,
        host: str,
        is_trusted: bool,
        arrives: bool,
        certificate: Path,
        monkeypatch: pytest.MonkeyPatch,
        settings: Any,
    ) -> None:
        settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.0/8", "::1"]
        if is_trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
        with Receiver(certificate=certificate) as receiver:
            outcome = transport.post(receiver.url.replace("127.0.0.1", host), "{}", {})
            assert (outcome.succeeded, len(receiver.received)) == (arrives, int(arrives))
            assert ("No secure connection" in outcome.words) == (not arrives)


def test_old_messages_are_purged_but_not_what_is_still_to_be_sent(happens: Happens, receiver: Receiver) -> None:
    webhook(receiver.url)
    receiver.answer(500)
    happens()
    work_webhooks()
    waiting = the_message()
    happens()
    work_webhooks()
    assert WebhookMessage.objects.count() == 2
    assert purge_webhooks(before=timezone.now() + datetime.timedelta(minutes=1)) == 1
    assert the_message() == waiting
    assert list(WebhookAttempt.objects.values_list("message", flat=True)) == [waiting.pk]
