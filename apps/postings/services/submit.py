"""Accepting documents: checked, stored with their deliveries, queued; or recognised as accepted before."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from django.db import IntegrityError, transaction

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.configuration.selectors import active_configuration
from apps.foundation.errors import PortalError
from apps.foundation.wording import in_english
from apps.postings.document import DocumentInput
from apps.postings.services.accepted import Accepted, Submission, accepted_before, recognised
from apps.postings.services.account_determination import determine
from apps.postings.services.catalogue import Catalogue, catalogue_for
from apps.postings.services.check import checked
from apps.postings.services.default_dimensions import fill_in
from apps.postings.services.store import Prepared, store

DOCUMENTS_AT_ONCE = 250
LINES_AT_ONCE = 5_000
"""What is stored in one transaction: enough that it costs little, so few that no other writer waits long."""

Outcome = Submission | PortalError


@in_english
def submit(*, document: DocumentInput, viewer: Viewer) -> Submission:
    """Accept one document. The same document again gives the same posting.

    Raises `NotAcceptable` (nothing stored), `DocumentDiffers` (its number belongs to other content),
    `NoActiveConfiguration`. Idempotent by company, document type and number.
    """
    connection = active_configuration()
    known = recognised(document, accepted_before([document], viewer))
    return known or _accept(document, viewer, catalogue_for([document], viewer, connection), connection)


def submit_many(*, documents: Iterable[DocumentInput | PortalError], viewer: Viewer) -> Iterator[Outcome]:
    """Accept documents, each standing alone: a refusal of one is its result. Refusals already known pass through.

    Stored in chunks, each in a transaction of its own, so that what was stored before a crash stays and is recognised
    when the request comes again (docs/decisions/0030).
    """
    connection = active_configuration()
    for chunk in _chunks(documents):
        yield from _Chunk(chunk, viewer, connection).submitted()


def _chunks(documents: Iterable[DocumentInput | PortalError]) -> Iterator[list[DocumentInput | PortalError]]:
    chunk: list[DocumentInput | PortalError] = []
    lines = 0
    for document in documents:
        chunk.append(document)
        lines += len(document.lines) if isinstance(document, DocumentInput) else 0
        if len(chunk) == DOCUMENTS_AT_ONCE or lines >= LINES_AT_ONCE:
            yield chunk
            chunk, lines = [], 0
    if chunk:
        yield chunk


class _Chunk:
    """Documents that are stored together. What they refer to is read when the first new one is met."""

    def __init__(
        self, documents: Sequence[DocumentInput | PortalError], viewer: Viewer, connection: IntacctConfiguration
    ) -> None:
        self.documents, self.viewer, self.connection = documents, viewer, connection
        self.readable = [one for one in documents if isinstance(one, DocumentInput)]
        self.accepted = accepted_before(self.readable, viewer)
        self.ready: list[Prepared] = []

    @cached_property
    def catalogue(self) -> Catalogue:
        new = [one for one in self.readable if one.key not in self.accepted]
        return catalogue_for(new, self.viewer, self.connection)

    def submitted(self) -> list[Outcome]:
        """The outcome of each, in their order."""
        outcomes = [_alone(one, self._prepare) for one in self.documents]
        if not self.ready:
            return outcomes
        try:
            with transaction.atomic():
                store(self.ready, self.viewer, self.catalogue, self.connection)
        except IntegrityError:
            # Somebody else submitted one of them at the same moment. One by one, only that one is affected.
            return [_alone(one, self._accept) for one in self.documents]
        return outcomes

    def _prepare(self, document: DocumentInput) -> Submission:
        known = recognised(document, self.accepted)
        if known is not None:
            return known
        prepared = _prepared(document, self.catalogue, self.connection)
        self.ready.append(prepared)
        self.accepted[document.key] = Accepted(prepared.posting_id, prepared.content_sha256)
        return Submission(prepared.posting_id, is_new=True)

    def _accept(self, document: DocumentInput) -> Submission:
        known = recognised(document, accepted_before([document], self.viewer))
        return known or _accept(document, self.viewer, self.catalogue, self.connection)


def _alone(document: DocumentInput | PortalError, work: Callable[[DocumentInput], Submission]) -> Outcome:
    """What comes of one document; a refusal is an outcome."""
    if isinstance(document, PortalError):
        return document
    try:
        return work(document)
    except PortalError as refusal:
        return refusal


def _accept(
    document: DocumentInput, viewer: Viewer, catalogue: Catalogue, connection: IntacctConfiguration
) -> Submission:
    """Check and store one document that was not accepted before."""
    prepared = _prepared(document, catalogue, connection)
    try:
        with transaction.atomic():
            store([prepared], viewer, catalogue, connection)
    except IntegrityError:
        # Somebody else submitted it at the same moment: the unique key let one of us through.
        known = recognised(document, accepted_before([document], viewer))
        if known is None:
            raise
        return known
    return Submission(prepared.posting_id, is_new=True)


def _prepared(document: DocumentInput, catalogue: Catalogue, connection: IntacctConfiguration) -> Prepared:
    """The document with its defaults and accounts, and what it becomes. Reads nothing; raises `NotAcceptable`."""
    determined = determine(fill_in(document, catalogue.defaults).document, catalogue.rules)
    resolved = checked(determined.document, catalogue, connection)
    return Prepared(document, determined.document, determined.because, resolved)
