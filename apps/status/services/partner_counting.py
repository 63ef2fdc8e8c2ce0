"""Counting customers and suppliers anew: one statement reads what became of their postings, and only what differs is
written."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.foundation.fields import MoneyField
from apps.mapping.delivered_maps import OUTBOUND
from apps.postings.document_types import TARGETS, MovementType, Side
from apps.postings.models import Posting, PostingLine, TargetDocument
from apps.status.models import PartnerAmount, PartnerFigure, PartnerKind
from apps.status.services.noting import RECORDS
from apps.status.services.standing import STANDINGS, standing

CLAIMS = [kind for kind, target in TARGETS.items() if target.takes_movements]
"""Invoices and credit notes: what somebody owes."""

CHARGES = {PartnerKind.CUSTOMER: Side.CREDIT, PartnerKind.SUPPLIER: Side.DEBIT}
"""The side of a line that the customer owes, or that is owed to the supplier; the other one counts against it."""

EXACT = Decimal("0.0001")

Amounts = dict[str, tuple[Decimal, Decimal]]
"""By currency: what is posted, and what is not yet."""


@dataclass
class _Figure:
    """One customer or supplier as the rows say; the fields of `PartnerFigure` in the order of `WRITTEN`."""

    name: str = ""
    is_known: bool = False
    is_active: bool = True
    status: str = IntegrationStatus.NOT_INTEGRATED.value
    posted: int = 0
    pending: int = 0
    in_error: int = 0
    last_activity_at: datetime.datetime | None = None
    amounts: Amounts = field(default_factory=dict)

    def written(self, code: str) -> tuple[Any, ...]:
        return (
            self.name, code.casefold(), self.name.casefold(), self.is_known, self.is_active, self.status, self.posted,
            self.pending, self.in_error, self.last_activity_at,
        )  # fmt: skip

    def add(self, stands: str, number: int, last: datetime.datetime | None) -> None:
        """So many postings that stand there. Cancelled ones are activity, and nothing else."""
        if stands != "cancelled":
            setattr(self, stands, getattr(self, stands) + number)
        if last is not None:
            self.last_activity_at = max(last, self.last_activity_at or last)

    def claim(self, stands: str, currency: str, amount: Decimal) -> None:
        """Cancelled documents are no claims."""
        if stands != "cancelled":
            posted, not_yet = self.amounts.get(currency, (Decimal(0), Decimal(0)))
            now = (posted + amount, not_yet) if stands == "posted" else (posted, not_yet + amount)
            self.amounts[currency] = (now[0].quantize(EXACT), now[1].quantize(EXACT))


WRITTEN = (
    "name", "folded_code", "folded_name", "is_known", "is_active", "status", "posted", "pending", "in_error",
    "last_activity_at",
)  # fmt: skip


def count_customers(codes: Collection[str]) -> None:
    _count(PartnerKind.CUSTOMER, codes)


def count_suppliers(codes: Collection[str]) -> None:
    _count(PartnerKind.SUPPLIER, codes)


def _count(kind: PartnerKind, codes: Collection[str]) -> None:
    """Rows for those that the master data or a posting has; none for others. Ten queries at the most."""
    found = _figures(kind, codes)
    with transaction.atomic():
        rows = PartnerFigure.objects.filter(kind=kind, code__in=codes).order_by().values_list("code", "pk", *WRITTEN)
        before = {code: (pk, tuple(values)) for code, pk, *values in rows}
        if gone := set(before) - set(found):
            PartnerFigure.objects.filter(kind=kind, code__in=gone).delete()
        changed = [
            PartnerFigure(kind=kind, code=code, **dict(zip(WRITTEN, written, strict=True)))
            for code, figure in sorted(found.items())
            if (written := figure.written(code)) != before.get(code, (None, ()))[1]
        ]
        PartnerFigure.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=("kind", "code"), update_fields=WRITTEN
        )
        ids = {code: pk for code, (pk, _) in before.items() if code in found}
        new = PartnerFigure.objects.filter(kind=kind, code__in=set(found) - set(before)).order_by()
        ids.update(new.values_list("code", "pk"))
        _write_amounts({ids[code]: figure.amounts for code, figure in found.items() if code in ids})


def _write_amounts(wanted: dict[int, Amounts]) -> None:
    """Of figures, by primary key."""
    before: dict[int, Amounts] = defaultdict(dict)
    rows = PartnerAmount.objects.filter(figure__in=wanted).order_by()
    for figure, currency, posted, not_yet in rows.values_list("figure", "currency", "posted", "open"):
        before[figure][currency] = (posted, not_yet)
    gone = Q()
    for figure, amounts in wanted.items():
        if figure in before and (currencies := set(before[figure]) - set(amounts)):
            gone |= Q(figure=figure, currency__in=currencies)
    if gone:
        PartnerAmount.objects.filter(gone).delete()
    PartnerAmount.objects.bulk_create(
        [
            PartnerAmount(figure_id=figure, currency=currency, posted=amount[0], open=amount[1])
            for figure, amounts in sorted(wanted.items())
            for currency, amount in sorted(amounts.items())
            if figure not in before or before[figure].get(currency) != amount
        ],
        update_conflicts=True,
        unique_fields=("figure", "currency"),
        update_fields=("posted", "open"),
    )


def _figures(kind: PartnerKind, codes: Collection[str]) -> dict[str, _Figure]:
    """What the rows say of these IDs."""
    found: defaultdict[str, _Figure] = defaultdict(_Figure)
    records = RECORDS[kind]._default_manager.filter(code__in=codes, deleted_at__isnull=True).order_by()
    for code, name, is_active in records.values_list("code", "name", "is_active"):
        found[code] = _Figure(name=name, is_active=is_active, is_known=True)
    for code, currency, place, number, last, claim in _postings(kind, codes):
        figure = found[code]
        figure.add(STANDINGS[place], number, last)
        if claim is not None:
            figure.claim(STANDINGS[place], currency, claim)
    for code, status in _statuses(kind, codes):
        if code in found:
            found[code].status = status
    return found


def _postings(kind: PartnerKind, codes: Collection[str]) -> QuerySet[Posting, Any]:
    """By ID, currency and where they stand: how many, the last change of any, and what they charge.

    All that belongs to a posting is looked up by its key, in subqueries: joined, SQLite begins with all documents of a
    type, and PostgreSQL reads a whole table for a few hundred IDs.
    """
    documents = TargetDocument.objects.filter(posting=OuterRef("pk")).order_by().values("posting")
    tax = Case(
        When(tax_pair="", then=Coalesce("tax_amount", Decimal(0), output_field=MoneyField())), default=Decimal(0)
    )
    charged = F("net_amount") + tax
    lines = PostingLine.objects.filter(posting=OuterRef("pk"), movement_type=MovementType.DOCUMENT).order_by()
    signed = Case(When(side=CHARGES[kind], then=charged), default=-charged, output_field=MoneyField())
    claim = Subquery(lines.values("posting").annotate(sum=Sum(signed)).values("sum"), output_field=MoneyField())
    return (
        Posting.objects.filter(**{f"{kind.value}__in": codes})
        .order_by()
        .annotate(
            standing=standing("pk"),
            changed=Subquery(documents.annotate(last=Max("delivery__updated_at")).values("last")),
            claim=Case(When(document_type__in=CLAIMS, then=claim), default=Value(None), output_field=MoneyField()),
        )
        .values_list(kind.value, "currency", "standing")
        .annotate(number=Count("pk"), last=Max("changed"), claims=Sum("claim"))
    )


def _statuses(kind: PartnerKind, codes: Collection[str]) -> QuerySet[IntegrationState, Any]:
    """With the active configuration. By the whole of the unique key: any other index holds all states of the kind."""
    active = list(IntacctConfiguration.objects.filter(is_active=True).order_by().values_list("pk", flat=True))
    objects = [name for name in OUTBOUND.objects() if OUTBOUND.of(name)["node"] == kind.value]
    states = IntegrationState.objects.filter(connection__in=active, object_name__in=objects, key__in=codes)
    return states.filter(node=kind.value).order_by().values_list("key", "status")
