"""Read-only REST resources of the organisation (contract 5.2), scoped to the viewer's companies."""

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView

from apps.foundation.api import PortalCursorPagination
from apps.foundation.scoping import Scope
from apps.organisation.api.serializers import CompanySerializer, SiteSerializer
from apps.organisation.models import Company, Site

SEE = {"GET": "see_organisation"}


class ByCode(PortalCursorPagination):
    ordering = "code"


def visible_companies(viewer: Scope) -> QuerySet[Company, Company]:
    return Company.objects.visible_to(viewer).select_related("legislation", "chart_of_accounts")


def visible_sites(viewer: Scope) -> QuerySet[Site, Site]:
    return Site.objects.visible_to(viewer).select_related("company", "financial_site")


@extend_schema_view(get=extend_schema(operation_id="companies_list", summary="List companies"))
class CompanyListView(ListAPIView[Company]):
    serializer_class = CompanySerializer
    queryset = Company.objects.none()
    pagination_class = ByCode
    actions_by_method: ClassVar[dict[str, str]] = SEE

    def get_queryset(self) -> QuerySet[Company, Company]:
        return visible_companies(self.request.user)  # type: ignore[arg-type]


@extend_schema_view(get=extend_schema(operation_id="companies_read", summary="Read a company"))
class CompanyDetailView(RetrieveAPIView[Company]):
    serializer_class = CompanySerializer
    queryset = Company.objects.none()
    lookup_field = "code"
    actions_by_method: ClassVar[dict[str, str]] = SEE

    def get_queryset(self) -> QuerySet[Company, Company]:
        return visible_companies(self.request.user)  # type: ignore[arg-type]


@extend_schema_view(get=extend_schema(operation_id="sites_list", summary="List sites"))
class SiteListView(ListAPIView[Site]):
    serializer_class = SiteSerializer
    queryset = Site.objects.none()
    pagination_class = ByCode
    actions_by_method: ClassVar[dict[str, str]] = SEE

    def get_queryset(self) -> QuerySet[Site, Site]:
        return visible_sites(self.request.user)  # type: ignore[arg-type]


@extend_schema_view(get=extend_schema(operation_id="sites_read", summary="Read a site"))
class SiteDetailView(RetrieveAPIView[Site]):
    serializer_class = SiteSerializer
    queryset = Site.objects.none()
    lookup_field = "code"
    actions_by_method: ClassVar[dict[str, str]] = SEE

    def get_queryset(self) -> QuerySet[Site, Site]:
        return visible_sites(self.request.user)  # type: ignore[arg-type]
