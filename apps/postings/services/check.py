"""Whether a document is acceptable: every rule that the portal can know, and all flaws at once."""

from collections.abc import Iterator
from decimal import Decimal

from apps.configuration.models import IntacctConfiguration
from apps.delivery.keys import MARKER_LENGTH
from apps.foundation.errors import Flaw
from apps.foundation.money import INTACCT_DECIMALS, currency_digits, decimals_of
from apps.intacct import RenderError
from apps.mapping.object_maps import ObjectMap
from apps.mapping.own_dimensions import with_own_dimensions
from apps.mapping.rendering import Marking, RenderedObject, render
from apps.organisation.models import Company, Site
from apps.postings.document import AccountingDocument, DocumentInput, LineInput
from apps.postings.document_types import (
    AP_BILL,
    AR_ADVANCE,
    AR_INVOICE,
    JOURNAL_ENTRY,
    TARGETS,
    AmountType,
    DocumentType,
    Part,
    Side,
    part_of,
)
from apps.postings.errors import NotAcceptable
from apps.postings.nodes import DOCUMENT_NODE
from apps.postings.services.account_determination import undetermined
from apps.postings.services.analysis import analysis_flaws
from apps.postings.services.catalogue import Catalogue
from apps.postings.services.resolve import parts_of, resolve, side_of
from apps.postings.services.tax_check import tax_flaws

REFUSED_IN_BILL_NUMBERS = "&<>#?\"'"
"""Characters that Intacct refuses in a bill's number (protocol 4.6)."""


def checked(
    document: DocumentInput, catalogue: Catalogue, connection: IntacctConfiguration
) -> tuple[AccountingDocument, ...]:
    """Everything that the document becomes, its own part first.

    Raises `NotAcceptable` with a flaw for each broken rule.
    """
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
        *tax_flaws(document, catalogue.tax_rates),
        *analysis_flaws(document, company, catalogue),
    ]
    if flaws:
        raise not_acceptable(flaws)
    resolved = resolve(document, company, catalogue)
    flaws = [
        *(flaw for part in resolved if part.is_entry for flaw in _balance_flaws(part, company)),
        *(flaw for part in resolved for flaw in _rendering_flaws(part, catalogue.maps[part.object_name], connection)),
    ]
    if flaws:
        # What stands in the head of both parts is wrong in both.
        raise not_acceptable(list(dict.fromkeys(flaws)))
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
    yield from _target_flaws(document, company)
    if Part.JOURNAL_ENTRY in parts_of(document) or TARGETS[document.document_type].is_entry:
        yield from _entry_flaws(document, catalogue)
    if document.exchange_rate is not None:
        if document.exchange_rate <= 0:
            yield Flaw("/exchange_rate", "not_positive", "An exchange rate is greater than zero.")
        elif document.currency == company.currency and document.exchange_rate != 1:
            yield Flaw(
                "/exchange_rate",
                "rate_without_conversion",
                f"{document.currency} is the company's own currency: leave the rate out, or give 1.",
            )


def _target_flaws(document: DocumentInput, company: Company) -> Iterator[Flaw]:
    """What its Intacct object asks of a document as a whole."""
    target = TARGETS[document.document_type]
    label = DocumentType(document.document_type).label
    if Part.DOCUMENT not in parts_of(document):
        text = f"A {label.lower()} has at least one line of movement type document; only stock movements are given."
        yield Flaw("/lines", "no_document_line", text)
    if target.object_name == AP_BILL and set(document.number) & set(REFUSED_IN_BILL_NUMBERS):
        yield Flaw("/number", "character_not_allowed", f"Intacct refuses {REFUSED_IN_BILL_NUMBERS} in a bill's number.")
    if target.object_name == AR_INVOICE and not (document.due_date or document.payment_term or target.is_credit):
        yield Flaw("/due_date", "due_date_required", "Give the due date, or the payment term that it follows from.")
    if target.object_name == AR_ADVANCE:
        yield from _advance_flaws(document, company)
    else:
        for name in ("payment_method", "bank_account", "undeposited_account"):
            if getattr(document, name):
                yield Flaw(f"/{name}", "of_prepayments_only", "Only a prepayment says how it was paid.")


def _advance_flaws(document: DocumentInput, company: Company) -> Iterator[Flaw]:
    """Guide: "AR prepayments, if active at the company level"; what Intacct asks of one is protocol 4.9."""
    if not company.uses_ar_prepayments:
        text = f"AR prepayments are not active for company {company.code}. An admin activates them on the company."
        yield Flaw("/document_type", "prepayments_not_active", text)
    if not document.payment_method:
        yield Flaw("/payment_method", "required", "A prepayment says how it was paid.")
    if bool(document.bank_account) == bool(document.undeposited_account):
        text = "Say where the money is: give the bank account or the undeposited funds account, one of them."
        yield Flaw("/bank_account", "one_account_required", text)


def _entry_flaws(document: DocumentInput, catalogue: Catalogue) -> Iterator[Flaw]:
    entry = Part.DOCUMENT if TARGETS[document.document_type].is_entry else Part.JOURNAL_ENTRY
    if sum(part_of(document.document_type, line.movement_type) == entry for line in document.lines) < 2:
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
    elif account.entity and account.entity != _entity_of(document, line, catalogue):
        text = (
            f"Account {line.account} belongs to entity {account.entity} alone: a line of another entity can't see it. "
            "Use an account that is shared, or one of the line's own entity."
        )
        yield Flaw(f"{at}/account", "account_of_another_entity", text)
    target = TARGETS[document.document_type]
    if not side_of(document, line):
        yield Flaw(f"{at}/side", "side_required", "A journal entry's line says debit or credit.")
    if target.object_name == AR_ADVANCE and part_of(document.document_type, line.movement_type) != Part.DOCUMENT:
        yield Flaw(f"{at}/movement_type", "not_offered", "A prepayment moves no stock.")
    yield from _amount_flaws(line.amount, document.currency, f"{at}/amount")
    if line.tax is not None and line.tax.amount is not None:
        yield from _amount_flaws(line.tax.amount, document.currency, f"{at}/tax/amount")
        if line.amount_type == AmountType.AMOUNT_INCLUDING_TAX and line.tax.amount > line.amount:
            yield Flaw(f"{at}/tax/amount", "tax_above_amount", "The tax is larger than the amount that includes it.")


def _entity_of(document: DocumentInput, line: LineInput, catalogue: Catalogue) -> str:
    site: Site | None = catalogue.sites.get(line.site or document.financial_site)
    return "" if site is None else site.entity_id


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


def _balance_flaws(document: AccountingDocument, company: Company) -> Iterator[Flaw]:
    """To the last decimal, tax included (protocol 4.5), and per financial site unless the company allows otherwise."""
    differences: dict[str, Decimal] = {}
    for line in document.lines:
        amount = line.signed(Side.DEBIT) + line.signed_tax(Side.DEBIT)
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
