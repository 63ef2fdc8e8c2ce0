"""Which documents were accepted before: looked up for many at once, by company, document type and number."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.access.viewer import Viewer
from apps.foundation.wording import in_english
from apps.postings.document import DocumentInput, DocumentKey
from apps.postings.errors import DocumentDiffers
from apps.postings.models import Posting


@dataclass(frozen=True)
class Submission:
    """What came of a document: its posting, and whether it is new or was accepted before."""

    posting_id: str
    is_new: bool


@dataclass(frozen=True)
class Accepted:
    """A posting that there is, and the hash of what was submitted."""

    posting_id: str
    content_sha256: str


@in_english
def accepted_before(documents: Iterable[DocumentInput], viewer: Viewer) -> dict[DocumentKey, Accepted]:
    """The postings of the viewer that have these documents' keys. One query."""
    keys = {one.key for one in documents}
    found = Posting.objects.visible_to(viewer).filter(
        company__code__in={company for company, _type, _number in keys},
        document_type__in={document_type for _company, document_type, _number in keys},
        number__in={number for _company, _type, number in keys},
    )
    rows = found.order_by().values_list("company__code", "document_type", "number", "pk", "content_sha256")
    return {
        (company, document_type, number): Accepted(posting_id, content)
        for company, document_type, number, posting_id, content in rows
    }


def recognised(document: DocumentInput, accepted: dict[DocumentKey, Accepted]) -> Submission | None:
    """The posting of a document that was accepted before. Raises `DocumentDiffers` where that had other content."""
    found = accepted.get(document.key)
    if found is None:
        return None
    if found.content_sha256 != document.content_hash():
        raise DocumentDiffers(
            f"{document.document_type} {document.number} of company {document.company} was accepted before, with "
            "other content.",
            next_step=f"See posting {found.posting_id}. A correction is a document of its own, with its own number.",
        )
    return Submission(posting_id=found.posting_id, is_new=False)
