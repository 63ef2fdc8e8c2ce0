"""`GET /api/v1/status/` (contract 5.3): where everything stands, over all apps."""

import datetime
from typing import Any, ClassVar

from django.db.models import Min
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.access.roles import Action
from apps.configuration.models import ConnectionTestResult, IntacctConfiguration, secret_fields
from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.models.connection_health import Flow
from apps.delivery.states import OPEN_STATES
from apps.options.models import Option
from apps.status.deliveries import delivery_counts, posted_in_the_last


class ConnectionStatusSchema(serializers.Serializer[Any]):
    """The active connection to Sage Intacct."""

    configuration = serializers.CharField(help_text="The configuration's ID.")
    flow = serializers.ChoiceField(choices=Flow.choices)
    reason = serializers.CharField(help_text="Why it is not flowing; empty while it is.")
    next_step = serializers.CharField(help_text="What to do about that.")
    last_test_at = serializers.DateTimeField(allow_null=True)
    last_test_result = serializers.ChoiceField(choices=ConnectionTestResult.choices, allow_null=True)


class StatusSchema(serializers.Serializer[Any]):
    """Where everything stands."""

    counts = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="By Intacct object, by state: how many documents.",
    )
    options = serializers.DictField(child=serializers.BooleanField(), help_text="By code: whether it is on.")
    oldest_pending = serializers.DateTimeField(allow_null=True, help_text="Since when the oldest open one waits.")
    connection = ConnectionStatusSchema(allow_null=True)
    worker_heartbeat = serializers.DateTimeField(allow_null=True, help_text="When a worker last said that it lives.")
    posted_last_hour = serializers.IntegerField()


class StatusView(APIView):
    """Counts by state and object, oldest pending, connection health, worker heartbeat, the last hour's throughput."""

    actions_by_method: ClassVar[dict[str, Action]] = {"GET": Action.SEE_STATUS}

    @extend_schema(operation_id="status", summary="Where everything stands", responses=StatusSchema)
    def get(self, request: Request) -> Response:
        return Response(status_json())


def status_json() -> dict[str, Any]:
    """The status as REST gives it, in a constant number of queries."""
    configuration = IntacctConfiguration.objects.defer(*secret_fields()).filter(is_active=True).first()
    health = ConnectionHealth.objects.filter(connection=configuration).first()
    return {
        "counts": {name: counts.by_state for name, counts in delivery_counts().items()},
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
        "posted_last_hour": posted_in_the_last(datetime.timedelta(hours=1), timezone.now()),
    }


urlpatterns = [path("status/", StatusView.as_view(), name="status")]
