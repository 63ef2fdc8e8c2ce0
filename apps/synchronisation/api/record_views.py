"""REST doors of items, customers and suppliers (contract 5.2): parse, call one service, present."""

import dataclasses
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Action
from apps.access.viewer import Viewer
from apps.delivery.states import IntegrationStatus
from apps.foundation.api import PortalCursorPagination
from apps.foundation.documented_conditions import IF_MATCH, IF_NONE_MATCH, etag
from apps.foundation.errors import NotWhole, PortalError
from apps.foundation.filters import MomentFilter, PortalFilterSet, TruthFilter
from apps.foundation.preconditions import precondition_of
from apps.foundation.problems import portal_problem
from apps.masterdata.errors import RecordNotAcceptable
from apps.masterdata.models import Customer, Item, Supplier
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.masterdata.services.deletion import delete_record
from apps.masterdata.services.save_records import RecordInput, Saved, save_record, save_records
from apps.masterdata.versions import version_of
from apps.synchronisation.api.record_documentation import bulk_request, bulk_results, examples_of
from apps.synchronisation.api.record_serializers import (
    CustomerSerializer,
    ItemSerializer,
    SupplierSerializer,
    read_record,
    record_json,
)
from apps.synchronisation.selectors import integration_states_of, outbound_records

MOST_AT_ONCE = 1000


class ByCode(PortalCursorPagination):
    ordering = "code"


class RecordFilter(PortalFilterSet):
    """The same for all three."""

    name = django_filters.CharFilter(lookup_expr="icontains", help_text="A part of the name.")
    is_active = TruthFilter()
    updated_after = MomentFilter(
        field_name="updated_at", lookup_expr="gt", help_text="What was changed here since this time."
    )
    integration_status = django_filters.ChoiceFilter(
        choices=IntegrationStatus.choices, help_text="Where it stands in Sage Intacct."
    )


class _RecordView(GenericAPIView[Any]):
    """What the addresses of one kind of record share."""

    node = ""
    plural = ""
    queryset: Any = None
    actions_by_method: ClassVar[dict[str, Action]] = {}

    @property
    def viewer(self) -> Viewer:
        viewer = self.request.user
        assert isinstance(viewer, Viewer)  # noqa: S101  what every authentication class gives
        return viewer

    def get_queryset(self) -> QuerySet[Any, Any]:
        return outbound_records(self.node)

    def shown(self, codes: list[str]) -> dict[str, dict[str, Any]]:
        """Records by their ID, with where they stand."""
        states = integration_states_of(self.node, codes)
        rows = self.get_queryset().filter(code__in=codes)
        return {one.code: record_json(self.node, one, states.get(one.code)) for one in rows}


class _ListView(_RecordView):
    pagination_class = ByCode
    filterset_class = RecordFilter
    actions_by_method: ClassVar[dict[str, Action]] = {"GET": Action.SEE_MASTER_DATA}

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        states = integration_states_of(self.node, [one.code for one in page])
        return self.get_paginated_response([record_json(self.node, one, states.get(one.code)) for one in page])


class _DetailView(_RecordView):
    conditional_methods = ("PUT", "PATCH", "DELETE")
    actions_by_method: ClassVar[dict[str, Action]] = {
        "GET": Action.SEE_MASTER_DATA,
        "PUT": Action.WRITE_MASTER_DATA,
        "PATCH": Action.WRITE_MASTER_DATA,
        "DELETE": Action.WRITE_MASTER_DATA,
    }

    def one(self, code: str, status: int = status.HTTP_200_OK) -> Response:
        """The record with its version as `ETag`."""
        record = self.get_queryset().filter(code=code).first()
        if record is None:
            raise Http404
        kind = OUTBOUND_NODES[self.node]
        state = integration_states_of(self.node, [code]).get(code)
        tag = version_of(kind, record, kind.addresses_of(record))
        return Response(record_json(self.node, record, state), status=status, headers={"ETag": tag})

    def get(self, request: Request, code: str) -> Response:
        return self.one(code)

    def put(self, request: Request, code: str) -> Response:
        """Creates the record, or changes it to what is given: what is left out gets its default."""
        saved = self._save(request, read_record(self.node, request.data, code=code))
        return self.one(code, status.HTTP_201_CREATED if saved.is_new else status.HTTP_200_OK)

    def patch(self, request: Request, code: str) -> Response:
        """Changes what is given, and nothing else."""
        self.one(code)
        self._save(request, read_record(self.node, request.data, code=code, is_partial=True))
        return self.one(code)

    def _save(self, request: Request, record: RecordInput) -> Saved:
        record = dataclasses.replace(record, supposed=precondition_of(request.headers))
        return save_record(node=self.node, record=record, actor=self.viewer.label)

    def delete(self, request: Request, code: str) -> Response:
        """Deletes it here, and in Sage Intacct, or makes it inactive there where documents name it."""
        supposed = precondition_of(request.headers)
        if not delete_record(node=self.node, code=code, supposed=supposed, actor=self.viewer.label):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)


class _BulkView(_RecordView):
    actions_by_method: ClassVar[dict[str, Action]] = {"POST": Action.WRITE_MASTER_DATA}

    def post(self, request: Request) -> Response:
        read = [self._record_or_refusal(one) for one in self._given(request.data)]
        good = [one for one in read if isinstance(one, RecordInput)]
        outcomes = iter(save_records(node=self.node, records=good, actor=self.viewer.label))
        results = [next(outcomes) if isinstance(one, RecordInput) else one for one in read]
        shown = self.shown([one.code for one in good])
        answers = []
        for index, result in enumerate(results):
            if isinstance(result, PortalError):
                answers.append({"index": index, "status": result.http_status, "problem": portal_problem(result)})
            else:
                code = status.HTTP_201_CREATED if result.is_new else status.HTTP_200_OK
                answers.append({"index": index, "status": code, self.node: shown[result.code]})
        return Response({"results": answers})

    def _given(self, data: Any) -> list[Any]:
        given = data.get(self.plural) if isinstance(data, dict) and set(data) == {self.plural} else None
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_AT_ONCE:
            raise NotWhole(
                f'A bulk request is {{"{self.plural}": […]}} with 1 to {MOST_AT_ONCE} records and nothing else.',
                next_step="Split larger sets into several requests.",
            )
        return given

    def _record_or_refusal(self, data: Any) -> RecordInput | RecordNotAcceptable:
        try:
            return read_record(self.node, data)
        except RecordNotAcceptable as refusal:
            return refusal


def _listed(plural: str, serializer: Any) -> Any:
    return extend_schema_view(
        get=extend_schema(operation_id=f"{plural}_list", summary=f"List {plural}", responses=serializer(many=True))
    )


def _detailed(node: str, plural: str, serializer: Any) -> Any:
    article = "an" if node[0] in "aeiou" else "a"
    examples = examples_of(node)
    return extend_schema_view(
        get=extend_schema(
            operation_id=f"{plural}_read",
            summary=f"Read {article} {node}",
            responses=serializer,
            examples=examples,
            parameters=[etag(200)],
        ),
        put=extend_schema(
            operation_id=f"{plural}_put",
            summary=f"Create or replace {article} {node}",
            description="201 for a new one. What is left out gets its default; the same again changes nothing.",
            parameters=[IF_MATCH, IF_NONE_MATCH, etag(200, 201)],
            responses={200: serializer, 201: serializer},
            examples=examples,
        ),
        patch=extend_schema(
            operation_id=f"{plural}_patch",
            summary=f"Change some of {article} {node}",
            description="What is left out stays as it is; given `addresses` replace all.",
            parameters=[IF_MATCH, etag(200)],
            responses=serializer,
        ),
        delete=extend_schema(
            operation_id=f"{plural}_delete",
            summary=f"Delete {article} {node}",
            description="Sage Intacct deletes it too, or makes it inactive where documents name it.",
            parameters=[IF_MATCH],
            responses={204: None},
        ),
    )


def _in_bulk(node: str, plural: str) -> Any:
    return extend_schema_view(
        post=extend_schema(
            operation_id=f"{plural}_bulk",
            summary=f"Create or replace 1 to 1,000 {plural}, each standing alone",
            request=bulk_request(node, plural),
            responses=bulk_results(node),
        )
    )


@_listed("items", ItemSerializer)
class ItemListView(_ListView):
    node, plural, serializer_class, queryset = "item", "items", ItemSerializer, Item.objects.none()


@_detailed("item", "items", ItemSerializer)
class ItemDetailView(_DetailView):
    node, plural, serializer_class, queryset = "item", "items", ItemSerializer, Item.objects.none()


@_in_bulk("item", "items")
class ItemBulkView(_BulkView):
    node, plural, serializer_class, queryset = "item", "items", ItemSerializer, Item.objects.none()


@_listed("customers", CustomerSerializer)
class CustomerListView(_ListView):
    node, plural, serializer_class, queryset = "customer", "customers", CustomerSerializer, Customer.objects.none()


@_detailed("customer", "customers", CustomerSerializer)
class CustomerDetailView(_DetailView):
    node, plural, serializer_class, queryset = "customer", "customers", CustomerSerializer, Customer.objects.none()


@_in_bulk("customer", "customers")
class CustomerBulkView(_BulkView):
    node, plural, serializer_class, queryset = "customer", "customers", CustomerSerializer, Customer.objects.none()


@_listed("suppliers", SupplierSerializer)
class SupplierListView(_ListView):
    node, plural, serializer_class, queryset = "supplier", "suppliers", SupplierSerializer, Supplier.objects.none()


@_detailed("supplier", "suppliers", SupplierSerializer)
class SupplierDetailView(_DetailView):
    node, plural, serializer_class, queryset = "supplier", "suppliers", SupplierSerializer, Supplier.objects.none()


@_in_bulk("supplier", "suppliers")
class SupplierBulkView(_BulkView):
    node, plural, serializer_class, queryset = "supplier", "suppliers", SupplierSerializer, Supplier.objects.none()
