"""What of account determination is carried with the set-up: entry types and posting classes, whole with their lines."""

from apps.foundation.portable import Portable, register
from apps.postings.models import (
    JournalEntryType,
    PostingClass,
    PostingClassAssignment,
    PostingClassDefinition,
)

FINGERPRINT = ("delivered_fingerprint",)


def _lines_mean_something(row: JournalEntryType | PostingClass, is_new: bool) -> str:
    """Raises `ValidationError` for lines that name what is not here."""
    row.wanted_lines()
    return ""


def declare() -> None:
    register(
        Portable(
            section="posting_class_definitions",
            label="Posting class definition",
            order=108,
            model=PostingClassDefinition,
            kind="posting_class_definition",
            natural_key=("code", "legislation"),
            fields=("is_active",),
            references={"legislation": "code"},
            is_created=False,
            without=FINGERPRINT,
        ),
        Portable(
            section="journal_entry_types",
            label="Journal entry type",
            order=110,
            model=JournalEntryType,
            kind="journal_entry_type",
            natural_key=("legislation", "document_type", "target_object"),
            fields=("name", "is_active", "journal", "common_reference", "lines_text"),
            references={"legislation": "code"},
            rule=_lines_mean_something,
            saved=JournalEntryType.write_lines,
            without=FINGERPRINT,
            chosen=lambda rows: rows.select_related("legislation").prefetch_related("lines"),
        ),
        Portable(
            section="posting_classes",
            label="Posting class",
            order=111,
            model=PostingClass,
            kind="posting_class",
            natural_key=("code",),
            fields=("name", "class_type", "is_default", "lines_text"),
            rule=_lines_mean_something,
            saved=PostingClass.write_lines,
            without=FINGERPRINT,
            first=("is_default",),
            chosen=lambda rows: rows.prefetch_related("lines__definition__legislation", "lines__taxes"),
        ),
        Portable(
            section="posting_class_assignments",
            label="Posting class of a record",
            order=112,
            model=PostingClassAssignment,
            kind="posting_class_assignment",
            natural_key=("class_type", "key"),
            fields=("posting_class",),
            references={"posting_class": "code"},
        ),
    )
