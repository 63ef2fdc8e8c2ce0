"""Accepting documents: checked, stored with their deliveries, queued; or recognised as accepted before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.configuration.selectors import active_configuration
from apps.delivery.services.enqueue import NewDelivery, add_deliveries
from apps.foundation.errors import PortalError
from apps.postings.deliverable import KIND
from apps.postings.document import AccountingDocument, AccountingLine, DocumentInput, LineInput
from apps.postings.document_types import Part
from apps.postings.errors import DocumentDiffers
from apps.postings.models import Posting, PostingLine, TargetDocument
from apps.postings.services.account_determination import Because, Source, determine
from apps.postings.services.catalogue import Catalogue, catalogue_for
from apps.postings.services.check import checked
from apps.postings.services.default_dimensions import fill_in
from apps.postings.services.waiting import waits_of

SOURCE_SYSTEM = "dmo"


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
    return _submit(document, viewer, catalogue_for([document], viewer, connection), connection)


def submit_many(
    *, documents: Sequence[DocumentInput | PortalError], viewer: Viewer
) -> Iterator[Submission | PortalError]:
    """Accept documents, each standing alone: a refusal of one is its result. Refusals already known pass through."""
    connection = active_configuration()
    readable = [one for one in documents if isinstance(one, DocumentInput)]
    catalogue = catalogue_for(readable, viewer, connection)
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
            return store(document, filled, determined.because, resolved, viewer, catalogue, connection)
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


def store(
    document: DocumentInput,
    filled: DocumentInput,
    because: Sequence[Because | None],
    resolved: Sequence[AccountingDocument],
    viewer: Viewer,
    catalogue: Catalogue,
    connection: IntacctConfiguration,
    **links: Any,
) -> Submission:
    """Store a checked document with its deliveries, inside the caller's transaction. `links`: to other postings."""
    company = catalogue.companies[document.company]
    financial_site = catalogue.sites[document.financial_site]
    main = resolved[0]
    posting = Posting.objects.create(
        company=company,
        financial_site=financial_site,
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
        content_sha256=document.content_hash(),
        submitted_by=viewer.label,
        **links,
    )
    resolved_lines = {line.index: line for part in resolved for line in part.lines}
    PostingLine.objects.bulk_create(
        (
            _line(posting, line, because[index], resolved_lines[index], catalogue, document.financial_site)
            for index, line in enumerate(filled.lines)
        ),
        batch_size=1000,
    )
    deliveries = add_deliveries(
        connection=connection,
        wanted=[
            NewDelivery(
                kind=KIND,
                object_name=part.object_name,
                natural_key=natural_key(document, part.part),
                number=document.number,
                entity=part.entity,
                country=company.legislation.country,
                waits=waits_of(filled, part, company, catalogue.missing),
                # What moves with an invoice goes after it: an invoice that is refused moves nothing.
                after=None if index == 0 else 0,
            )
            for index, part in enumerate(resolved)
        ],
    )
    TargetDocument.objects.bulk_create(
        TargetDocument(posting=posting, delivery=delivery, part=part.part)
        for part, delivery in zip(resolved, deliveries, strict=True)
    )
    return Submission(posting_id=posting.pk, is_new=True)


def natural_key(document: DocumentInput, part: Part) -> tuple[str, ...]:
    """What makes an Intacct document the only one of its kind: its key over there is derived from this."""
    return (SOURCE_SYSTEM, document.company, document.document_type, document.number, part.value)


def _line(
    posting: Posting,
    line: LineInput,
    because: Because | None,
    resolved: AccountingLine,
    catalogue: Catalogue,
    financial_site: str,
) -> PostingLine:
    tax, *back = resolved.taxes or (None,)
    return PostingLine(
        posting=posting,
        index=resolved.index,
        movement_type=line.movement_type,
        amount_type=line.amount_type,
        account=line.account,
        account_type=line.account_type,
        because=because.as_json() if because and because.source == Source.DETERMINED else {},
        side=resolved.side,
        amount=line.amount,
        net_amount=resolved.amount,
        site=catalogue.sites[line.site or financial_site],
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
