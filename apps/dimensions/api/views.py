"""Read-only REST resources of attributes and dimensions (contract 5.2): the same for every company."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView

from apps.access.roles import Action
from apps.dimensions.api.serializers import AttributeSerializer, DimensionSerializer, DimensionTypeSerializer
from apps.dimensions.models import Attribute, Dimension, DimensionType
from apps.foundation.api import PortalCursorPagination

SEE: dict[str, Action] = {"GET": Action.SEE_MASTER_DATA}


class ByTypeAndKey(PortalCursorPagination):
    ordering = ("type_id", "key", "pk")


class ByTypeAndCode(PortalCursorPagination):
    ordering = ("type_id", "code", "pk")


class ByCode(PortalCursorPagination):
    ordering = "code"


@extend_schema_view(get=extend_schema(operation_id="attributes_list", summary="List projects, employees and tasks"))
class AttributeListView(ListAPIView[Attribute]):
    serializer_class = AttributeSerializer
    queryset = Attribute.objects.all()
    pagination_class = ByTypeAndKey
    filterset_fields: ClassVar[dict[str, list[str]]] = {
        "type": ["exact"], "is_active": ["exact"], "project": ["exact"], "entity": ["exact"],
    }  # fmt: skip
    actions_by_method: ClassVar[dict[str, Action]] = SEE


@extend_schema_view(get=extend_schema(operation_id="dimensions_list", summary="List dimensions"))
class DimensionListView(ListAPIView[Dimension]):
    serializer_class = DimensionSerializer
    queryset = Dimension.objects.all()
    pagination_class = ByTypeAndCode
    filterset_fields: ClassVar[dict[str, list[str]]] = {
        "type": ["exact"], "is_active": ["exact"], "parent": ["exact"], "entity": ["exact"],
    }  # fmt: skip
    actions_by_method: ClassVar[dict[str, Action]] = SEE


@extend_schema_view(get=extend_schema(operation_id="dimension_types_list", summary="List dimension types"))
class DimensionTypeListView(ListAPIView[DimensionType]):
    serializer_class = DimensionTypeSerializer
    queryset = DimensionType.objects.all()
    pagination_class = ByCode
    filterset_fields: ClassVar[dict[str, list[str]]] = {"is_active": ["exact"]}
    actions_by_method: ClassVar[dict[str, Action]] = SEE
