"""A document that is in order becomes the Intacct documents that it is for: each line in its part, tax taken apart."""

from collections.abc import Mapping, Sequence

from apps.dimensions.line_check import LineFacts, filled, sent_dimensions
from apps.dimensions.rules import AnalyticalTypes
from apps.foundation.money import INTACCT_DECIMALS, currency_digits
from apps.organisation.models import Company, Site
from apps.postings.document import AccountingDocument, AccountingLine, DocumentInput, LineInput
from apps.postings.document_types import (
    TARGETS,
    AmountType,
    DocumentType,
    Part,
    Side,
    object_of,
    part_of,
)
from apps.postings.services.account_determination import control_account
from apps.postings.services.catalogue import Catalogue
from apps.postings.taxes import Taxed, TaxedLine, TaxRate, taxed


def parts_of(document: DocumentInput) -> list[Part]:
    """The parts that the document has lines for, its own first."""
    used = {part_of(document.document_type, line.movement_type) for line in document.lines}
    return [part for part in Part if part in used]


def resolve(document: DocumentInput, company: Company, catalogue: Catalogue) -> tuple[AccountingDocument, ...]:
    """Every part of a document that no rule is against, its own first. Reads nothing."""
    return tuple(_part(document, part, company, catalogue) for part in parts_of(document))


def side_of(document: DocumentInput, line: LineInput) -> str:
    """The side that a line names, or its document's natural one; empty where it must name one."""
    if line.side or part_of(document.document_type, line.movement_type) == Part.JOURNAL_ENTRY:
        return line.side
    return TARGETS[document.document_type].natural_side or ""


def taxes_of(document: DocumentInput, indexes: Sequence[int], rates: Mapping[str, TaxRate]) -> dict[int, Taxed]:
    """What the lines of one part are taken apart into, by their index."""
    lines = [
        TaxedLine(
            amount=line.amount,
            detail=line.tax.detail if line.tax else "",
            given=line.tax.amount if line.tax else None,
            is_inclusive=line.amount_type == AmountType.AMOUNT_INCLUDING_TAX,
            side=side_of(document, line),
        )
        for line in (document.lines[index] for index in indexes)
    ]
    digits = min(currency_digits(document.currency) or 0, INTACCT_DECIMALS)
    return dict(zip(indexes, taxed(lines, rates, digits), strict=True))


def _part(document: DocumentInput, part: Part, company: Company, catalogue: Catalogue) -> AccountingDocument:
    target = TARGETS[document.document_type]
    financial_site = catalogue.sites[document.financial_site]
    types = catalogue.analysis.types
    indexes = [
        index
        for index, line in enumerate(document.lines)
        if part_of(document.document_type, line.movement_type) == part
    ]
    taxes = taxes_of(document, indexes, catalogue.tax_rates)
    object_name = object_of(document.document_type, part, catalogue.credit_note_objects)
    document_date = document.document_date or document.posting_date
    return AccountingDocument(
        company=company.code,
        document_type=document.document_type,
        type_label=str(DocumentType(document.document_type).label),
        part=part,
        object_name=object_name,
        flow=target.flow,
        journal=catalogue.journal_for(company, document.document_type, object_name),
        common_reference=catalogue.rules.entry_types.common_reference(company.legislation_id, document, object_name),
        number=document.number,
        posting_date=document.posting_date,
        document_date=document_date,
        # Intacct wants a due date of a credit too, which nobody pays: its own date.
        due_date=document.due_date or (document_date if target.is_credit and not document.payment_term else None),
        currency=document.currency,
        base_currency=company.currency,
        exchange_rate=document.exchange_rate,
        customer=document.customer,
        supplier=document.supplier,
        supplier_document_number=document.supplier_document_number,
        payment_term=document.payment_term,
        reference=document.reference,
        description=document.description,
        origin_number=document.origin_number,
        payment_method=document.payment_method,
        bank_account=document.bank_account,
        undeposited_account=document.undeposited_account,
        entity=financial_site.entity_id,
        is_at_top_level=catalogue.is_at_top_level(company),
        tax_solution=tax_solution_of(document, company, catalogue),
        contra_account=contra_account_of(document, company, catalogue),
        lines=tuple(_line(document, index, taxes[index], financial_site, types, catalogue) for index in indexes),
        own_dimensions=types.own,
    )


def tax_solution_of(document: DocumentInput, company: Company, catalogue: Catalogue) -> str:
    """Intacct's tax solution of a taxed document: its details' own, or what the country grid or legislation says."""
    details = [line.tax.detail for line in document.lines if line.tax]
    if not details:
        return ""
    named = {catalogue.tax_rates[code].solution for code in details if code in catalogue.tax_rates} - {""}
    return min(named) if named else catalogue.tax_solutions.get(company.legislation.country, "")


def contra_account_of(document: DocumentInput, company: Company, catalogue: Catalogue) -> str:
    """The control account that determination gives the customer or supplier, where the legislation wants it named."""
    return control_account(document, catalogue.rules) if company.legislation.posts_ap_ar_to_ledger else ""


def _line(
    document: DocumentInput,
    index: int,
    taxed_as: Taxed,
    financial_site: Site,
    types: AnalyticalTypes,
    catalogue: Catalogue,
) -> AccountingLine:
    line = document.lines[index]
    site = catalogue.sites.get(line.site) or financial_site
    facts = LineFacts(site, line.item, document.customer, document.supplier)
    return AccountingLine(
        index=index,
        account=line.account,
        side=Side(side_of(document, line)),
        amount=taxed_as.net,
        entity=site.entity_id,
        description=line.description,
        taxes=taxed_as.taxes,
        attributes=filled(line.attributes, facts, types),
        dimensions=sent_dimensions(line.dimensions, types),
    )
