"""`/metrics` for Prometheus: read from the database when scraped, so right over all processes."""

import hmac
import math
from collections.abc import Iterator
from ipaddress import ip_address

from django.conf import settings
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.models.connection_health import Flow
from apps.delivery.states import OPEN_STATES
from apps.notifications.models import MessageState, WebhookEndpoint, WebhookMessage
from apps.status.deliveries import delivery_counts

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-Ip", "Via")


def metrics(request: HttpRequest) -> HttpResponse:
    """Only with the token of `METRICS_TOKEN`, or from this machine when none is set."""
    if not _may_read(request):
        return HttpResponseForbidden("The metrics token is missing or wrong.", content_type="text/plain")
    return HttpResponse(generate_latest(_Portal()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    if any(name in request.headers for name in FORWARDED):
        # Through a proxy on this machine everybody comes from this machine.
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class _Portal:
    """What the database says at the moment of the scrape."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        deliveries = GaugeMetricFamily(
            "portal_deliveries", "Deliveries by Intacct object and state.", labels=("object", "state")
        )
        for object_name, counts in delivery_counts().items():
            for state, number in counts.by_state.items():
                # A state that was left shows 0 rather than its last number.
                deliveries.add_metric((object_name, state), number)
        yield deliveries
        oldest = Delivery.objects.filter(state__in=OPEN_STATES).aggregate(at=Min("created_at"))["at"]
        yield GaugeMetricFamily(
            "portal_oldest_open_seconds",
            "Age of the oldest delivery that is not settled.",
            (now - oldest).total_seconds() if oldest else 0,
        )
        beat = WorkerHeartbeat.objects.order_by("-beaten_at").values_list("beaten_at", flat=True).first()
        yield GaugeMetricFamily(
            "portal_worker_heartbeat_seconds",
            "Time since a worker executed a task.",
            (now - beat).total_seconds() if beat else math.nan,
        )
        yield GaugeMetricFamily(
            "portal_connections_paused",
            "Connections that need a person.",
            ConnectionHealth.objects.filter(flow=Flow.PAUSED).count(),
        )
        yield GaugeMetricFamily(
            "portal_webhooks_failing",
            "Active webhooks whose receiver does not take messages.",
            WebhookEndpoint.objects.filter(is_active=True, failing_since__isnull=False).count(),
        )
        due = WebhookMessage.objects.filter(
            endpoint__is_active=True, state__in=(MessageState.WAITING, MessageState.SENDING)
        )
        yield GaugeMetricFamily("portal_webhook_messages_open", "Webhook messages not delivered yet.", due.count())
