"""`GET /api/v1/status/` (contract 5.3): where everything stands, over all apps."""

import datetime
from typing import Any, ClassVar

from django.db.models import Count, Min
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.access.roles import Action
from apps.configuration.models import IntacctConfiguration, secret_fields
from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.states import OPEN_STATES, State
from apps.options.models import Option


class StatusView(APIView):
    """Counts by state and object, oldest pending, connection health, worker heartbeat, the last hour's throughput."""

    actions_by_method: ClassVar[dict[str, Action]] = {"GET": Action.SEE_STATUS}

    @extend_schema(operation_id="status", summary="Where everything stands", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response(status_json())


def status_json() -> dict[str, Any]:
    """The status as REST gives it, in a constant number of queries."""
    counts: dict[str, dict[str, int]] = {}
    for row in Delivery.objects.values("object_name", "state").annotate(number=Count("pk")).order_by():
        counts.setdefault(row["object_name"], dict.fromkeys(State.values, 0))[row["state"]] = row["number"]
    configuration = IntacctConfiguration.objects.defer(*secret_fields()).filter(is_active=True).first()
    health = ConnectionHealth.objects.filter(connection=configuration).first()
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    return {
        "counts": counts,
        "options": dict(Option.objects.values_list("code", "is_active")),
        "oldest_pending": Delivery.objects.filter(state__in=OPEN_STATES).aggregate(at=Min("created_at"))["at"],
        "connection": None
        if configuration is None
        else {
            "configuration": configuration.code,
            "flow": health.flow if health else "flowing",
            "reason": health.reason if health else "",
            "next_step": health.next_step if health else "",
            "last_test_at": configuration.last_test_at,
            "last_test_result": configuration.last_test_result or None,
        },
        "worker_heartbeat": WorkerHeartbeat.objects.order_by("-beaten_at").values_list("beaten_at", flat=True).first(),
        "posted_last_hour": Delivery.objects.filter(state=State.POSTED, posted_at__gte=hour_ago).count(),
    }


urlpatterns = [path("status/", StatusView.as_view(), name="status")]
