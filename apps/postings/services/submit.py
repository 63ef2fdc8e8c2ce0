"""Accepting documents: checked, stored with their deliveries, queued; or recognised as accepted before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.configuration.selectors import active_configuration
from apps.delivery.services.enqueue import NewDelivery, add_deliveries
from apps.foundation.errors import PortalError
from apps.postings.deliverable import KIND
from apps.postings.document import AccountingDocument, DocumentInput, LineInput
from apps.postings.errors import DocumentDiffers
from apps.postings.models import Posting, PostingLine, TargetDocument
from apps.postings.services.account_determination import Because, Source, determine
from apps.postings.services.catalogue import Catalogue, catalogue_for
from apps.postings.services.check import checked
from apps.postings.services.default_dimensions import fill_in

SOURCE_SYSTEM = "dmo"
MAIN_PART = "document"


@dataclass(frozen=True)
class Submission:
    """What came of a document: its posting, and whether it is new or was accepted before."""

    posting_id: str
    is_new: bool


def submit(*, document: DocumentInput, viewer: Viewer) -> Submission:
    """Accept one document. The same document again gives the same posting.

    Raises `NotAcceptable` (nothing stored), `DocumentDiffers` (its number belongs to other content),
    `NoActiveConfiguration`. Idempotent by company, document type and number.
    """
    connection = active_configuration()
    return _submit(document, viewer, catalogue_for([document], viewer), connection)


def submit_many(
    *, documents: Sequence[DocumentInput | PortalError], viewer: Viewer
) -> Iterator[Submission | PortalError]:
    """Accept documents, each standing alone: a refusal of one is its result. Refusals already known pass through."""
    connection = active_configuration()
    readable = [one for one in documents if isinstance(one, DocumentInput)]
    catalogue = catalogue_for(readable, viewer)
    for document in documents:
        if isinstance(document, PortalError):
            yield document
            continue
        try:
            yield _submit(document, viewer, catalogue, connection)
        except PortalError as refusal:
            yield refusal


def _submit(
    document: DocumentInput, viewer: Viewer, catalogue: Catalogue, connection: IntacctConfiguration
) -> Submission:
    known = _accepted_before(document, catalogue)
    if known is not None:
        return known
    determined = determine(fill_in(document, catalogue.defaults).document, catalogue.rules)
    filled = determined.document
    resolved = checked(filled, catalogue, connection)
    try:
        with transaction.atomic():
            return _store(document, filled, determined.because, resolved, viewer, catalogue, connection)
    except IntegrityError:
        # Somebody else submitted it at the same moment: the unique key let one of us through.
        known = _accepted_before(document, catalogue)
        if known is None:
            raise
        return known


def _accepted_before(document: DocumentInput, catalogue: Catalogue) -> Submission | None:
    company = catalogue.companies.get(document.company)
    if company is None:
        return None
    found = (
        Posting.objects.filter(company=company, document_type=document.document_type, number=document.number)
        .values_list("pk", "content_sha256")
        .first()
    )
    if found is None:
        return None
    posting_id, content = found
    if content != document.content_hash():
        raise DocumentDiffers(
            f"{document.document_type} {document.number} of company {document.company} was accepted before, with "
            "other content.",
            next_step=f"See posting {posting_id}. A correction is a document of its own, with its own number.",
        )
    return Submission(posting_id=posting_id, is_new=False)


def _store(
    document: DocumentInput,
    filled: DocumentInput,
    because: Sequence[Because | None],
    resolved: AccountingDocument,
    viewer: Viewer,
    catalogue: Catalogue,
    connection: IntacctConfiguration,
) -> Submission:
    company = catalogue.companies[document.company]
    financial_site = catalogue.sites[document.financial_site]
    posting = Posting.objects.create(
        company=company,
        financial_site=financial_site,
        document_type=document.document_type,
        number=document.number,
        supplier_document_number=document.supplier_document_number,
        posting_date=document.posting_date,
        document_date=resolved.document_date,
        due_date=document.due_date,
        currency=document.currency,
        exchange_rate=document.exchange_rate,
        customer=document.customer,
        supplier=document.supplier,
        payment_term=document.payment_term,
        reference=document.reference,
        description=document.description,
        origin_document_type=document.origin_document_type,
        origin_number=document.origin_number,
        content_sha256=document.content_hash(),
        submitted_by=viewer.label,
    )
    PostingLine.objects.bulk_create(
        (
            _line(posting, index, line, because[index], resolved.lines[index].side, catalogue, document.financial_site)
            for index, line in enumerate(filled.lines)
        ),
        batch_size=1000,
    )
    (delivery,) = add_deliveries(
        connection=connection,
        wanted=[
            NewDelivery(
                kind=KIND,
                object_name=resolved.object_name,
                natural_key=(SOURCE_SYSTEM, company.code, document.document_type, document.number, MAIN_PART),
                number=document.number,
                entity=resolved.entity,
                country=company.legislation.country,
            )
        ],
    )
    TargetDocument.objects.create(posting=posting, delivery=delivery, part=MAIN_PART)
    return Submission(posting_id=posting.pk, is_new=True)


def _line(
    posting: Posting,
    index: int,
    line: LineInput,
    because: Because | None,
    side: str,
    catalogue: Catalogue,
    financial_site: str,
) -> PostingLine:
    return PostingLine(
        posting=posting,
        index=index,
        movement_type=line.movement_type,
        amount_type=line.amount_type,
        account=line.account,
        account_type=line.account_type,
        because=because.as_json() if because and because.source == Source.DETERMINED else {},
        side=side,
        amount=line.amount,
        site=catalogue.sites[line.site or financial_site],
        quantity=line.quantity,
        unit=line.unit,
        item=line.item,
        description=line.description,
        tax_detail=line.tax.detail if line.tax else "",
        tax_amount=line.tax.amount if line.tax else None,
        attributes=dict(line.attributes),
        dimensions=dict(line.dimensions),
    )
