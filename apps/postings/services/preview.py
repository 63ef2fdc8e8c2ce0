"""What a document would become: the same checks and the same rendering as on submit; stores nothing, sends nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.configuration.selectors import active_configuration
from apps.delivery import keys
from apps.dimensions.defaults import Given
from apps.foundation.wording import in_english
from apps.intacct import redact
from apps.postings.document import AccountingDocument, AccountingLine, DocumentInput
from apps.postings.document_types import Part, Side
from apps.postings.ledger import ledger_of
from apps.postings.services.account_determination import Because, determine
from apps.postings.services.analysis import analysis_warnings
from apps.postings.services.catalogue import Catalogue, catalogue_for
from apps.postings.services.check import checked, marking_for, rendered_object
from apps.postings.services.default_dimensions import fill_in
from apps.postings.services.store import natural_key
from apps.postings.services.waiting import followed_by, waits_of


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
    contra_account: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)
    analysed_by: tuple[AnalysedBy, ...] = ()
    because: Because | None = None
    """Why this account; None for a line that Intacct adds."""


@dataclass(frozen=True)
class PreviewDocument:
    part: Part
    object_name: str
    xml: str
    lines: tuple[PreviewLine, ...]


@dataclass(frozen=True)
class Preview:
    documents: tuple[PreviewDocument, ...]
    debit: Decimal
    credit: Decimal
    warnings: tuple[str, ...]


@in_english
def preview(*, document: DocumentInput, viewer: Viewer) -> Preview:
    """The Intacct object as it would be sent, its accounting lines with their sums, and warnings.

    Raises what `submit` raises for the same document, except for a number that is taken: that is a warning.
    """
    connection = active_configuration()
    catalogue = catalogue_for([document], viewer, connection)
    filled = fill_in(document, catalogue.defaults)
    determined = determine(filled.document, catalogue.rules)
    resolved = checked(determined.document, catalogue, connection)
    documents = tuple(
        _document(document, part, filled.given, determined.because, catalogue, connection) for part in resolved
    )
    lines = [line for one in documents for line in one.lines]
    return Preview(
        documents=documents,
        debit=sum((one.amount for one in lines if one.side == Side.DEBIT), Decimal(0)),
        credit=sum((one.amount for one in lines if one.side == Side.CREDIT), Decimal(0)),
        warnings=(
            *_warnings(determined.document, resolved[0], catalogue),
            *_waits(determined.document, resolved, catalogue),
            *analysis_warnings(determined.document, catalogue),
        ),
    )


def _document(
    document: DocumentInput,
    part: AccountingDocument,
    given: Sequence[Sequence[Given]],
    because: Sequence[Because | None],
    catalogue: Catalogue,
    connection: IntacctConfiguration,
) -> PreviewDocument:
    mapped = catalogue.maps[part.object_name]
    key = keys.delivery_key(
        intacct_company=connection.company_id,
        object_name=part.object_name,
        natural_key=natural_key(document, part.part),
    )
    rendered = rendered_object(part, mapped, marking_for(connection, keys.marker(key)))
    xml = redact(rendered.payload(mapped).encode())
    return PreviewDocument(part.part, part.object_name, xml, tuple(_accounting_lines(part, given, because, catalogue)))


def _accounting_lines(
    document: AccountingDocument,
    given: Sequence[Sequence[Given]],
    because: Sequence[Because | None],
    catalogue: Catalogue,
) -> Iterator[PreviewLine]:
    """The lines given, their tax, and for a bill or invoice the control line that Intacct adds: balanced."""
    company = catalogue.companies[document.company]
    ledger = ledger_of(
        document.lines,
        object_name=document.object_name,
        tax_accounts={code: rate.account for code, rate in catalogue.tax_rates.items()},
        control_account=document.contra_account,
        names_contra=company.legislation.posts_ap_ar_to_ledger and not document.is_entry,
    )
    lines = {line.index: line for line in document.lines}
    for one in ledger.lines:
        line = lines.get(one.of) if one.of is not None else None
        own = line is not None and not one.tax_detail
        words = f"Tax {one.tax_detail}" if one.tax_detail else line.description if line else _control_words(document)
        yield PreviewLine(
            account=one.account,
            side=one.side,
            amount=one.amount,
            entity=line.entity if line else document.entity,
            description=words,
            contra_account=one.contra,
            attributes=line.attributes if line and own else {},
            dimensions=line.dimensions if line and own else {},
            analysed_by=tuple(_analysed_by(line, given[line.index])) if line and own else (),
            because=because[line.index] if line and own else None,
        )


def _control_words(document: AccountingDocument) -> str:
    return f"Control account of {document.customer or document.supplier}, set in Intacct"


def _analysed_by(line: AccountingLine, given: Sequence[Given]) -> Iterator[AnalysedBy]:
    for is_attribute, values in ((False, line.dimensions), (True, line.attributes)):
        origins = {one.type: one.origin for one in given if one.is_attribute == is_attribute}
        for code, value in values.items():
            yield AnalysedBy(code, value, origins.get(code, "line"))


def _waits(document: DocumentInput, resolved: Sequence[AccountingDocument], catalogue: Catalogue) -> Iterable[str]:
    """What it would wait for; each sentence once."""
    followed = followed_by([document])
    waits = [one for part in resolved for one in waits_of(document, part, catalogue.missing, followed)]
    return dict.fromkeys(f"It would wait: {one.words}" for one in waits)


def _warnings(document: DocumentInput, main: AccountingDocument, catalogue: Catalogue) -> Iterator[str]:
    if main.exchange_rate is None and main.currency != main.base_currency:
        yield f"No exchange rate is given: Intacct uses its daily rate of {main.document_date}."
    country = catalogue.companies[document.company].legislation.country
    usual = catalogue.tax_solutions.get(country, "")
    if main.has_tax and not main.tax_solution:
        yield f"No tax solution is known for {country}: Intacct decides. Choose one on the Defaults tab."
    elif main.has_tax and usual and usual != main.tax_solution:
        yield f"The tax details are of {main.tax_solution}; the tax solution of {country} is {usual}."
