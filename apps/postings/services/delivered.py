"""The delivered journal entry types."""

from pathlib import Path

from apps.foundation.delivered import LoadReport, load, read_rows
from apps.postings.models import JournalEntryType

DELIVERED = Path(__file__).resolve().parent.parent / "delivered"


def load_journal_entry_types() -> LoadReport:
    """Create or refresh the delivered journal entry types; an admin's changes stay."""
    rows = read_rows(DELIVERED / "journal_entry_types.yaml")
    return load(JournalEntryType, rows, key=("document_type", "target_object"))
