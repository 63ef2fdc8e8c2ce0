"""Journal entry types in the file of the set-up."""

from apps.foundation.portable import Portable, register
from apps.postings.models import JournalEntryType


def declare() -> None:
    register(
        Portable(
            section="journal_entry_types",
            label="Journal entry type",
            order=110,
            model=JournalEntryType,
            kind="journal_entry_type",
            natural_key=("document_type", "target_object"),
            fields=("journal",),
            without=("delivered_fingerprint",),
        )
    )
