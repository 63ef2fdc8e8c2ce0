"""A receiver that the portal may call, and what happens that it is told of."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.notifications.models import WebhookEndpoint, WebhookMessage
from apps.organisation.models import Company
from tests.factories.documents import sales_shipment
from tests.notifications.receiver import Receiver

Happens = Callable[..., str]
"""Submits a posting and cancels it, which is a change of state without a gateway; gives its ID."""


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
