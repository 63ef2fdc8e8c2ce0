from apps.postings.admin.integration import IntegratedDocumentAdmin
from apps.postings.admin.journal_entry_type import JournalEntryTypeAdmin
from apps.postings.admin.posting import PostingAdmin
from apps.postings.admin.posting_class import (
    PostingClassAdmin,
    PostingClassAssignmentAdmin,
    PostingClassDefinitionAdmin,
    PostingClassLineAdmin,
)

__all__ = [
    "IntegratedDocumentAdmin",
    "JournalEntryTypeAdmin",
    "PostingAdmin",
    "PostingClassAdmin",
    "PostingClassAssignmentAdmin",
    "PostingClassDefinitionAdmin",
    "PostingClassLineAdmin",
]
