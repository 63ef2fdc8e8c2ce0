"""A receiver and a mail server that the portal may call, and what happens that they are told of."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.access.viewer import Viewer
from apps.delivery.models import Delivery
from apps.delivery.states import State
from apps.notifications.models import AlertRule, Digest, Mail, WebhookEndpoint, WebhookMessage
from apps.organisation.models import Company
from apps.postings.api.reading import read_document
from apps.postings.models import Posting
from apps.postings.services.submit import submit
from tests.factories.documents import sales_shipment
from tests.notifications.mail_server import MailServer
from tests.notifications.receiver import Receiver

Happens = Callable[..., str]
"""Submits a posting and cancels it, which is a change of state without a gateway; gives its ID."""
Ends = Callable[..., Posting]
PROBLEM = {
    "kind": "conflict",
    "code": "conflict",
    "detail": "Intacct holds record 17 for this document, but it differs: amount 4711.00 instead of 58.75.",
    "next_step": "Compare both in Intacct, then retry.",
    "errors": [],
}
"""Of a document in error: its detail quotes an amount."""


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A local receiver, in a network that the environment allows."""
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    with Receiver() as made:
        yield made


@pytest.fixture
def happens(rest: APIClient) -> Happens:
    def make(client: APIClient = rest, **changes: Any) -> str:
        answer = client.post("/api/v1/postings/", sales_shipment(**changes))
        assert answer.status_code == 201, answer.json()
        pk = str(answer.json()["id"])
        assert client.post(f"/api/v1/postings/{pk}/cancel/").status_code == 200
        return pk

    return make


@pytest.fixture
def other_rest(other_company: Company, configuration: object, client_of: Callable[..., APIClient]) -> APIClient:
    """The REST client of company 200."""
    return client_of(other_company)


@pytest.fixture
def time_passes() -> Callable[..., None]:
    """Moves all that webhooks wait for into the past: the database's clock can't be turned."""

    def move(**ago: float) -> None:
        span = datetime.timedelta(**ago)
        for message in WebhookMessage.objects.all():
            WebhookMessage.objects.filter(pk=message.pk).update(
                due_at=message.due_at and message.due_at - span,
                lease_until=message.lease_until and message.lease_until - span,
            )
        for one in WebhookEndpoint.objects.all():
            WebhookEndpoint.objects.filter(pk=one.pk).update(
                rest_until=one.rest_until and one.rest_until - span,
                failing_since=one.failing_since and one.failing_since - span,
                previous_secret_until=one.previous_secret_until and one.previous_secret_until - span,
            )

    return move


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A local mail server that the environment names."""
    with MailServer() as made:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.DEFAULT_FROM_EMAIL, settings.MAIL_IS_SET_UP = "portal@example.com", True
        yield made


@pytest.fixture
def ends(company: Company, configuration: object, viewer: Viewer) -> Ends:
    """A posting of company 100 that ended so, some minutes ago: `ends(State.ERROR, minutes_ago=5)`."""

    def make(state: State, *, minutes_ago: float = 0, viewer: Viewer = viewer, **changes: Any) -> Posting:
        submitted = submit(document=read_document(sales_shipment(**changes)), viewer=viewer)
        mine = Delivery.objects.filter(target_document__posting=submitted.posting_id)
        at = timezone.now() - datetime.timedelta(minutes=minutes_ago)
        if state != State.PENDING:
            mine.update(state=State.SENDING, lease_token="test", lease_until=at, last_sent_at=at)
            values: dict[State, dict[str, Any]] = {
                State.ERROR: {"problem": PROBLEM},
                State.POSTED: {"record_no": mine.get().number, "posted_at": at},
            }
            mine.update(state=state, lease_token="", lease_until=None, **values.get(state, {}))
        mine.update(created_at=at, updated_at=at)
        return Posting.objects.get(pk=submitted.posting_id)

    return make


@pytest.fixture
def later() -> Callable[..., None]:
    """Moves all that alert rules, digests and mails remember into the past: the database's clock can't be turned."""

    def move(**ago: float) -> None:
        span = datetime.timedelta(**ago)
        for model, names in (
            (AlertRule, ("raised_at", "told_at", "calm_since")),
            (Digest, ("last_slot",)),
            (Mail, ("due_at", "lease_until")),
        ):
            for row in model._default_manager.all():
                moved = {name: at and at - span for name in names for at in [getattr(row, name)]}
                model._default_manager.filter(pk=row.pk).update(**moved)

    return move
