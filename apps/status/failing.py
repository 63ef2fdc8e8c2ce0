"""What fails of a company, told to a reader outside: the oldest first, page by page."""

import base64
import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet

from apps.access.viewer import Viewer
from apps.delivery.models import Delivery
from apps.delivery.states import State
from apps.foundation.counting import first_different
from apps.foundation.lookups import NotByIndex
from apps.organisation.models import Company
from apps.postings.document_types import DocumentType, Part
from apps.postings.models import Posting, TargetDocument
from apps.postings.page import totals
from apps.status.reasons import Reason, reason_of

ROWS = 25
MOST_COUNTED = 200
POSTING = "target_document__posting"


@dataclass(frozen=True)
class FailingDocument:
    """One document. `amount` and `currency` are empty for who may not see amounts."""

    document_type: str
    number: str
    document_date: datetime.date
    submitted_at: datetime.datetime
    failing_since: datetime.datetime
    reasons: tuple[Reason, ...]
    amount: Decimal | None
    currency: str


@dataclass(frozen=True)
class FailingPage:
    rows: list[FailingDocument]
    following: str
    """What the next page's address says; empty on the last one."""
    count: int
    """Of all pages; not counted beyond `most_counted`: the figures of the page say how many there are."""
    most_counted: int

    @property
    def is_more_than_counted(self) -> bool:
        return self.count > self.most_counted


def failing_page(viewer: Viewer, company: Company, *, document_type: str = "", after: str = "") -> FailingPage:
    """One page of what fails, and how many there are: five queries, with amounts six."""
    in_error = _in_error(viewer, company, document_type)
    found = _read(in_error, most=ROWS + 1, after=_place(company, after))
    shown = found[:ROWS]
    return FailingPage(
        rows=_documents(viewer, shown),
        following=_cursor(shown[-1]) if len(found) > ROWS else "",
        count=len(first_different(in_error.values_list(POSTING, flat=True), most=MOST_COUNTED, repeats=len(Part))),
        most_counted=MOST_COUNTED,
    )


def failing_documents(viewer: Viewer, company: Company, *, document_type: str = "", most: int) -> list[FailingDocument]:
    """The oldest of what fails, `most` at most: three queries, with amounts four."""
    return _documents(viewer, _read(_in_error(viewer, company, document_type), most=most))


def _in_error(viewer: Viewer, company: Company, document_type: str) -> QuerySet[Delivery, Delivery]:
    """A part in error makes the whole posting one. Walked through in the order of their IDs, which begin with time.

    Each is asked whether it is of the company, so that no more are read than are shown.
    """
    of_type = {"document_type": document_type} if document_type in DocumentType.values else {}
    seen = Posting.objects.visible_to(viewer).filter(pk=OuterRef(POSTING), company=company, **of_type)
    return Delivery.objects.filter(Exists(seen), state=State.ERROR).order_by("pk")


def _read(in_error: QuerySet[Delivery, Delivery], *, most: int, after: str = "") -> list[Posting]:
    """The postings of these deliveries, in their order; those of which a part comes before `after` were shown."""
    if after:
        before = Delivery.objects.filter(state=State.ERROR, pk__lte=after)
        same = before.filter(target_document__posting=OuterRef(POSTING))
        in_error = in_error.filter(~Exists(same), pk__gt=after)
    keys = list(dict.fromkeys(in_error.values_list(POSTING, flat=True)[: len(Part) * most]))[:most]
    parts = (
        TargetDocument.objects.annotate(own_state=NotByIndex("delivery__state"))
        .filter(own_state=State.ERROR)
        .select_related("delivery")
        .only("posting", "part", "delivery__state", "delivery__problem", "delivery__updated_at")
        .order_by("part")
    )
    rows = Posting.objects.prefetch_related(Prefetch("documents", parts)).in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _documents(viewer: Viewer, postings: Sequence[Posting]) -> list[FailingDocument]:
    amounts = totals(postings) if viewer.shows_amounts and postings else {}
    return [_document(posting, amounts.get(posting.pk)) for posting in postings]


def _document(posting: Posting, amount: Decimal | None) -> FailingDocument:
    deliveries = [document.delivery for document in posting.documents.all()]
    return FailingDocument(
        document_type=posting.get_document_type_display(),
        number=posting.number,
        document_date=posting.document_date,
        submitted_at=posting.created_at,
        failing_since=min((one.updated_at for one in deliveries), default=posting.created_at),
        reasons=tuple(dict.fromkeys(reason_of(one.problem) for one in deliveries)),
        amount=amount,
        currency="" if amount is None else posting.currency,
    )


def _cursor(posting: Posting) -> str:
    """The place of a row by what the page shows of it, so that no ID leaves the portal."""
    return base64.urlsafe_b64encode(json.dumps([posting.document_type, posting.number]).encode()).decode().rstrip("=")


def _place(company: Company, cursor: str) -> str:
    """Where the page after a cursor begins: behind this delivery; of a text that is none, at the beginning."""
    try:
        document_type, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        return ""
    if not isinstance(document_type, str) or not isinstance(number, str) or "\0" in document_type + number:
        return ""
    own = Delivery.objects.filter(
        target_document__posting__company=company,
        target_document__posting__document_type=document_type,
        target_document__posting__number=number,
    )
    # Mended meanwhile, it has its place all the same.
    found = own.aggregate(failing=Min("pk", filter=Q(state=State.ERROR)), any=Min("pk"))
    return found["failing"] or found["any"] or ""
