"""Contract section 4: `/healthz`, `/readyz` and `/metrics`, as a load balancer and Prometheus ask them."""

import datetime
import math
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import WorkerHeartbeat
from apps.delivery.services.drain import DrainReport
from tests.factories.documents import sales_shipment

pytestmark = pytest.mark.django_db


def beat(*, minutes_ago: int = 0) -> None:
    at = timezone.now() - datetime.timedelta(minutes=minutes_ago)
    WorkerHeartbeat.objects.create(worker="host:1", beaten_at=at)


def scraped(client: Client) -> dict[tuple[str, ...], float]:
    """Name and labels' values to the value."""
    text = client.get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_healthz_says_that_the_process_answers_whatever_else_is_wrong(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_readyz_is_ready_with_database_broker_and_a_worker_that_works(client: Client) -> None:
    beat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert {name: check["ok"] for name, check in answer.json()["checks"].items()} == {
        "database": True,
        "broker": True,
        "worker": True,
    }


@pytest.mark.parametrize(("minutes_ago", "says"), [(None, "No worker has executed a task yet"), (4, "three minutes")])
def test_readyz_is_503_without_a_worker_that_works(client: Client, minutes_ago: int | None, says: str) -> None:
    if minutes_ago is not None:
        beat(minutes_ago=minutes_ago)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert says in answer.json()["checks"]["worker"]["detail"]


def test_readyz_is_503_when_the_broker_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    beat()

    def unreachable() -> None:
        raise ConnectionError

    monkeypatch.setattr("django_q.brokers.get_broker", unreachable)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == {"ok": False, "detail": "The queue's broker does not answer."}


def test_metrics_count_deliveries_by_object_and_state(
    client: Client,
    connection: IntacctConfiguration,
    rest: APIClient,
    drained: Callable[..., DrainReport],
) -> None:
    beat(minutes_ago=2)
    assert rest.post("/api/v1/postings/", sales_shipment(), format="json").status_code == 201
    waiting = scraped(client)
    assert waiting["portal_deliveries", "GLBATCH", "pending"] == 1
    assert waiting["portal_worker_heartbeat_seconds",] >= 120
    drained()
    settled = scraped(client)
    assert settled["portal_deliveries", "GLBATCH", "pending"] == 0
    assert settled["portal_deliveries", "GLBATCH", "posted"] == 1
    assert settled["portal_oldest_open_seconds",] == 0
    assert settled["portal_connections_paused",] == 0


def test_metrics_of_a_portal_that_never_worked(client: Client) -> None:
    assert math.isnan(scraped(client)["portal_worker_heartbeat_seconds",])


def test_metrics_answer_only_this_machine_unless_there_is_a_token(client: Client) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    through_a_proxy = client.get("/metrics", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "203.0.113.9"})
    assert through_a_proxy.status_code == 403


def test_with_a_token_nobody_reads_without_it(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a long token"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    far_away = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": "Bearer a long token"})
    assert far_away.status_code == 200
