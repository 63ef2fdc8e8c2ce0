"""An accounting document as plain values: what is checked, previewed, stored and rendered, whatever it came from."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import cached_property

from apps.delivery.deliverables import Expectation
from apps.foundation.money import plain
from apps.postings.document_types import JOURNAL_ENTRY, TARGETS, Side


@dataclass(frozen=True)
class TaxInput:
    detail: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class LineInput:
    """A line as a REST client gave it."""

    amount: Decimal
    movement_type: str
    amount_type: str
    account: str = ""
    account_type: str = ""
    side: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    item: str = ""
    site: str = ""
    description: str = ""
    tax: TaxInput | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DocumentInput:
    """A document as a REST client gave it (contract 5.1)."""

    company: str
    financial_site: str
    document_type: str
    number: str
    posting_date: datetime.date
    currency: str
    lines: tuple[LineInput, ...]
    document_date: datetime.date | None = None
    due_date: datetime.date | None = None
    exchange_rate: Decimal | None = None
    customer: str = ""
    supplier: str = ""
    supplier_document_number: str = ""
    payment_term: str = ""
    reference: str = ""
    description: str = ""
    origin_document_type: str = ""
    origin_number: str = ""

    def content_hash(self) -> str:
        """Whether two submissions are the same document: compared, never used as identity."""
        return hashlib.sha256(
            json.dumps(asdict(self), sort_keys=True, default=_canonical, ensure_ascii=False).encode()
        ).hexdigest()


def _canonical(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


@dataclass(frozen=True)
class AccountingLine:
    """A line with everything resolved: account, side, the entity that keeps its books."""

    account: str
    side: Side
    amount: Decimal
    entity: str
    description: str
    tax_detail: str
    tax_amount: Decimal | None
    attributes: Mapping[str, str]
    """Filled: item, customer, supplier and sites too, where their type is active."""
    dimensions: Mapping[str, str]
    """Those that are sent."""

    def signed(self, positive: Side) -> Decimal:
        """The amount, negative on the other side."""
        return self.amount if self.side == positive else -self.amount

    def signed_tax(self, positive: Side) -> Decimal | None:
        if self.tax_amount is None:
            return None
        return self.tax_amount if self.side == positive else -self.tax_amount


@dataclass(frozen=True)
class AccountingDocument:
    """A document with everything resolved, ready to be rendered for one Intacct object."""

    document_type: str
    type_label: str
    object_name: str
    journal: str
    number: str
    posting_date: datetime.date
    document_date: datetime.date
    due_date: datetime.date | None
    currency: str
    base_currency: str
    exchange_rate: Decimal | None
    customer: str
    supplier: str
    supplier_document_number: str
    payment_term: str
    reference: str
    description: str
    entity: str
    lines: tuple[AccountingLine, ...]
    own_dimensions: tuple[tuple[str, str], ...] = ()
    """User-defined dimensions that its lines may carry: the type's code, and the Intacct object."""

    def exact(self, amount: Decimal | None) -> Decimal | None:
        """An amount in the currency's decimals, as it is written; never rounded."""
        return None if amount is None else Decimal(plain(amount, self.currency))

    @cached_property
    def total(self) -> Decimal:
        """Including tax; for a journal entry, the sum of its debits."""
        target = TARGETS[self.document_type]
        if target.natural_side is None:
            return sum((line.amount for line in self.lines if line.side == Side.DEBIT), Decimal(0))
        return sum(
            (line.signed(target.natural_side) + (line.signed_tax(target.natural_side) or 0) for line in self.lines),
            Decimal(0),
        )

    def expectation(self) -> Expectation:
        """What this document will look like in Intacct, for the look-up that must recognise it."""
        is_entry = self.object_name == JOURNAL_ENTRY
        return Expectation(
            number=self.number,
            counterparty="" if is_entry else self.customer or self.supplier,
            currency="" if is_entry else self.currency,
            total=self.total,
            date=self.posting_date if is_entry else self.document_date,
            lines=len(self.lines),
            journal=self.journal,
        )
