"""Whether a document is acceptable: every rule that the portal can know, and all flaws at once."""

from collections.abc import Iterator
from decimal import Decimal

from apps.configuration.models import IntacctConfiguration
from apps.delivery.keys import MARKER_LENGTH
from apps.dimensions.line_check import LineFacts, filled, sent_dimensions
from apps.dimensions.rules import AnalyticalTypes
from apps.foundation.errors import Flaw
from apps.foundation.money import currency_digits, decimals_of
from apps.intacct import RenderError
from apps.mapping.object_maps import ObjectMap
from apps.mapping.own_dimensions import with_own_dimensions
from apps.mapping.rendering import Marking, RenderedObject, render
from apps.organisation.models import Company, Site
from apps.postings.document import AccountingDocument, AccountingLine, DocumentInput, LineInput
from apps.postings.document_types import (
    AP_BILL,
    JOURNAL_ENTRY,
    TARGETS,
    DocumentType,
    MovementType,
    Side,
    Target,
)
from apps.postings.errors import NotAcceptable
from apps.postings.nodes import DOCUMENT_NODE
from apps.postings.services.account_determination import undetermined
from apps.postings.services.analysis import analysis_flaws
from apps.postings.services.catalogue import Catalogue

INTACCT_DECIMALS = 2
"""Intacct rounds amounts to two decimals (protocol 1.6): more would change the amount in silence."""

REFUSED_IN_BILL_NUMBERS = "&<>#?\"'"
"""Characters that Intacct refuses in a bill's number (protocol 4.6)."""


def checked(document: DocumentInput, catalogue: Catalogue, connection: IntacctConfiguration) -> AccountingDocument:
    """The document with everything resolved. Raises `NotAcceptable` with a flaw for each broken rule."""
    company = catalogue.companies.get(document.company)
    if company is None or not company.is_active:
        raise not_acceptable(
            [Flaw("/company", "unknown_company", f"There is no company {document.company!r} for you.")]
        )
    flaws = [
        *_document_flaws(document, company, catalogue),
        *undetermined(document, catalogue.rules),
        *(
            flaw
            for index, line in enumerate(document.lines)
            for flaw in _line_flaws(document, line, f"/lines/{index}", catalogue)
        ),
        *analysis_flaws(document, company, catalogue, connection),
    ]
    if flaws:
        raise not_acceptable(flaws)
    resolved = _resolve(document, company, catalogue)
    flaws = list(_balance_flaws(resolved, company)) if resolved.object_name == JOURNAL_ENTRY else []
    flaws += _rendering_flaws(resolved, catalogue.maps[resolved.object_name], connection)
    if flaws:
        raise not_acceptable(flaws)
    return resolved


def not_acceptable(flaws: list[Flaw]) -> NotAcceptable:
    """The refusal for these flaws; its sentence is the first one's."""
    more = f" ({len(flaws) - 1} more below)" if len(flaws) > 1 else ""
    return NotAcceptable(
        f"{flaws[0].detail}{more}",
        flaws=flaws,
        next_step="Correct what the errors point to and submit the document again. Nothing was stored.",
    )


def _document_flaws(document: DocumentInput, company: Company, catalogue: Catalogue) -> Iterator[Flaw]:
    site = catalogue.sites.get(document.financial_site)
    if site is None or site.company_id != company.pk:
        yield Flaw(
            "/financial_site", "unknown_site", f"Company {company.code} has no site {document.financial_site!r}."
        )
    elif not site.is_financial:
        yield Flaw("/financial_site", "not_a_financial_site", f"Site {site.code} is not a financial site.")
    if currency_digits(document.currency) is None:
        yield Flaw("/currency", "unknown_currency", f"{document.currency!r} is not an ISO 4217 currency.")
    target = TARGETS.get(document.document_type)
    if target is None:
        label = DocumentType(document.document_type).label
        yield Flaw("/document_type", "not_offered", f"{label} can't be submitted yet.")
    elif target.object_name == JOURNAL_ENTRY:
        yield from _entry_flaws(document, catalogue)
    elif target.object_name == AP_BILL and set(document.number) & set(REFUSED_IN_BILL_NUMBERS):
        yield Flaw("/number", "character_not_allowed", f"Intacct refuses {REFUSED_IN_BILL_NUMBERS} in a bill's number.")
    if document.exchange_rate is not None:
        if document.exchange_rate <= 0:
            yield Flaw("/exchange_rate", "not_positive", "An exchange rate is greater than zero.")
        elif document.currency == company.currency and document.exchange_rate != 1:
            yield Flaw(
                "/exchange_rate",
                "rate_without_conversion",
                f"{document.currency} is the company's own currency: leave the rate out, or give 1.",
            )


def _entry_flaws(document: DocumentInput, catalogue: Catalogue) -> Iterator[Flaw]:
    if len(document.lines) < 2:
        yield Flaw("/lines", "too_few_lines", "A journal entry has at least two lines.")
    if not catalogue.journal_for(catalogue.companies[document.company], document.document_type, JOURNAL_ENTRY):
        label = DocumentType(document.document_type).label
        yield Flaw("/document_type", "no_journal", f"No journal entry type says to which journal a {label} goes.")


def _line_flaws(document: DocumentInput, line: LineInput, at: str, catalogue: Catalogue) -> Iterator[Flaw]:
    site = catalogue.sites.get(line.site) if line.site else None
    if line.site and (site is None or site.company_id != catalogue.companies[document.company].pk):
        yield Flaw(f"{at}/site", "unknown_site", f"Company {document.company} has no site {line.site!r}.")
    account = catalogue.accounts.get(line.account)
    if not line.account:
        pass  # nothing was determined: `undetermined` says why
    elif account is None:
        yield Flaw(
            f"{at}/account",
            "unknown_account",
            f"Account {line.account!r} is not known. Accounts come from Intacct: synchronise them if it is new.",
        )
    elif not account.is_active:
        yield Flaw(f"{at}/account", "inactive_account", f"Account {line.account} is inactive.")
    target = TARGETS.get(document.document_type)
    if target is not None:
        yield from _target_flaws(line, at, target)
    yield from _amount_flaws(line.amount, document.currency, f"{at}/amount")
    if line.tax is not None and line.tax.amount is not None:
        yield from _amount_flaws(line.tax.amount, document.currency, f"{at}/tax/amount")


def _target_flaws(line: LineInput, at: str, target: Target) -> Iterator[Flaw]:
    if target.natural_side is None and not line.side:
        yield Flaw(f"{at}/side", "side_required", "A journal entry's line says debit or credit.")
    if target.object_name != JOURNAL_ENTRY and line.movement_type != MovementType.DOCUMENT:
        yield Flaw(f"{at}/movement_type", "not_offered", "Stock movements on an invoice can't be submitted yet.")


def _amount_flaws(amount: Decimal, currency: str, at: str) -> Iterator[Flaw]:
    digits = currency_digits(currency)
    used = decimals_of(amount)
    if amount < 0:
        yield Flaw(at, "negative_amount", "Amounts are not negative: the side says in which direction.")
    if digits is not None and used > digits:
        yield Flaw(at, "too_many_decimals", f"{amount} has {used} decimals; {currency} has {digits}.")
    elif used > INTACCT_DECIMALS:
        yield Flaw(
            at, "too_many_decimals", f"{amount} has {used} decimals; Intacct keeps {INTACCT_DECIMALS} and would round."
        )


def _resolve(document: DocumentInput, company: Company, catalogue: Catalogue) -> AccountingDocument:
    target = TARGETS[document.document_type]
    financial_site = catalogue.sites[document.financial_site]
    types = catalogue.analysis.types
    return AccountingDocument(
        document_type=document.document_type,
        type_label=str(DocumentType(document.document_type).label),
        object_name=target.object_name,
        journal=catalogue.journal_for(company, document.document_type, target.object_name),
        common_reference=catalogue.rules.entry_types.common_reference(
            company.legislation_id, document, target.object_name
        ),
        number=document.number,
        posting_date=document.posting_date,
        document_date=document.document_date or document.posting_date,
        due_date=document.due_date,
        currency=document.currency,
        base_currency=company.currency,
        exchange_rate=document.exchange_rate,
        customer=document.customer,
        supplier=document.supplier,
        supplier_document_number=document.supplier_document_number,
        payment_term=document.payment_term,
        reference=document.reference,
        description=document.description,
        entity=financial_site.entity_id,
        lines=tuple(
            _resolve_line(document, line, target, catalogue.sites.get(line.site) or financial_site, types)
            for line in document.lines
        ),
        own_dimensions=types.own,
    )


def _resolve_line(
    document: DocumentInput, line: LineInput, target: Target, site: Site, types: AnalyticalTypes
) -> AccountingLine:
    facts = LineFacts(site, line.item, document.customer, document.supplier)
    return AccountingLine(
        account=line.account,
        side=Side(line.side) if line.side else target.natural_side or Side.DEBIT,
        amount=line.amount,
        entity=site.entity_id,
        description=line.description,
        tax_detail=line.tax.detail if line.tax else "",
        tax_amount=line.tax.amount if line.tax else None,
        attributes=filled(line.attributes, facts, types),
        dimensions=sent_dimensions(line.dimensions, types),
    )


def _balance_flaws(document: AccountingDocument, company: Company) -> Iterator[Flaw]:
    """To the last decimal, tax included (protocol 4.5), and per financial site unless the company allows otherwise."""
    differences: dict[str, Decimal] = {}
    for line in document.lines:
        amount = line.signed(Side.DEBIT) + (line.signed_tax(Side.DEBIT) or 0)
        differences[line.entity] = differences.get(line.entity, Decimal(0)) + amount
    total = sum(differences.values(), Decimal(0))
    if total:
        yield Flaw("/lines", "unbalanced", _unbalanced(total, document.currency, ""))
    elif not company.allows_inter_entity_entries:
        for entity, difference in differences.items():
            if difference:
                text = _unbalanced(difference, document.currency, f" for financial site {entity}")
                yield Flaw("/lines", "unbalanced_site", text)


def _unbalanced(difference: Decimal, currency: str, where: str) -> str:
    larger = "debits" if difference > 0 else "credits"
    return f"The entry does not balance{where}: the {larger} are {abs(difference):f} {currency} larger."


def _rendering_flaws(document: AccountingDocument, mapped: ObjectMap, connection: IntacctConfiguration) -> list[Flaw]:
    """Whether Intacct's fields can take the values, together with the key that the record will carry."""
    rendered = rendered_object(document, mapped, marking_for(connection, "0" * MARKER_LENGTH))
    if rendered.shortfalls:
        return [Flaw(one.pointer, one.code, one.detail) for one in rendered.shortfalls]
    try:
        rendered.payload(mapped)
    except RenderError as error:
        return [Flaw("", "not_renderable", str(error))]
    return []


def rendered_object(document: AccountingDocument, mapped: ObjectMap, marking: Marking) -> RenderedObject:
    """The document as the Intacct object that the map describes, with the company's own dimensions on its lines."""
    mapped = with_own_dimensions(mapped, document.own_dimensions)
    return render(mapped, DOCUMENT_NODE, document, marking=marking)


def marking_for(connection: IntacctConfiguration, marker: str) -> Marking:
    """How a connection's records carry the portal's key."""
    return Marking(value=marker, in_field=connection.uses_marker_field)
