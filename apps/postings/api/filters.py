"""Filters of `GET /api/v1/postings/` (contract 5.1)."""

import datetime

import django_filters
from django.db.models import QuerySet

from apps.delivery.states import State
from apps.foundation.filters import DayFilter, MomentFilter, PortalFilterSet
from apps.postings.document_types import DocumentType
from apps.postings.models import Posting, TargetDocument
from apps.postings.models.posting import PostingQuerySet


class PostingFilter(PortalFilterSet):
    state = django_filters.ChoiceFilter(choices=State.choices, method="by_state", help_text="Where it stands.")
    document_type = django_filters.ChoiceFilter(choices=DocumentType.choices, help_text="What kind of document it is.")
    company = django_filters.CharFilter(field_name="company__code", help_text="The company's ID.")
    financial_site = django_filters.CharFilter(field_name="financial_site__code", help_text="The financial site's ID.")
    number = django_filters.CharFilter(help_text="The document's own number, whole.")
    customer = django_filters.CharFilter(help_text="The customer's ID.")
    supplier = django_filters.CharFilter(help_text="The supplier's ID.")
    posting_date_after = DayFilter(field_name="posting_date", lookup_expr="gte", help_text="On this day or later.")
    posting_date_before = DayFilter(field_name="posting_date", lookup_expr="lte", help_text="On this day or earlier.")
    updated_after = MomentFilter(
        method="by_update", help_text="What changed since this time, its payment included: for polling."
    )

    class Meta:
        model = Posting
        fields: list[str] = []

    def by_state(self, rows: PostingQuerySet, name: str, value: str) -> QuerySet[Posting, Posting]:
        return rows.in_state(value)

    def by_update(self, rows: PostingQuerySet, name: str, value: datetime.datetime) -> QuerySet[Posting, Posting]:
        """What moved, and what other figures of its payment were read for."""
        moved = TargetDocument.objects.order_by().filter(delivery__updated_at__gt=value)
        paid = TargetDocument.objects.order_by().filter(payment__changed_at__gt=value)
        # Each through its own index: with "or", PostgreSQL would read all postings.
        return rows.filter(pk__in=moved.values("posting").union(paid.values("posting")))
