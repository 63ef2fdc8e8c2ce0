"""The portal's side of a comparison: documents with their deliveries, as they were sent."""

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.delivery import keys
from apps.delivery.deliverables import Expectation
from apps.delivery.models.delivery import Operation
from apps.delivery.states import FINAL_STATES, State
from apps.foundation.portions import portions
from apps.foundation.wording import in_english
from apps.organisation.models import Company, Site
from apps.postings.document_types import DocumentType
from apps.postings.models import JournalEntryType, TargetDocument
from apps.postings.models.target_document import TargetDocumentQuerySet
from apps.reconciliation.result import NotPosted, Ours, Period

PART = 1000
KEYS_AT_ONCE = 200
"""Keys in one query: their first twenty digits are known, so that each is a range of the index."""


@dataclass(frozen=True)
class Part:
    """Documents, and the place after the last of them; "" where there are no more."""

    documents: Sequence[Ours]
    next: str


class PostedDocuments:
    """What was delivered through one connection as one Intacct object.

    `journals`: by document type, for documents that were rendered before the journal was kept with them.
    """

    def __init__(self, connection: IntacctConfiguration, object_name: str, journals: Mapping[str, str]) -> None:
        self._journals = journals
        self._all = TargetDocument.objects.filter(
            delivery__connection=connection, delivery__object_name=object_name, delivery__operation=Operation.CREATE
        )
        # Few beside the documents, of which a month may have a hundred thousand: joined, they would cost more.
        self._entities = {one.pk: one.entity_id for one in Site.objects.select_related("financial_site")}
        self._companies = dict(Company.objects.values_list("pk", "code"))

    def posted_in(self, period: Period, companies: Collection[int] | None, *, after: str = "") -> Part:
        """The next 1,000 documents in Intacct with a posting date of the period, and where to go on; "" at the end.

        By posting date, which is indexed, so that no page looks at what came before.
        """
        found = self._all.filter(delivery__state=State.POSTED).filter(_of_period(period, companies))
        if after:
            day, _, pk = after.partition(" ")
            found = found.filter(posting__posting_date__gte=day)
            found = found.filter(Q(posting__posting_date__gt=day) | Q(pk__gt=int(pk)))
        rows = list(found.order_by("posting__posting_date", "pk").values_list("pk", *_COLUMNS)[:PART])
        ours = [self._ours(*row[1:]) for row in rows]
        return Part(ours, f"{ours[-1].posted_on} {rows[-1][0]}" if len(rows) == PART else "")

    def number_in(self, period: Period, companies: Collection[int] | None) -> int:
        """How many documents these are in all."""
        return self._all.filter(delivery__state=State.POSTED).filter(_of_period(period, companies)).count()

    def with_record_numbers(self, numbers: Sequence[str]) -> dict[str, Ours]:
        """Posted documents by record number. One query."""
        found = self._all.filter(delivery__state=State.POSTED, delivery__record_no__in=numbers)
        return {one.record_no: one for one in self._read(found)}

    def with_markers(self, markers: Sequence[str]) -> dict[str, Ours]:
        """Documents in any state by their key. A query for each 200."""
        marked: dict[str, Ours] = {}
        for some in portions(markers, KEYS_AT_ONCE):
            ranges = Q()
            for marker in some:
                ranges |= Q(delivery__key__gte=marker, delivery__key__lt=f"{marker}g")
            marked |= {one.marker: one for one in self._read(self._all.filter(ranges))}
        return marked

    def _read(self, found: TargetDocumentQuerySet) -> Iterator[Ours]:
        return (self._ours(*row) for row in found.order_by().values_list(*_COLUMNS))

    def _ours(
        self, posting_id: str, delivery_id: str, object_name: str, key: str, record_no: str, url: str, scope: str,
        state: str, expectation: Mapping[str, Any], company_id: int, document_type: str, number: str,
        posted_on: datetime.date, currency: str, site_id: int,
    ) -> Ours:  # fmt: skip
        # What was never rendered has no expectation; its key alone counts then.
        sent = Expectation.from_json(expectation or {**_UNSENT, "date": posted_on.isoformat()})
        return Ours(
            posting_id=posting_id,
            delivery_id=delivery_id,
            object_name=object_name,
            marker=keys.marker(key),
            record_no=record_no,
            url=url,
            company_id=company_id,
            company=self._companies[company_id],
            label=_LABELS[document_type],
            number=sent.number or number,
            counterparty=sent.counterparty,
            journal=sent.journal or self._journals.get(document_type, ""),
            entity=self._entities[site_id],
            scope=scope,
            currency=sent.currency or currency,
            total=sent.total,
            date=sent.date,
            posted_on=posted_on,
            lines=sent.lines,
            state=_STATES[state],
            is_posted=state == State.POSTED,
        )


_COLUMNS = (
    "posting_id", "delivery_id", "delivery__object_name", "delivery__key", "delivery__record_no",
    "delivery__record_url", "delivery__entity", "delivery__state", "delivery__expectation", "posting__company_id",
    "posting__document_type", "posting__number", "posting__posting_date", "posting__currency",
    "posting__financial_site_id",
)  # fmt: skip
_UNSENT = {"number": "", "counterparty": "", "currency": "", "total": "0", "lines": 0}
_LABELS = {value: str(label) for value, label in DocumentType.choices}
_STATES = {value: str(label).lower() for value, label in State.choices}


def journals_of(object_name: str) -> dict[str, str]:
    """The journal of each document type that becomes this Intacct object."""
    return dict(JournalEntryType.objects.filter(target_object=object_name).values_list("document_type", "journal"))


@in_english
def companies_in_scope(viewer: Viewer, company: Company | None) -> frozenset[int] | None:
    """The companies that are compared: all of the viewer's, or one of them. None: all there are."""
    if company is None:
        return viewer.company_ids
    return frozenset({company.pk} & viewer.company_ids) if viewer.company_ids is not None else frozenset({company.pk})


def not_posted(period: Period, companies: Collection[int] | None, most: int) -> tuple[list[NotPosted], int]:
    """Documents of the period that wait or are in error, and how many there are in all. Two queries."""
    found = (
        TargetDocument.objects.filter(_of_period(period, companies))
        .exclude(delivery__state__in=FINAL_STATES)
        .with_shown_state()
    )
    rows = (
        found.select_related("delivery", "posting__company")
        .defer("delivery__payload", "delivery__expectation")
        .order_by("posting__posting_date", "pk")[:most]
    )
    listed = [
        NotPosted(
            posting_id=one.posting_id,
            label=str(one.posting.get_document_type_display()),
            number=one.posting.number,
            company=one.posting.company.code,
            posted_on=one.posting.posting_date,
            currency=one.posting.currency,
            object_name=one.delivery.object_name,
            state=one.shown_state,  # type: ignore[attr-defined]
            problem=(one.delivery.problem or {}).get("detail", ""),
        )
        for one in rows
    ]
    return listed, len(listed) if len(listed) < most else found.count()


def posted_elsewhere(period: Period, companies: Collection[int] | None, connection: IntacctConfiguration) -> int:
    """How many documents of the period went to Intacct through another configuration."""
    found = TargetDocument.objects.filter(_of_period(period, companies), delivery__state=State.POSTED)
    return found.exclude(delivery__connection=connection).count()


def _of_period(period: Period, companies: Collection[int] | None) -> Q:
    found = Q(posting__posting_date__range=(period.first, period.last))
    return found if companies is None else found & Q(posting__company__in=companies)
