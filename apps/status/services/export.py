"""What fails as a CSV file. Each file that leaves is in the audit trail: who, which filter, how many rows."""

import csv
import io
from collections.abc import Iterator

from apps.access.models import SharedLink
from apps.access.viewer import Viewer
from apps.foundation import audit
from apps.foundation.money import exact
from apps.foundation.spreadsheets import harmless
from apps.foundation.wording import in_english
from apps.organisation.models import Company
from apps.status.failing import FailingDocument, failing_documents

MOST_ROWS = 5000
COLUMNS = ("document_type", "number", "document_date", "submitted", "failing_since", "reason", "what_to_do")
AMOUNT_COLUMNS = ("amount", "currency")


@in_english
def export_failing(*, viewer: Viewer, company: Company, document_type: str = "", link: SharedLink | None = None) -> str:
    """The oldest of what fails, 5,000 rows at most, as text in UTF-8. `link`: the shared link it was asked through."""
    documents = failing_documents(viewer, company, document_type=document_type, most=MOST_ROWS)
    written = io.StringIO()
    columns = (*COLUMNS, *AMOUNT_COLUMNS) if viewer.shows_amounts else COLUMNS
    rows = csv.DictWriter(written, columns, restval="", lineterminator="\r\n")
    rows.writeheader()
    rows.writerows(_rows(documents, with_amounts=viewer.shows_amounts))
    audit.record(
        audit.Event(
            actor=viewer.label,
            action="status_exported",
            subject_type="company",
            subject_id=str(company.pk),
            subject_label=company.name,
            company=company.code,
            detail={
                "rows": len(documents),
                "filter": {"document_type": document_type},
                **({"link": link.reference} if link else {}),
            },
        )
    )
    return written.getvalue()


def _rows(documents: list[FailingDocument], *, with_amounts: bool) -> Iterator[dict[str, str]]:
    for one in documents:
        texts = {
            "document_type": one.document_type,
            "number": one.number,
            "document_date": one.document_date.isoformat(),
            "submitted": one.submitted_at.isoformat(timespec="seconds"),
            "failing_since": one.failing_since.isoformat(timespec="seconds"),
            "reason": " ".join(str(reason.words) for reason in one.reasons),
            "what_to_do": " ".join(str(reason.to_do) for reason in one.reasons),
        }
        row = {name: harmless(text) for name, text in texts.items()}
        if with_amounts and one.amount is not None:
            row |= {"amount": exact(one.amount, one.currency), "currency": one.currency}
        yield row
