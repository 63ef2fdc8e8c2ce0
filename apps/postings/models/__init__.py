from apps.postings.models.idempotency_key import IdempotencyKey
from apps.postings.models.integrated_document import IntegratedDocument
from apps.postings.models.journal_entry_type import CommonReference, JournalEntryType, JournalEntryTypeLine
from apps.postings.models.payment_standing import PaymentStanding
from apps.postings.models.posting import Posting
from apps.postings.models.posting_class import PostingClass, PostingClassLine, PostingClassTaxLine
from apps.postings.models.posting_class_assignment import PostingClassAssignment
from apps.postings.models.posting_class_definition import ClassType, PostingClassDefinition
from apps.postings.models.posting_line import PostingLine
from apps.postings.models.target_document import TargetDocument

__all__ = [
    "ClassType",
    "CommonReference",
    "IdempotencyKey",
    "IntegratedDocument",
    "JournalEntryType",
    "JournalEntryTypeLine",
    "PaymentStanding",
    "Posting",
    "PostingClass",
    "PostingClassAssignment",
    "PostingClassDefinition",
    "PostingClassLine",
    "PostingClassTaxLine",
    "PostingLine",
    "TargetDocument",
]
