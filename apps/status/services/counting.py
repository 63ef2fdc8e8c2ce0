"""Counting figures anew from the rows: a constant number of queries for some hundred of them."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from apps.delivery.models import Delivery, IntegrationState
from apps.delivery.states import OPEN_STATES, IntegrationStatus, State
from apps.foundation.fields import MoneyField
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.postings.deliverable import KIND
from apps.postings.document_types import TARGETS, MovementType, Side
from apps.postings.models import Posting, PostingLine, TargetDocument
from apps.status.models import (
    DayFigure,
    HourFigure,
    PartnerAmount,
    PartnerFigure,
    PartnerKind,
    RecordFigure,
    StaleKind,
)
from apps.status.services.noting import RECORDS

STANDINGS = ("in_error", "pending", "posted", "cancelled")
"""Of the Intacct documents of a posting, the first of these that occurs is where the posting stands."""

ROWS_AT_ONCE = 2000

CLAIMS = [kind for kind, target in TARGETS.items() if target.takes_movements]
"""Invoices and credit notes: what somebody owes."""

CHARGES = {PartnerKind.CUSTOMER: Side.CREDIT, PartnerKind.SUPPLIER: Side.DEBIT}
"""The side of a line that the customer owes, or that is owed to the supplier; the other one counts against it."""


def _standing(posting: str) -> Subquery:
    """Where a posting stands, as an index of `STANDINGS`; `posting` names its primary key in the outer query."""
    rank = Case(
        When(delivery__state=State.ERROR, then=Value(0)),
        When(delivery__state__in=OPEN_STATES, then=Value(1)),
        When(delivery__state=State.POSTED, then=Value(2)),
        default=Value(3),
    )
    documents = TargetDocument.objects.filter(posting=OuterRef(posting)).order_by().values("posting")
    return Subquery(documents.annotate(first=Min(rank)).values("first"))


def count_days(days: Collection[str]) -> None:
    """Where the postings of these days (ISO, UTC) stand, by company: a query for each day."""
    for day in (datetime.date.fromisoformat(one) for one in days):
        begin = datetime.datetime.combine(day, datetime.time.min, datetime.UTC)
        postings = Posting.objects.filter(created_at__gte=begin, created_at__lt=begin + datetime.timedelta(days=1))
        rows = postings.annotate(standing=_standing("pk")).values_list("company", "standing").order_by()
        counts: dict[int, dict[str, int]] = defaultdict(dict)
        for company, standing, number in rows.annotate(number=Count("pk")):
            counts[company][STANDINGS[standing]] = number
        with transaction.atomic():
            DayFigure.objects.filter(day=day).delete()
            DayFigure.objects.bulk_create(
                DayFigure(company_id=company, day=day, **numbers) for company, numbers in sorted(counts.items())
            )


def count_hours(hours: Collection[str]) -> None:
    """How much was posted in these hours (ISO, UTC): one query for all of them.

    Found by when it changed last, which is not before it was posted. No condition of state: SQLite, which has no
    statistics, would go through all that is posted.
    """
    wanted = sorted(datetime.datetime.fromisoformat(one) for one in hours)
    first, ends = wanted[0], wanted[-1] + datetime.timedelta(hours=1)
    posted = Delivery.objects.filter(kind=KIND, updated_at__gte=first, posted_at__gte=first, posted_at__lt=ends)
    moments = posted.order_by().values_list("posted_at", flat=True).iterator(ROWS_AT_ONCE)
    counts = Counter(moment.replace(minute=0, second=0, microsecond=0) for moment in moments if moment is not None)
    with transaction.atomic():
        HourFigure.objects.filter(hour__in=wanted).delete()
        HourFigure.objects.bulk_create(HourFigure(hour=hour, posted=counts[hour]) for hour in wanted if counts[hour])


def count_customers(codes: Collection[str]) -> None:
    _count_partners(PartnerKind.CUSTOMER, codes)


def count_suppliers(codes: Collection[str]) -> None:
    _count_partners(PartnerKind.SUPPLIER, codes)


def _count_partners(kind: PartnerKind, codes: Collection[str]) -> None:
    """Rows for those that the master data or a posting has; none for others."""
    postings = Posting.objects.filter(**{f"{kind.value}__in": codes})
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for code, name, is_active in (
        RECORDS[kind]
        ._default_manager.filter(code__in=codes, deleted_at__isnull=True)
        .values_list("code", "name", "is_active")
    ):
        found[code].update(name=name, is_active=is_active, is_known=True)
    standings = postings.annotate(standing=_standing("pk")).values_list(kind.value, "standing").order_by()
    for code, standing, number in standings.annotate(number=Count("pk")):
        if standing < STANDINGS.index("cancelled"):
            found[code][STANDINGS[standing]] = number
        else:
            found[code].setdefault("posted", 0)
    documents = TargetDocument.objects.filter(**{f"posting__{kind.value}__in": codes}).order_by()
    for code, last in documents.values_list(f"posting__{kind.value}").annotate(last=Max("delivery__updated_at")):
        found[code]["last_activity_at"] = last
    states = IntegrationState.objects.filter(connection__is_active=True, node=kind.value, key__in=codes)
    for code, status in states.values_list("key", "status"):
        if code in found:
            found[code]["status"] = status
    amounts = _amounts(kind, codes)
    for code, values in found.items():
        values.update(folded_code=code.casefold(), folded_name=values.get("name", "").casefold())
    figures = [PartnerFigure(kind=kind, code=code, **values) for code, values in sorted(found.items())]
    with transaction.atomic():
        PartnerFigure.objects.filter(kind=kind, code__in=set(codes) - set(found)).delete()
        PartnerFigure.objects.bulk_create(
            figures, update_conflicts=True, unique_fields=("kind", "code"), update_fields=_WRITTEN
        )
        ids = dict(PartnerFigure.objects.filter(kind=kind, code__in=found).values_list("code", "pk"))
        PartnerAmount.objects.filter(figure__in=ids.values()).delete()
        PartnerAmount.objects.bulk_create(
            PartnerAmount(figure_id=ids[code], currency=currency, posted=posted, open=not_yet)
            for (code, currency), (posted, not_yet) in sorted(amounts.items())
        )


_WRITTEN = (
    "name", "folded_code", "folded_name", "is_known", "is_active", "status", "posted", "pending", "in_error",
    "last_activity_at",
)  # fmt: skip


def _amounts(kind: PartnerKind, codes: Collection[str]) -> dict[tuple[str, str], list[Decimal]]:
    """What is posted and what is not yet, by ID and currency; cancelled documents are no claims."""
    lines: QuerySet[PostingLine, Any] = (
        PostingLine.objects.filter(movement_type=MovementType.DOCUMENT, **{f"posting__{kind.value}__in": codes})
        .annotate(standing=_standing("posting_id"), code=F(f"posting__{kind.value}"))
        .values_list("code", "posting__currency", "standing", "side")
        .order_by()
    )
    # No condition of the rows: SQLite, which has no statistics, would go through all documents of these types.
    is_claim = Q(posting__document_type__in=CLAIMS)
    sums = lines.annotate(
        net_sum=Sum("net_amount", filter=is_claim),
        tax_sum=Coalesce(Sum("tax_amount", filter=is_claim & Q(tax_pair="")), Decimal(0), output_field=MoneyField()),
    )
    found: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for code, currency, standing, side, net, tax in sums:
        if net is not None and STANDINGS[standing] != "cancelled":
            signed = net + tax if side == CHARGES[kind] else -net - tax
            found[code, currency][0 if STANDINGS[standing] == "posted" else 1] += signed
    return found


def count_records() -> None:
    """How many items, customers and suppliers have which status with the active configuration: two queries a kind."""
    rows = []
    for node, kind in OUTBOUND_NODES.items():
        records = kind.model._default_manager.alive()
        states = IntegrationState.objects.filter(connection__is_active=True, node=node).order_by()
        counts = dict(states.values_list("status").annotate(number=Count("pk")))
        without = records.count() - sum(counts.values())
        counts[IntegrationStatus.NOT_INTEGRATED] = counts.get(IntegrationStatus.NOT_INTEGRATED, 0) + max(0, without)
        rows += [RecordFigure(node=node, status=status, records=number) for status, number in counts.items() if number]
    with transaction.atomic():
        RecordFigure.objects.all().delete()
        RecordFigure.objects.bulk_create(rows)


COUNTS: dict[str, Callable[[Collection[str]], None]] = {
    StaleKind.DAY: count_days,
    StaleKind.HOUR: count_hours,
    StaleKind.CUSTOMER: count_customers,
    StaleKind.SUPPLIER: count_suppliers,
}
"""How figures of each kind are counted."""
