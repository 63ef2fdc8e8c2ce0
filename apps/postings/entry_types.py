"""The journal entry types of some documents, read once: which one counts for a company's document and its object."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from django.db.models import Q

from apps.organisation.models import Company
from apps.postings.models import CommonReference, JournalEntryType

Key = tuple[int | None, str, str]
"""Legislation, document type, Intacct object."""


class Numbered(Protocol):
    """A document with its numbers, as it was given or as it is stored."""

    @property
    def document_type(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def origin_number(self) -> str: ...
    @property
    def supplier_document_number(self) -> str: ...


@dataclass(frozen=True)
class EntryTypes:
    """A legislation's own entry type comes before the one of every legislation; an inactive one counts as none."""

    rows: dict[Key, JournalEntryType] = field(default_factory=dict)

    def found(self, legislation_id: int, document_type: str, object_name: str) -> JournalEntryType | None:
        """The one that decides, also where it is inactive."""
        rows = self.rows
        return rows.get((legislation_id, document_type, object_name)) or rows.get((None, document_type, object_name))

    def of(self, legislation_id: int, document_type: str, object_name: str) -> JournalEntryType | None:
        found = self.found(legislation_id, document_type, object_name)
        return found if found is not None and found.is_active else None

    def journal(self, legislation_id: int, document_type: str, object_name: str) -> str:
        """The journal's symbol; empty where none is known."""
        found = self.of(legislation_id, document_type, object_name)
        return "" if found is None else found.journal

    def common_reference(self, legislation_id: int, document: "Numbered", object_name: str) -> str:
        """The number that the lines are labelled with: the chosen one, or the document's own where there is none."""
        found = self.of(legislation_id, document.document_type, object_name)
        if found is None:
            return document.number
        chosen = {
            CommonReference.SOURCE_DOCUMENT_NUMBER.value: document.origin_number,
            CommonReference.SUPPLIER_DOCUMENT_NUMBER.value: document.supplier_document_number,
        }
        return chosen.get(found.common_reference) or document.number


def entry_types_for(*, companies: Iterable[str], document_types: Iterable[str]) -> EntryTypes:
    """Those that may concern documents of these types in these companies. One query."""
    legislations = Company.objects.filter(code__in=set(companies)).values("legislation")
    rows = JournalEntryType.objects.filter(
        Q(legislation=None) | Q(legislation__in=legislations), document_type__in=set(document_types)
    ).order_by()
    return EntryTypes({(one.legislation_id, one.document_type, one.target_object): one for one in rows})
