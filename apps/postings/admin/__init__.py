from apps.postings.admin.integration import IntegratedDocumentAdmin
from apps.postings.admin.journal_entry_type import JournalEntryTypeAdmin
from apps.postings.admin.posting import PostingAdmin

__all__ = ["IntegratedDocumentAdmin", "JournalEntryTypeAdmin", "PostingAdmin"]
