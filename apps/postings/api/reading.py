"""Request bodies as documents; everything unreadable is a refusal with pointers, never an exception."""

from functools import cache
from typing import Any

from rest_framework.exceptions import ValidationError

from apps.foundation.errors import NotWhole, PortalError
from apps.foundation.problems import flaws_of
from apps.postings.api.document_serializer import DocumentSerializer, document_of
from apps.postings.document import DocumentInput
from apps.postings.services.check import not_acceptable

MOST_AT_ONCE = 1000


def read_document(data: Any) -> DocumentInput:
    """Raises `NotAcceptable` with a flaw for each field that can't be read."""
    try:
        return document_of(_reader().run_validation(data))
    except ValidationError as error:
        raise not_acceptable(flaws_of(error)) from None


@cache
def _reader() -> DocumentSerializer:
    """One for all documents: it keeps nothing of them, and making its fifty fields anew costs more than to read one."""
    return DocumentSerializer()


def read_many(data: Any) -> list[DocumentInput | PortalError]:
    """The documents of a bulk request, each a document or its refusal. Raises `NotWhole`."""
    documents = data.get("postings") if isinstance(data, dict) and set(data) == {"postings"} else None
    if not isinstance(documents, list) or not 1 <= len(documents) <= MOST_AT_ONCE:
        raise NotWhole(
            f'A bulk request is {{"postings": […]}} with 1 to {MOST_AT_ONCE} documents and nothing else.',
            next_step="Split larger sets into several requests.",
        )
    return [_document_or_refusal(one) for one in documents]


def _document_or_refusal(data: Any) -> DocumentInput | PortalError:
    try:
        return read_document(data)
    except PortalError as refusal:
        return refusal
