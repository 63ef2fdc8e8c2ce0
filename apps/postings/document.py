"""An accounting document as plain values: what is checked, previewed, stored and rendered, whatever it came from."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import Any

from apps.delivery.deliverables import Expectation
from apps.foundation.money import plain
from apps.postings.document_types import AR_ADVANCE, JOURNAL_ENTRY, POSITIVE_SIDE, Flow, Part, Side
from apps.postings.taxes import LineTax

DocumentKey = tuple[str, str, str]
"""What makes a document the only one of its kind: company, document type, number."""


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
    payment_method: str = ""
    bank_account: str = ""
    undeposited_account: str = ""

    @property
    def key(self) -> DocumentKey:
        return (self.company, self.document_type, self.number)

    def content_hash(self) -> str:
        """Whether two submissions are the same document: compared, never used as identity."""
        content = _given(_values(self, _OF_DOCUMENT) | {"lines": [_line_values(line) for line in self.lines]})
        return hashlib.sha256(
            json.dumps(content, sort_keys=True, default=_canonical, ensure_ascii=False).encode()
        ).hexdigest()


LATER = ("payment_method", "bank_account", "undeposited_account")
"""Fields that documents did not have at first: left empty, they are no part of the content, so that it stays what it
was for documents that were accepted before."""


_OF_DOCUMENT = tuple(one.name for one in fields(DocumentInput))
_OF_LINE = tuple(one.name for one in fields(LineInput))
_OF_TAX = tuple(one.name for one in fields(TaxInput))


def _values(of: object, names: tuple[str, ...]) -> dict[str, Any]:
    """As `dataclasses.asdict`, which copies every value and takes ten times as long for a document of many lines."""
    return {name: getattr(of, name) for name in names}


def _line_values(line: LineInput) -> dict[str, Any]:
    return _values(line, _OF_LINE) | {"tax": None if line.tax is None else _values(line.tax, _OF_TAX)}


def _given(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value or name not in LATER}


def _canonical(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


@dataclass(frozen=True)
class AccountingLine:
    """A line with everything resolved: account, side, the entity that keeps its books."""

    index: int
    """Its place in the document, for the pointer of an error."""
    account: str
    side: Side
    amount: Decimal
    """What its account gets: without tax."""
    entity: str
    description: str
    taxes: tuple[LineTax, ...]
    attributes: Mapping[str, str]
    """Filled: item, customer, supplier and sites too, where their type is active."""
    dimensions: Mapping[str, str]
    """Those that are sent."""

    @property
    def net(self) -> Decimal:
        """The same as `amount`, by the name that stored lines have."""
        return self.amount

    @property
    def tax(self) -> Decimal:
        """What its taxes add to it; nothing for a reverse charge."""
        return sum((one.amount for one in self.taxes), Decimal(0))

    def signed(self, positive: Side) -> Decimal:
        """The amount, negative on the other side."""
        return self.amount if self.side == positive else -self.amount

    def signed_tax(self, positive: Side) -> Decimal:
        return self.tax if self.side == positive else -self.tax


@dataclass(frozen=True)
class AccountingDocument:
    """One part of a document with everything resolved, ready to be rendered for one Intacct object."""

    company: str
    document_type: str
    type_label: str
    part: Part
    object_name: str
    flow: Flow
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
    origin_number: str
    payment_method: str
    bank_account: str
    undeposited_account: str
    entity: str
    is_at_top_level: bool
    tax_solution: str
    contra_account: str
    lines: tuple[AccountingLine, ...]
    common_reference: str = ""
    """What an entry's lines are labelled with: the number that its journal entry type chose."""
    own_dimensions: tuple[tuple[str, str], ...] = ()
    """User-defined dimensions that its lines may carry: the type's code, and the Intacct object."""

    @property
    def is_entry(self) -> bool:
        return self.object_name == JOURNAL_ENTRY

    @property
    def positive(self) -> Side:
        """The side whose amounts are positive over there; an entry has both sides, and counts its debits."""
        return POSITIVE_SIDE.get(self.object_name, Side.DEBIT)

    @property
    def has_tax(self) -> bool:
        return any(line.taxes for line in self.lines)

    def exact(self, amount: Decimal | None) -> Decimal | None:
        """An amount in the currency's decimals, as it is written; never rounded."""
        return None if amount is None else Decimal(plain(amount, self.currency))

    @cached_property
    def total(self) -> Decimal:
        """Including tax, negative for a credit; for a journal entry, the sum of its debits without tax."""
        if self.is_entry:
            return sum((line.amount for line in self.lines if line.side == Side.DEBIT), Decimal(0))
        return sum((line.signed(self.positive) + line.signed_tax(self.positive) for line in self.lines), Decimal(0))

    def expectation(self) -> Expectation:
        """What this document will look like in Intacct, for the look-up that must recognise it."""
        by_posting_date = self.is_entry or self.object_name == AR_ADVANCE
        return Expectation(
            number=self.number,
            counterparty="" if self.is_entry else self.customer or self.supplier,
            currency="" if self.is_entry else self.currency,
            total=self.total,
            date=self.posting_date if by_posting_date else self.document_date,
            lines=len(self.lines),
            journal=self.journal,
        )
