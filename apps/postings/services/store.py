"""Storing checked documents with their lines and deliveries: one or many, the same few statements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.delivery.services.enqueue import NewDelivery, add_deliveries
from apps.foundation.ids import new_ulid
from apps.foundation.wording import in_english
from apps.postings.deliverable import KIND
from apps.postings.document import AccountingDocument, AccountingLine, DocumentInput, LineInput
from apps.postings.document_types import Part
from apps.postings.models import Posting, PostingLine, TargetDocument
from apps.postings.services.account_determination import Because, Source
from apps.postings.services.catalogue import Catalogue
from apps.postings.services.waiting import followed_by, waits_of

SOURCE_SYSTEM = "dmo"
LINES_AT_ONCE = 1000
"""In one statement; SQLite, which takes fewer values, makes several of it."""


@dataclass(frozen=True)
class Prepared:
    """A document that is in order: as it was given, as it is posted, and what it becomes."""

    document: DocumentInput
    filled: DocumentInput
    because: Sequence[Because | None]
    resolved: Sequence[AccountingDocument]
    posting_id: str = field(default_factory=new_ulid)

    @cached_property
    def content_sha256(self) -> str:
        """Of what was given: what the same document is recognised by."""
        return self.document.content_hash()


@in_english
def store(
    prepared: Sequence[Prepared],
    viewer: Viewer,
    catalogue: Catalogue,
    connection: IntacctConfiguration,
    **links: Any,
) -> None:
    """Store documents with their deliveries, inside the caller's transaction. `links`: to other postings.

    Raises IntegrityError if one of them was accepted meanwhile. Queries: the same number for one and for many, but for
    the batches of the inserts.
    """
    # In the order of their keys: two requests with the same documents wait for each other, and never in a circle.
    in_order = sorted(prepared, key=lambda one: one.document.key)
    Posting.objects.bulk_create([_posting(one, viewer, catalogue, links) for one in in_order])
    PostingLine.objects.bulk_create(
        (line for one in prepared for line in _lines(one, catalogue)), batch_size=LINES_AT_ONCE
    )
    wanted = _deliveries(prepared, catalogue)
    add_deliveries(
        connection=connection, wanted=[delivery for _posting_id, _part, delivery in wanted], levels=catalogue.levels
    )
    TargetDocument.objects.bulk_create(
        TargetDocument(posting_id=posting_id, delivery_id=delivery.id, part=part)
        for posting_id, part, delivery in wanted
    )


def _posting(one: Prepared, viewer: Viewer, catalogue: Catalogue, links: dict[str, Any]) -> Posting:
    document, main = one.document, one.resolved[0]
    return Posting(
        id=one.posting_id,
        company=catalogue.companies[document.company],
        financial_site=catalogue.sites[document.financial_site],
        document_type=document.document_type,
        number=document.number,
        supplier_document_number=document.supplier_document_number,
        posting_date=document.posting_date,
        document_date=main.document_date,
        due_date=main.due_date,
        currency=document.currency,
        exchange_rate=document.exchange_rate,
        customer=document.customer,
        supplier=document.supplier,
        payment_term=document.payment_term,
        reference=document.reference,
        description=document.description,
        origin_document_type=document.origin_document_type,
        origin_number=document.origin_number,
        payment_method=document.payment_method,
        bank_account=document.bank_account,
        undeposited_account=document.undeposited_account,
        tax_solution=main.tax_solution,
        contra_account=main.contra_account,
        content_sha256=one.content_sha256,
        submitted_by=viewer.label,
        **links,
    )


def _lines(one: Prepared, catalogue: Catalogue) -> Iterator[PostingLine]:
    resolved = {line.index: line for part in one.resolved for line in part.lines}
    for index, line in enumerate(one.filled.lines):
        yield _line(one, line, one.because[index], resolved[index], catalogue)


def _deliveries(prepared: Sequence[Prepared], catalogue: Catalogue) -> list[tuple[str, Part, NewDelivery]]:
    """Each Intacct document with its posting and part. What takes back a document of the same call follows it too."""
    followed = followed_by(one.document for one in prepared)
    made: list[tuple[str, Part, NewDelivery]] = []
    for one in prepared:
        document, first = one.document, len(made)
        company = catalogue.companies[document.company]
        for part in one.resolved:
            made.append(
                (
                    one.posting_id,
                    part.part,
                    NewDelivery(
                        kind=KIND,
                        object_name=part.object_name,
                        natural_key=natural_key(document, part.part),
                        number=document.number,
                        entity=part.entity,
                        country=company.legislation.country,
                        waits=waits_of(one.filled, part, catalogue.missing, followed),
                        # What moves with an invoice goes after it: an invoice that is refused moves nothing.
                        after=None if len(made) == first else first,
                    ),
                )
            )
            if part.part == Part.DOCUMENT:
                followed[document.key] = made[-1][2].id
    return made


def natural_key(document: DocumentInput, part: Part) -> tuple[str, ...]:
    """What makes an Intacct document the only one of its kind: its key over there is derived from this."""
    return (SOURCE_SYSTEM, document.company, document.document_type, document.number, part.value)


def _line(
    one: Prepared,
    line: LineInput,
    because: Because | None,
    resolved: AccountingLine,
    catalogue: Catalogue,
) -> PostingLine:
    tax, *back = resolved.taxes or (None,)
    return PostingLine(
        posting_id=one.posting_id,
        index=resolved.index,
        movement_type=line.movement_type,
        amount_type=line.amount_type,
        account=line.account,
        account_type=line.account_type,
        because=because.as_json() if because and because.source == Source.DETERMINED else {},
        side=resolved.side,
        amount=line.amount,
        net_amount=resolved.amount,
        site=catalogue.sites[line.site or one.document.financial_site],
        quantity=line.quantity,
        unit=line.unit,
        item=line.item,
        description=line.description,
        tax_detail=line.tax.detail if line.tax else "",
        tax_amount=tax.amount if tax else None,
        tax_pair=back[0].detail if back else "",
        attributes=dict(line.attributes),
        dimensions=dict(line.dimensions),
    )
