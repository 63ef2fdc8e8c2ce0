"""What fails of a company, told to a reader outside: the oldest first, page by page."""

import base64
import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q

from apps.access.viewer import Viewer
from apps.delivery.states import State
from apps.organisation.models import Company
from apps.postings.document_types import DocumentType
from apps.postings.models import Posting, TargetDocument
from apps.postings.models.posting import PostingQuerySet
from apps.postings.page import totals
from apps.status.reasons import Reason, reason_of

ROWS = 25
MOST_COUNTED = 1000


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
    """Of all pages; not counted beyond a thousand."""

    @property
    def is_more_than_counted(self) -> bool:
        return self.count > MOST_COUNTED


def failing_page(viewer: Viewer, company: Company, *, document_type: str = "", after: str = "") -> FailingPage:
    """One page of what fails, and how many there are: three queries, with amounts four."""
    of_type = _in_error(viewer, company, document_type)
    found = _read(_beyond(of_type, after), most=ROWS + 1)
    shown = found[:ROWS]
    return FailingPage(
        rows=_documents(viewer, shown),
        following=_cursor(shown[-1]) if len(found) > ROWS else "",
        count=of_type.order_by().values("pk")[: MOST_COUNTED + 1].count(),
    )


def failing_documents(viewer: Viewer, company: Company, *, document_type: str = "", most: int) -> list[FailingDocument]:
    """The oldest of what fails, `most` at most: two queries, with amounts three."""
    return _documents(viewer, _read(_in_error(viewer, company, document_type), most=most))


def _in_error(viewer: Viewer, company: Company, document_type: str) -> PostingQuerySet:
    """A part in error makes the whole posting one; errors are found by the index of their few rows."""
    parts = TargetDocument.objects.filter(delivery__state=State.ERROR)
    postings = Posting.objects.visible_to(viewer).filter(company=company, pk__in=parts.values("posting"))
    return postings.filter(document_type=document_type) if document_type in DocumentType.values else postings


def _read(postings: PostingQuerySet, *, most: int) -> list[Posting]:
    in_error = (
        TargetDocument.objects.filter(delivery__state=State.ERROR)
        .select_related("delivery")
        .only("posting", "part", "delivery__state", "delivery__problem", "delivery__updated_at")
        .order_by("part")
    )
    return list(
        postings.order_by("created_at", "document_type", "number").prefetch_related(Prefetch("documents", in_error))[
            :most
        ]
    )


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
    place = [posting.created_at.isoformat(), posting.document_type, posting.number]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _beyond(postings: PostingQuerySet, cursor: str) -> PostingQuerySet:
    """What comes after a cursor; of a text that is none, everything."""
    try:
        moment, document_type, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at = datetime.datetime.fromisoformat(moment)
        if at.tzinfo is None or "\0" in f"{document_type}{number}":
            return postings
    except (ValueError, TypeError):
        return postings
    same_moment = Q(created_at=at) & (
        Q(document_type__gt=str(document_type)) | Q(document_type=str(document_type), number__gt=str(number))
    )
    return postings.filter(Q(created_at__gt=at) | same_moment)
