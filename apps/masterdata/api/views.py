"""Read-only REST resources of the financial data (contract 5.2): the same for every company."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView

from apps.access.roles import Action
from apps.foundation.api import PortalCursorPagination
from apps.masterdata.api.serializers import (
    AccountSerializer,
    JournalSerializer,
    PaymentTermSerializer,
    TaxDetailSerializer,
)
from apps.masterdata.models import Account, Journal, PaymentTerm, TaxDetail

SEE: dict[str, Action] = {"GET": Action.SEE_MASTER_DATA}


class ByNumber(PortalCursorPagination):
    ordering = "number"


class BySymbol(PortalCursorPagination):
    ordering = "symbol"


class ByCode(PortalCursorPagination):
    ordering = ("code", "pk")


@extend_schema_view(get=extend_schema(operation_id="accounts_list", summary="List accounts"))
class AccountListView(ListAPIView[Account]):
    serializer_class = AccountSerializer
    queryset = Account.objects.select_related("chart_of_accounts")
    pagination_class = ByNumber
    filterset_fields: ClassVar[dict[str, list[str]]] = {"is_active": ["exact"], "entity": ["exact"]}
    actions_by_method: ClassVar[dict[str, Action]] = SEE


@extend_schema_view(get=extend_schema(operation_id="journals_list", summary="List journals"))
class JournalListView(ListAPIView[Journal]):
    serializer_class = JournalSerializer
    queryset = Journal.objects.all()
    pagination_class = BySymbol
    filterset_fields: ClassVar[dict[str, list[str]]] = {"is_active": ["exact"]}
    actions_by_method: ClassVar[dict[str, Action]] = SEE


@extend_schema_view(get=extend_schema(operation_id="payment_terms_list", summary="List payment terms"))
class PaymentTermListView(ListAPIView[PaymentTerm]):
    serializer_class = PaymentTermSerializer
    queryset = PaymentTerm.objects.all()
    pagination_class = ByCode
    filterset_fields: ClassVar[dict[str, list[str]]] = {"is_active": ["exact"], "ledger": ["exact"]}
    actions_by_method: ClassVar[dict[str, Action]] = SEE


@extend_schema_view(get=extend_schema(operation_id="tax_details_list", summary="List tax details"))
class TaxDetailListView(ListAPIView[TaxDetail]):
    serializer_class = TaxDetailSerializer
    queryset = TaxDetail.objects.all()
    pagination_class = ByCode
    filterset_fields: ClassVar[dict[str, list[str]]] = {"is_active": ["exact"], "tax_type": ["exact"]}
    actions_by_method: ClassVar[dict[str, Action]] = SEE
