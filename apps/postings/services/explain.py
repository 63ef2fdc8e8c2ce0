"""Why each line of a posting has its account: as it was when the posting was accepted, and as the rules are today."""

from dataclasses import dataclass
from typing import Any

from apps.postings.document import DocumentInput, LineInput, TaxInput
from apps.postings.models import Posting, PostingLine
from apps.postings.services.account_determination import Because, Source, determine
from apps.postings.services.account_rules import read_rules


@dataclass(frozen=True)
class ExplainedLine:
    """A line, why it has its account, and what today's rules would give."""

    line: PostingLine
    because: dict[str, Any]
    is_determined: bool
    today: Because | None
    refusal: str
    """Why nothing would be determined today; empty where something would."""

    @property
    def is_same(self) -> bool:
        """Whether today's rules give the same account."""
        return self.today is not None and self.today.account == self.line.account


def explain(*, posting: Posting) -> tuple[ExplainedLine, ...]:
    """Each line of a posting from `selectors.with_lines`. Changes nothing; ten queries, however many lines."""
    lines = list(posting.lines.all())
    document = _as_submitted(posting, lines)
    determined = determine(document, read_rules([document]))
    refused = {flaw.pointer.split("/")[2]: flaw.detail for flaw in determined.flaws}
    return tuple(
        ExplainedLine(
            line=line,
            because=line.because,
            is_determined=line.account_source == Source.DETERMINED,
            today=why,
            refusal=refused.get(str(index), ""),
        )
        for index, (line, why) in enumerate(zip(lines, determined.because, strict=True))
    )


def _as_submitted(posting: Posting, lines: list[PostingLine]) -> DocumentInput:
    """The posting without what was determined."""
    return DocumentInput(
        company=posting.company.code,
        financial_site=posting.financial_site.code,
        document_type=posting.document_type,
        number=posting.number,
        posting_date=posting.posting_date,
        currency=posting.currency,
        customer=posting.customer,
        supplier=posting.supplier,
        lines=tuple(_line(line) for line in lines),
    )


def _line(line: PostingLine) -> LineInput:
    is_determined = line.account_source == Source.DETERMINED
    return LineInput(
        amount=line.amount,
        movement_type=line.movement_type,
        amount_type=line.amount_type,
        account="" if is_determined else line.account,
        account_type=line.because.get("given_account_type", "") if is_determined else line.account_type,
        side=line.because.get("given_side", "") if is_determined else line.side,
        item=line.item,
        tax=TaxInput(line.tax_detail) if line.tax_detail else None,
        attributes=line.attributes,
    )
