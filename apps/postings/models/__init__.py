from apps.postings.models.idempotency_key import IdempotencyKey
from apps.postings.models.integrated_document import IntegratedDocument
from apps.postings.models.journal_entry_type import JournalEntryType
from apps.postings.models.payment_standing import PaymentStanding
from apps.postings.models.posting import Posting
from apps.postings.models.posting_line import PostingLine
from apps.postings.models.target_document import TargetDocument

__all__ = [
    "IdempotencyKey",
    "IntegratedDocument",
    "JournalEntryType",
    "PaymentStanding",
    "Posting",
    "PostingLine",
    "TargetDocument",
]
