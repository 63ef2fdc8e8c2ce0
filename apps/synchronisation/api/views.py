"""Starting and following synchronisations over REST (contract 5.2)."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiTypes, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Action
from apps.access.viewer import Viewer
from apps.configuration.selectors import active_configuration
from apps.foundation.api import PortalCursorPagination
from apps.synchronisation.api.serializers import RunSerializer, StartSerializer
from apps.synchronisation.models import RunMode, SynchronisationRun
from apps.synchronisation.services.runs import start_run


class NewestFirst(PortalCursorPagination):
    ordering = "-id"


@extend_schema_view(get=extend_schema(operation_id="synchronisations_list", summary="List synchronisations"))
class SynchronisationListView(ListAPIView[SynchronisationRun]):
    serializer_class = RunSerializer
    queryset = SynchronisationRun.objects.all()
    pagination_class = NewestFirst
    filterset_fields: ClassVar[dict[str, list[str]]] = {"object": ["exact"], "state": ["exact"]}
    actions_by_method: ClassVar[dict[str, Action]] = {"GET": Action.SYNCHRONISE, "POST": Action.SYNCHRONISE}

    @extend_schema(
        operation_id="synchronisations_start",
        summary="Synchronise an object with Sage Intacct",
        request=StartSerializer,
        responses={202: RunSerializer, 409: OpenApiTypes.OBJECT, 422: OpenApiTypes.OBJECT},
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


@extend_schema_view(get=extend_schema(operation_id="synchronisations_read", summary="One synchronisation"))
class SynchronisationDetailView(RetrieveAPIView[SynchronisationRun]):
    serializer_class = RunSerializer
    queryset = SynchronisationRun.objects.all()
    lookup_field = "pk"
    actions_by_method: ClassVar[dict[str, Action]] = {"GET": Action.SYNCHRONISE}
