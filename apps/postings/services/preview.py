"""What a document would become: the same checks and the same rendering as on submit; stores nothing, sends nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.access.viewer import Viewer
from apps.configuration.selectors import active_configuration
from apps.delivery import keys
from apps.dimensions.defaults import Given
from apps.intacct import redact
from apps.postings.document import AccountingDocument, AccountingLine, DocumentInput
from apps.postings.document_types import TARGETS, Side
from apps.postings.services.account_determination import Because, Determined, determine
from apps.postings.services.analysis import analysis_warnings
from apps.postings.services.catalogue import catalogue_for
from apps.postings.services.check import checked, marking_for, rendered_object
from apps.postings.services.default_dimensions import fill_in
from apps.postings.services.submit import MAIN_PART, SOURCE_SYSTEM


@dataclass(frozen=True)
class AnalysedBy:
    """A dimension or attribute of a line, and where the value came from: `line`, or `item ITEM-1`."""

    type: str
    value: str
    origin: str


@dataclass(frozen=True)
class PreviewLine:
    account: str
    side: str
    amount: Decimal
    entity: str
    description: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)
    analysed_by: tuple[AnalysedBy, ...] = ()
    because: Because | None = None
    """Why this account; None for a line that Intacct adds."""


@dataclass(frozen=True)
class PreviewDocument:
    object_name: str
    xml: str
    lines: tuple[PreviewLine, ...]


@dataclass(frozen=True)
class Preview:
    documents: tuple[PreviewDocument, ...]
    debit: Decimal
    credit: Decimal
    warnings: tuple[str, ...]


def preview(*, document: DocumentInput, viewer: Viewer) -> Preview:
    """The Intacct object as it would be sent, its accounting lines with their sums, and warnings.

    Raises what `submit` raises for the same document, except for a number that is taken: that is a warning.
    """
    connection = active_configuration()
    catalogue = catalogue_for([document], viewer)
    filled = fill_in(document, catalogue.defaults)
    determined = determine(filled.document, catalogue.rules)
    resolved = checked(determined.document, catalogue, connection)
    mapped = catalogue.maps[resolved.object_name]
    key = keys.delivery_key(
        intacct_company=connection.company_id,
        object_name=resolved.object_name,
        natural_key=(SOURCE_SYSTEM, document.company, document.document_type, document.number, MAIN_PART),
    )
    rendered = rendered_object(resolved, mapped, marking_for(connection, keys.marker(key)))
    lines = tuple(_accounting_lines(resolved, filled.given, determined))
    xml = redact(rendered.payload(mapped).encode())
    return Preview(
        documents=(PreviewDocument(resolved.object_name, xml, lines),),
        debit=sum((one.amount for one in lines if one.side == Side.DEBIT), Decimal(0)),
        credit=sum((one.amount for one in lines if one.side == Side.CREDIT), Decimal(0)),
        warnings=(*_warnings(resolved), *analysis_warnings(determined.document, catalogue)),
    )


def _accounting_lines(
    document: AccountingDocument, given: Sequence[Sequence[Given]], determined: Determined
) -> Iterator[PreviewLine]:
    """The lines given, their tax, and for a bill or invoice the control line that Intacct adds: balanced."""
    for line, defaults, because in zip(document.lines, given, determined.because, strict=True):
        yield PreviewLine(
            line.account,
            line.side,
            line.amount,
            line.entity,
            line.description,
            line.attributes,
            line.dimensions,
            tuple(_analysed_by(line, defaults)),
            because,
        )
        if line.tax_detail and line.tax_amount:
            yield PreviewLine("", line.side, line.tax_amount, line.entity, f"Tax {line.tax_detail}")
    natural = TARGETS[document.document_type].natural_side
    if natural is None:
        return
    opposite = Side.CREDIT if natural == Side.DEBIT else Side.DEBIT
    total = document.total
    yield PreviewLine(
        "",
        opposite if total >= 0 else natural,
        abs(total),
        document.entity,
        f"Control account of {document.customer or document.supplier}, set in Intacct",
    )


def _analysed_by(line: AccountingLine, given: Sequence[Given]) -> Iterator[AnalysedBy]:
    for is_attribute, values in ((False, line.dimensions), (True, line.attributes)):
        origins = {one.type: one.origin for one in given if one.is_attribute == is_attribute}
        for code, value in values.items():
            yield AnalysedBy(code, value, origins.get(code, "line"))


def _warnings(document: AccountingDocument) -> Iterator[str]:
    if any(line.tax_detail and line.tax_amount is None for line in document.lines):
        yield "A tax without amount is computed by Intacct, and added to the total."
    if document.exchange_rate is None and document.currency != document.base_currency:
        yield f"No exchange rate is given: Intacct uses its daily rate of {document.document_date}."
