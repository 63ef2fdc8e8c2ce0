"""Postings that are ready to be delivered, and the client that stands in for the wire."""

import datetime
from collections.abc import Callable

import pytest

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.postings.api.reading import read_document
from apps.postings.services.submit import submit
from tests.factories.documents import sales_shipment


@pytest.fixture
def submitted(viewer: Viewer) -> Callable[..., Delivery]:
    """Submits a document and gives its delivery: `submitted(number="SH-1")`. Needs a configuration."""

    def make(body: dict | None = None, **changes: object) -> Delivery:
        document = {**(body or sales_shipment()), **changes}
        submission = submit(document=read_document(document), viewer=viewer)
        return Delivery.objects.get(target_document__posting=submission.posting_id)

    return make


@pytest.fixture
def pending(configuration: IntacctConfiguration, submitted: Callable[..., Delivery]) -> Delivery:
    """One pending delivery that no drain will send anywhere."""
    return submitted()


@pytest.fixture
def time_passes() -> Callable[[Delivery, float], None]:
    """Moves everything that a delivery remembers into the past: the database's clock can't be turned."""

    def move(delivery: Delivery, seconds: float) -> None:
        ago = datetime.timedelta(seconds=seconds)
        delivery.refresh_from_db()
        Delivery.objects.filter(pk=delivery.pk).update(
            due_at=delivery.due_at - ago,
            last_sent_at=delivery.last_sent_at and delivery.last_sent_at - ago,
            absent_since=delivery.absent_since and delivery.absent_since - ago,
            lease_until=delivery.lease_until and delivery.lease_until - ago,
        )

    return move
