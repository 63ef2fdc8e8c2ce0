"""Starting and following synchronisations over REST (contract 5.2)."""

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Action
from apps.access.viewer import Viewer
from apps.configuration.selectors import active_configuration
from apps.foundation.api import PortalCursorPagination
from apps.foundation.documented_refusals import conflict
from apps.foundation.filters import PortalFilterSet
from apps.synchronisation.api.serializers import RunSerializer, StartSerializer
from apps.synchronisation.models import RunMode, RunState, SynchronisationRun
from apps.synchronisation.services.runs import start_run

RUN: dict[str, Any] = {
    "id": "01M84JR7S47NFFN0F9S7M4PGJF",
    "object": "AP_TERM",
    "mode": "incremental",
    "state": "waiting",
    "total": None,
    "done": 0,
    "failed": 0,
    "removed": 0,
    "started_at": "2026-11-20T08:15:01Z",
    "finished_at": None,
    "messages": [],
}


class RunFilter(PortalFilterSet):
    object = django_filters.CharFilter(help_text="The object that is synchronised.")
    state = django_filters.ChoiceFilter(choices=RunState.choices, help_text="Where the run stands.")


class NewestFirst(PortalCursorPagination):
    ordering = "-id"


@extend_schema_view(get=extend_schema(operation_id="synchronisations_list", summary="List synchronisations"))
class SynchronisationListView(ListAPIView[SynchronisationRun]):
    serializer_class = RunSerializer
    queryset = SynchronisationRun.objects.all()
    pagination_class = NewestFirst
    filterset_class = RunFilter
    actions_by_method: ClassVar[dict[str, Action]] = {"GET": Action.SYNCHRONISE, "POST": Action.SYNCHRONISE}

    @extend_schema(
        operation_id="synchronisations_start",
        summary="Synchronise an object with Sage Intacct",
        request=StartSerializer,
        responses={
            202: RunSerializer,
            409: conflict(
                "it runs already; or `not_synchronised`: its mapping says so.",
                code="synchronisation_open",
                title="It is being synchronised",
                detail="AP_TERM is being synchronised.",
                next_step="Follow that run.",
            ),
        },
        examples=[
            OpenApiExample("start", value={"object": "AP_TERM", "force": False}, request_only=True),
            OpenApiExample("run", value=RUN, response_only=True, status_codes=["202"]),
        ],
    )
    def post(self, request: Request) -> Response:
        """A worker reads; follow the run at its address."""
        asked = StartSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        viewer: Viewer = request.user  # type: ignore[assignment]
        run = start_run(
            connection=active_configuration(),
            wanted=asked.validated_data["object"],
            started_by=viewer.label,
            forced=asked.validated_data["force"],
            mode=RunMode.FULL if asked.validated_data["force"] else RunMode.INCREMENTAL,
        )
        return Response(RunSerializer(run).data, status=202)


@extend_schema_view(get=extend_schema(operation_id="synchronisations_read", summary="Read a synchronisation"))
class SynchronisationDetailView(RetrieveAPIView[SynchronisationRun]):
    serializer_class = RunSerializer
    queryset = SynchronisationRun.objects.all()
    lookup_field = "pk"
    actions_by_method: ClassVar[dict[str, Action]] = {"GET": Action.SYNCHRONISE}
