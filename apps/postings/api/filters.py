"""Filters of `GET /api/v1/postings/` (contract 5.1)."""

import datetime

import django_filters
from django.db.models import Q, QuerySet

from apps.delivery.states import State
from apps.postings.document_types import DocumentType
from apps.postings.models import Posting
from apps.postings.models.posting import PostingQuerySet


class PostingFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=State.choices, method="by_state")
    document_type = django_filters.ChoiceFilter(choices=DocumentType.choices)
    company = django_filters.CharFilter(field_name="company__code")
    financial_site = django_filters.CharFilter(field_name="financial_site__code")
    number = django_filters.CharFilter()
    customer = django_filters.CharFilter()
    supplier = django_filters.CharFilter()
    posting_date_after = django_filters.DateFilter(field_name="posting_date", lookup_expr="gte")
    posting_date_before = django_filters.DateFilter(field_name="posting_date", lookup_expr="lte")
    updated_after = django_filters.IsoDateTimeFilter(method="by_update")

    class Meta:
        model = Posting
        fields: list[str] = []

    def by_state(self, rows: PostingQuerySet, name: str, value: str) -> QuerySet[Posting, Posting]:
        return rows.in_state(value)

    def by_update(self, rows: PostingQuerySet, name: str, value: datetime.datetime) -> QuerySet[Posting, Posting]:
        """What moved, and what other figures of its payment were read for."""
        moved = Q(documents__delivery__updated_at__gt=value) | Q(documents__payment__changed_at__gt=value)
        return rows.filter(moved).distinct()
