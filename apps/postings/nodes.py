"""The properties of an accounting document and of its lines that a map may use: declared once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.dimensions.models import AttributeCode
from apps.dimensions.rules import FROM_THE_START
from apps.mapping.nodes import Collection, Node, Property, PropertyType, properties
from apps.postings.document import AccountingDocument, AccountingLine
from apps.postings.document_types import Flow, PaymentMethod, Side
from apps.postings.taxes import LineTax

TEXT, AMOUNT, DATE, BOOLEAN = PropertyType.TEXT, PropertyType.AMOUNT, PropertyType.DATE, PropertyType.BOOLEAN

LONGEST_REFERENCE = 30
"""The longest label of an entry's line in Sage Intacct."""


@dataclass(frozen=True)
class LineInDocument:
    """A line together with its document, whose currency and rate it shares."""

    document: AccountingDocument
    line: AccountingLine


@dataclass(frozen=True)
class TaxOfLine:
    """One tax of a line, with the document whose currency it has."""

    document: AccountingDocument
    line: AccountingLine
    tax: LineTax

    def signed(self, positive: Side) -> Decimal:
        """Negative on a line of the other side, as its amount is."""
        return self.tax.amount if self.line.side == positive else -self.tax.amount


PAYMENT_METHODS = {
    PaymentMethod.PRINTED_CHECK: "Printed Check",
    PaymentMethod.CASH: "Cash",
    PaymentMethod.EFT: "EFT",
    PaymentMethod.CREDIT_CARD: "Credit Card",
}
"""As Intacct spells them (protocol 4.9)."""

TAX_IMPLICATIONS = {Flow.BUYING: "Inbound", Flow.SELLING: "Outbound"}
"""What a taxed journal entry is for (protocol 4.5)."""


def _uses_daily_rate(document: AccountingDocument) -> bool:
    return document.exchange_rate is None and document.currency != document.base_currency


def _title(document: AccountingDocument) -> str:
    return document.description or f"{document.type_label} {document.number}"


def _source_entity(document: AccountingDocument) -> str | None:
    """The source entity of an entry whose lines belong to several entities (BASELOCATION_NO, protocol 5.2)."""
    return document.entity if len({line.entity for line in document.lines}) > 1 else None


def _names_tax_solution(document: AccountingDocument) -> bool:
    """At the top level of a company with several tax jurisdictions only (protocol 5.2)."""
    return document.is_at_top_level and document.has_tax and bool(document.tax_solution)


def _common_reference(in_document: LineInDocument) -> str:
    """Nothing where it is too long: cut, it would put lines together that do not belong together."""
    reference = in_document.document.common_reference
    return reference if len(reference) <= LONGEST_REFERENCE else ""


Document = Property[AccountingDocument]
Line = Property[LineInDocument]
Tax = Property[TaxOfLine]

_DOCUMENT_PROPERTIES: Mapping[str, Document] = properties(
    [
        Document("number", "Number", TEXT, lambda d: d.number, "/number"),
        Document("journal", "Journal", TEXT, lambda d: d.journal, "/document_type"),
        Document("title", "Description", TEXT, _title, "/description"),
        Document("description", "Description", TEXT, lambda d: d.description, "/description"),
        Document("reference", "Reference", TEXT, lambda d: d.reference, "/reference"),
        Document(
            "supplier_document_number_or_reference",
            "Supplier document number",
            TEXT,
            lambda d: d.supplier_document_number or d.reference,
            "/supplier_document_number",
        ),
        Document("posting_date", "Posting date", DATE, lambda d: d.posting_date, "/posting_date"),
        Document("document_date", "Document date", DATE, lambda d: d.document_date, "/document_date"),
        Document("due_date", "Due date", DATE, lambda d: d.due_date, "/due_date"),
        Document("customer", "Customer", TEXT, lambda d: d.customer, "/customer"),
        Document("supplier", "Supplier", TEXT, lambda d: d.supplier, "/supplier"),
        Document("payment_term", "Payment term", TEXT, lambda d: d.payment_term, "/payment_term"),
        Document("currency", "Currency", TEXT, lambda d: d.currency, "/currency"),
        Document("base_currency", "Base currency", TEXT, lambda d: d.base_currency, "/company"),
        Document("exchange_rate", "Exchange rate", AMOUNT, lambda d: d.exchange_rate, "/exchange_rate"),
        Document(
            "exchange_rate_or_one",
            "Exchange rate",
            AMOUNT,
            lambda d: d.exchange_rate if d.exchange_rate is not None else Decimal(1),
            "/exchange_rate",
        ),
        Document("uses_daily_rate", "Daily exchange rate", BOOLEAN, _uses_daily_rate),
        Document("uses_given_rate", "Given exchange rate", BOOLEAN, lambda d: not _uses_daily_rate(d)),
        Document("rate_date", "Rate date", DATE, lambda d: d.document_date, "/document_date"),
        Document("source_entity", "Source entity", TEXT, _source_entity, "/financial_site"),
        Document("origin_number", "Origin number", TEXT, lambda d: d.origin_number, "/origin/number"),
        Document("tax_solution", "Tax solution", TEXT, lambda d: d.tax_solution),
        Document("names_tax_solution", "Names its tax solution", BOOLEAN, _names_tax_solution),
        Document("has_tax", "Has tax", BOOLEAN, lambda d: d.has_tax),
        Document("tax_implications", "Tax implications", TEXT, lambda d: TAX_IMPLICATIONS.get(d.flow)),
        Document("has_input_tax", "Has input tax", BOOLEAN, lambda d: d.has_tax and d.flow == Flow.BUYING),
        Document("has_output_tax", "Has output tax", BOOLEAN, lambda d: d.has_tax and d.flow == Flow.SELLING),
        Document(
            "payment_method",
            "Payment method",
            TEXT,
            lambda d: PAYMENT_METHODS[PaymentMethod(d.payment_method)] if d.payment_method else None,
            "/payment_method",
        ),
        Document("bank_account", "Bank account", TEXT, lambda d: d.bank_account, "/bank_account"),
        Document("has_bank_account", "Has a bank account", BOOLEAN, lambda d: bool(d.bank_account)),
        Document(
            "undeposited_account",
            "Undeposited funds account",
            TEXT,
            lambda d: d.undeposited_account,
            "/undeposited_account",
        ),
        Document("has_undeposited_account", "Has an undeposited funds account", BOOLEAN, lambda d: not d.bank_account),
    ]
)


def _attribute(code: str) -> Line:
    return Line(
        f"attribute.{code}", code.replace("_", " ").capitalize(), TEXT, lambda x: x.line.attributes.get(code),
        f"/attributes/{code}",
    )  # fmt: skip


def _dimension(code: str) -> Line:
    return Line(
        f"dimension.{code}", code.capitalize(), TEXT, lambda x: x.line.dimensions.get(code), f"/dimensions/{code}"
    )


def _amount(key: str, positive: Side) -> Line:
    return Line(key, "Amount", AMOUNT, lambda x: x.document.exact(x.line.signed(positive)), "/amount")


def _tax_amount(key: str, positive: Side) -> Tax:
    return Tax(key, "Tax amount", AMOUNT, lambda x: x.document.exact(x.signed(positive)))


_TAX_PROPERTIES: Mapping[str, Tax] = properties(
    [
        Tax("tax_detail", "Tax detail", TEXT, lambda x: x.tax.detail, "/detail"),
        Tax("absolute_tax_amount", "Tax amount", AMOUNT, lambda x: x.document.exact(x.tax.amount), "/amount"),
        _tax_amount("debit_tax_amount", Side.DEBIT),
        _tax_amount("credit_tax_amount", Side.CREDIT),
    ]
)
TAX_NODE = Node[TaxOfLine]("accounting_document_tax", "Tax", _TAX_PROPERTIES)


class _LineProperties(dict[str, Line]):
    """A company may define dimension types of its own: `dimension.<code>` is a property whatever the code.

    `dimension.<code>.or.<property>`: the other one where the line does not name the dimension.
    """

    def __missing__(self, key: str) -> Line:
        family, _dot, rest = key.partition(".")
        code, _or, other = rest.partition(".or.")
        if family != "dimension" or not code:
            raise KeyError(key)
        named = _dimension(code)
        if not other:
            return named
        instead = self[other]
        return Line(key, instead.label, TEXT, lambda x: named.get(x) or instead.get(x), named.pointer)


_LINE_PROPERTIES: Mapping[str, Line] = _LineProperties(
    properties(
        [
            Line("account", "Account", TEXT, lambda x: x.line.account, "/account"),
            Line("common_reference", "Common reference", TEXT, _common_reference),
            Line("currency", "Currency", TEXT, lambda x: x.document.currency),
            Line("description", "Description", TEXT, lambda x: x.line.description, "/description"),
            Line("location", "Entity", TEXT, lambda x: x.line.entity, "/site"),
            Line("absolute_amount", "Amount", AMOUNT, lambda x: x.document.exact(x.line.amount), "/amount"),
            _amount("debit_amount", Side.DEBIT),
            _amount("credit_amount", Side.CREDIT),
            Line("debit_or_credit", "Side", TEXT, lambda x: "1" if x.line.side == Side.DEBIT else "-1", "/side"),
            Line("has_tax", "Has tax", BOOLEAN, lambda x: bool(x.line.taxes)),
            Line("contra_account", "Contra account", TEXT, lambda x: x.document.contra_account),
            Line("exchange_rate", "Exchange rate", AMOUNT, lambda x: x.document.exchange_rate),
            Line("uses_daily_rate", "Daily exchange rate", BOOLEAN, lambda x: _uses_daily_rate(x.document)),
            Line("uses_given_rate", "Given exchange rate", BOOLEAN, lambda x: not _uses_daily_rate(x.document)),
            Line("rate_date", "Rate date", DATE, lambda x: x.document.document_date),
            *(_attribute(code) for code in AttributeCode.values),
            *(_dimension(code) for code in FROM_THE_START),
        ]
    )
)


def _lines(document: AccountingDocument) -> Sequence[tuple[int, LineInDocument]]:
    return [(line.index, LineInDocument(document, line)) for line in document.lines]


def _taxes(of: LineInDocument) -> Sequence[tuple[int, TaxOfLine]]:
    return [(index, TaxOfLine(of.document, of.line, tax)) for index, tax in enumerate(of.line.taxes)]


LINE_NODE = Node[LineInDocument](
    "accounting_document_line",
    "Line",
    _LINE_PROPERTIES,
    {"taxes": Collection("taxes", TAX_NODE, _taxes, "/tax")},
)
DOCUMENT_NODE = Node[AccountingDocument](
    "accounting_document",
    "Accounting document",
    _DOCUMENT_PROPERTIES,
    {"lines": Collection("lines", LINE_NODE, _lines, "/lines")},
)
