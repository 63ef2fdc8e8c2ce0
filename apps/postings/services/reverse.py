"""Undoing a journal entry that is in Intacct: a second one with the sides swapped, linked to the first."""

import datetime

from django.db import IntegrityError, transaction

from apps.access.viewer import Viewer
from apps.configuration.selectors import active_configuration
from apps.delivery.states import State
from apps.foundation import audit
from apps.foundation.errors import Flaw
from apps.foundation.wording import in_english
from apps.postings.document import DocumentInput, LineInput, TaxInput
from apps.postings.document_types import JOURNAL_ENTRY, opposite
from apps.postings.errors import NotAcceptable, NotReversible
from apps.postings.models import Posting, PostingLine
from apps.postings.services.accepted import Submission
from apps.postings.services.account_determination import determine
from apps.postings.services.catalogue import catalogue_for
from apps.postings.services.check import checked, not_acceptable
from apps.postings.services.store import Prepared, store

MARK = "-REV"
LONGEST_NUMBER = 60
"""Of a posting."""


@in_english
def reverse(*, posting: Posting, posting_date: datetime.date, viewer: Viewer) -> Submission:
    """Submit the reversal of a posted journal entry: the same lines and analysis, debit for credit, once.

    Again, whatever the date, it gives the reversal that there is. Raises `NotReversible`, and what submitting raises:
    `NotAcceptable` where an account was closed since, `NoActiveConfiguration`.
    """
    known = Posting.objects.filter(reverses=posting).values_list("pk", flat=True).first()
    if known is not None:
        return Submission(posting_id=known, is_new=False)
    _require_reversible(posting)
    if posting_date < posting.posting_date:
        words = f"A reversal is not posted before its original, which is of {posting.posting_date}."
        raise not_acceptable([Flaw("/posting_date", "before_original", words)])
    document = reversal(posting, posting_date)
    connection = active_configuration()
    catalogue = catalogue_for([document], viewer, connection)
    try:
        resolved = checked(document, catalogue, connection)
    except NotAcceptable as refusal:
        raise NotAcceptable(refusal.detail, flaws=refusal.flaws, next_step=_OTHERWISE) from None
    prepared = Prepared(document, document, determine(document, catalogue.rules).because, resolved)
    try:
        with transaction.atomic():
            store([prepared], viewer, catalogue, connection, reverses=posting)
            audit.record(_reversed(posting, document, viewer))
    except IntegrityError:
        # Somebody else reversed it at the same moment, or its number belongs to a document of the ERP.
        known = Posting.objects.filter(reverses=posting).values_list("pk", flat=True).first()
        if known is None:
            raise NotReversible(
                f"{posting} can't be reversed: its reversal would be {document.number}, and there is such a document.",
                next_step="Submit the reversal from the ERP, under a number of its own.",
            ) from None
        return Submission(posting_id=known, is_new=False)
    return Submission(posting_id=prepared.posting_id, is_new=True)


_OTHERWISE = (
    "Put right what the errors point to, an account that was closed since for instance, and reverse it again; or "
    "submit the reversal from the ERP, as a document of its own. Nothing was stored."
)


def _require_reversible(posting: Posting) -> None:
    state = Posting.objects.with_state().get(pk=posting.pk).state
    objects = set(posting.documents.values_list("delivery__object_name", flat=True))
    if objects != {JOURNAL_ENTRY}:
        raise NotReversible(
            f"{posting} is no journal entry in Sage Intacct.",
            next_step="An invoice or a bill is undone by a credit note: submit one from the ERP.",
        )
    if posting.reverses_id is not None:
        raise NotReversible(
            f"{posting} is a reversal itself.", next_step="Submit the document again from the ERP, under a new number."
        )
    if state != State.POSTED:
        raise NotReversible(
            f"{posting} is not in Sage Intacct: it is {str(state.label).lower()}.",
            next_step="Only what is posted can be reversed. What was not sent can be cancelled.",
        )
    if len(posting.number) + len(MARK) > LONGEST_NUMBER:
        raise NotReversible(
            f"The number {posting.number} is too long: with {MARK}, its reversal's would be longer than "
            f"{LONGEST_NUMBER} characters.",
            next_step="Submit the reversal from the ERP, under a number of its own.",
        )


def reversal(posting: Posting, posting_date: datetime.date) -> DocumentInput:
    """The document that undoes a stored posting: as it was accepted, debit for credit."""
    lines = posting.lines.select_related("site").order_by("index")
    return DocumentInput(
        company=posting.company.code,
        financial_site=posting.financial_site.code,
        document_type=posting.document_type,
        number=f"{posting.number}{MARK}",
        posting_date=posting_date,
        document_date=posting_date,
        currency=posting.currency,
        exchange_rate=posting.exchange_rate,
        customer=posting.customer,
        supplier=posting.supplier,
        supplier_document_number=posting.supplier_document_number,
        payment_term=posting.payment_term,
        reference=posting.reference,
        description=f"Reversal of {posting.number}",
        origin_document_type=posting.document_type,
        origin_number=posting.number,
        lines=tuple(_turned(line) for line in lines),
    )


def _turned(line: PostingLine) -> LineInput:
    return LineInput(
        amount=line.amount,
        movement_type=line.movement_type,
        amount_type=line.amount_type,
        account=line.account,
        side=opposite(line.side),
        quantity=line.quantity,
        unit=line.unit,
        item=line.item,
        site=line.site.code,
        description=line.description,
        tax=TaxInput(line.tax_detail, line.tax_amount) if line.tax_detail else None,
        attributes=line.attributes,
        dimensions=line.dimensions,
    )


def _reversed(posting: Posting, document: DocumentInput, viewer: Viewer) -> audit.Event:
    return audit.Event(
        actor=viewer.label,
        action="posting_reversed",
        subject_type="posting",
        subject_id=posting.pk,
        subject_label=str(posting),
        detail={"note": f"By {document.number} of {document.posting_date}."},
    )
