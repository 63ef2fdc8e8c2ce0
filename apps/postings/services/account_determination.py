"""Account determination: a line that names no account gets the one that journal entry type and posting class give.

The order (dmo-facts 5): the account on the line; else the entry type of legislation, document type and Intacct object
says the account type for movement, amount type and side; the account type says whose posting class counts; the class
has the account in the company's chart, by tax detail where that is a criterion.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.foundation.errors import Flaw
from apps.postings.document import DocumentInput, LineInput
from apps.postings.document_types import JOURNAL_ENTRY, TARGETS, AmountType, DocumentType, Flow, MovementType, Side
from apps.postings.models import ClassType, JournalEntryType
from apps.postings.models.posting_class_definition import OF_DOCUMENTS
from apps.postings.services.account_rules import (
    AccountRules,
    CompanyFacts,
    Definition,
    EntryLine,
    records_of,
    target_object_of,
)

CLASSES = "Administration › Feature settings › Finance › Posting classes"
ENTRY_TYPES = "Administration › Feature settings › Finance › Journal entry types"


class Source(StrEnum):
    """Where a line's account comes from."""

    EXPLICIT = "explicit"
    DETERMINED = "determined"


@dataclass(frozen=True)
class Because:
    """Why a line has its account; `words` say it in a sentence."""

    account: str
    source: Source
    words: str
    entry_type: str = ""
    account_type: str = ""
    definition: str = ""
    record: str = ""
    posting_class: str = ""
    chart: str = ""
    tax_detail: str = ""
    """Where the account depended on it."""
    given_side: str = ""
    given_account_type: str = ""

    def as_json(self) -> dict[str, Any]:
        """What is kept with the line."""
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class Determined:
    """The document with its accounts; for each line why, None where nothing was determined; and what is wrong."""

    document: DocumentInput
    because: tuple[Because | None, ...]
    flaws: tuple[Flaw, ...] = ()


def determine(document: DocumentInput, rules: AccountRules) -> Determined:
    """Give each line without an account the one that the rules determine. An account that is named always stays.

    Reads nothing: the same document and rules give the same result. A line for which nothing is determined stays as it
    is and has a flaw that names what is missing.
    """
    lines: list[LineInput] = []
    because: list[Because | None] = []
    flaws: list[Flaw] = []
    for index, line in enumerate(document.lines):
        if line.account:
            because.append(_explicit(line))
            lines.append(line)
            continue
        try:
            chosen, why = _determined(document, index, rules)
        except _Undetermined as missing:
            flaws.append(missing.flaw(index))
            because.append(None)
            lines.append(line)
        else:
            because.append(why)
            lines.append(chosen)
    return Determined(dataclasses.replace(document, lines=tuple(lines)), tuple(because), tuple(flaws))


def undetermined(document: DocumentInput, rules: AccountRules) -> Iterable[Flaw]:
    """What is wrong with each line that has no account."""
    if all(line.account for line in document.lines):
        return ()
    return determine(document, rules).flaws


def _explicit(line: LineInput) -> Because:
    return Because(
        line.account,
        Source.EXPLICIT,
        "The document names the account.",
        account_type=line.account_type,
        given_side=line.side,
        given_account_type=line.account_type,
    )


@dataclass
class _Undetermined(Exception):
    """Nothing is determined for a line."""

    code: str
    detail: str
    at: str = "account"

    def flaw(self, index: int) -> Flaw:
        return Flaw(f"/lines/{index}/{self.at}", self.code, self.detail)


def _determined(document: DocumentInput, index: int, rules: AccountRules) -> tuple[LineInput, Because]:
    line = document.lines[index]
    company = rules.companies.get(document.company)
    if company is None:
        raise _Undetermined("account_required", "The line names no account.")
    object_name = target_object_of(document.document_type, line.movement_type)
    entry_type = _entry_type(document, object_name, company, rules)
    matching = _matching(document, line, object_name, entry_type, company, rules)
    kinds = sorted({one.account_type for one in matching})
    if len(kinds) > 1:
        raise _Undetermined(
            "account_ambiguous",
            f"{_wanted(line)} may have several account types in the journal entry type {entry_type}: "
            f"{', '.join(kinds)}. Name one as account_type{'' if line.side else ', or the side'}.",
        )
    definition = rules.definition(kinds[0], company)
    assert definition is not None  # noqa: S101  otherwise it would not match
    why = _account(document, index, definition, company, rules)
    sides = {one.side for one in matching}
    side = line.side
    if not side and object_name == JOURNAL_ENTRY and len(sides) == 1:
        side = sides.pop()
    why = dataclasses.replace(
        why, entry_type=str(entry_type), given_side=line.side, given_account_type=line.account_type
    )
    return dataclasses.replace(line, account=why.account, account_type=definition.code, side=side), why


def _entry_type(
    document: DocumentInput, object_name: str, company: CompanyFacts, rules: AccountRules
) -> JournalEntryType:
    found = rules.entry_types.found(company.legislation_id, document.document_type, object_name)
    label = str(DocumentType(document.document_type).label).lower()
    if found is None:
        raise _Undetermined(
            "account_required",
            f"The line names no account, and no journal entry type of {company.legislation} says which accounts a "
            f"{label} has.",
        )
    if not found.is_active:
        raise _Undetermined(
            "account_required",
            f"The line names no account, and the journal entry type {found} of {company.legislation} is inactive.",
        )
    return found


def _matching(
    document: DocumentInput,
    line: LineInput,
    object_name: str,
    entry_type: JournalEntryType,
    company: CompanyFacts,
    rules: AccountRules,
) -> list[EntryLine]:
    """The lines of the entry type that may be meant, of account types that are active."""
    if line.account_type and rules.definition(line.account_type, company) is None:
        raise _Undetermined(
            "unknown_account_type", f"There is no account type {line.account_type!r}.", at="account_type"
        )
    target = TARGETS.get(document.document_type)
    natural = target.natural_side if target is not None and object_name != JOURNAL_ENTRY else None
    side = line.side or natural or ""
    found = [
        one
        for one in rules.lines.get(entry_type.pk, ())
        if (one.movement_type, one.amount_type) == (line.movement_type, line.amount_type)
        and side in ("", one.side)
        and line.account_type in ("", one.account_type)
        and rules.definition(one.account_type, company) is not None
    ]
    if not found:
        typed = f" and account type {line.account_type}" if line.account_type else ""
        sided = f" on the {Side(side).label.lower()} side" if side else ""
        raise _Undetermined(
            "account_required",
            f"The line names no account, and the journal entry type {entry_type} of {company.legislation} has no "
            f"line for {_wanted(line)}{typed}{sided}. Name the account, or add the line under {ENTRY_TYPES}.",
        )
    return found


def _wanted(line: LineInput) -> str:
    movement, amount = MovementType(line.movement_type).label, AmountType(line.amount_type).label
    return f"movement {str(movement).lower()}, amount type {str(amount).lower()}"


def _account(
    document: DocumentInput, index: int, definition: Definition, company: CompanyFacts, rules: AccountRules
) -> Because:
    """The account that the record's posting class has for an account type."""
    kind = definition.class_type
    if kind in OF_DOCUMENTS:
        raise _Undetermined(
            "account_required", f"The account of {definition.name} stands on the document: name it on the line."
        )
    records = records_of(document, index)
    of = str(kind.label).lower()
    if definition.is_detailed and not records.get(kind):
        raise _Undetermined(
            "account_not_determined",
            f"{definition.name} depends on the {of}, and the line names none. Name the {of}, or the account.",
        )
    key = records.get(kind, "") if definition.is_detailed else ""
    record = f"{of} {key}" if key else f"every {of}"
    posting_class = rules.assigned.get((kind, key)) or rules.defaults.get(kind)
    if not posting_class:
        raise _Undetermined(
            "account_not_determined",
            f"{record[:1].upper()}{record[1:]} has no posting class for {definition.name}, and there is no default "
            f"one. Make one under {CLASSES}.",
        )
    found = rules.accounts.get((posting_class, company.chart, definition.code))
    if found is None and not company.chart:
        raise _Undetermined(
            "account_not_determined",
            f"The account of {definition.name} ({record}, posting class {posting_class}) depends on the chart of "
            f"accounts, and company {document.company} has none. Choose it under Organisation › Companies.",
        )
    if found is None:
        raise _Undetermined(
            "account_not_determined",
            f"Posting class {posting_class} ({record}) has no account of {definition.name} for chart "
            f"{company.chart}. Add the line under {CLASSES}.",
        )
    detail = records[ClassType.TAX] if definition.by_tax else ""
    by_tax = found.by_tax.get(detail, "") if detail else ""
    account = by_tax or found.account
    taxed = f", tax detail {detail}" if by_tax else ""
    return Because(
        account,
        Source.DETERMINED,
        f"{definition.name} of {record}, posting class {posting_class}, chart {company.chart}{taxed}: {account}.",
        account_type=definition.code,
        definition=definition.name,
        record=record,
        posting_class=posting_class,
        chart=company.chart,
        tax_detail=detail if by_tax else "",
    )


def control_account(document: DocumentInput, rules: AccountRules) -> str:
    """The control account of the document's customer or supplier; empty where none is determined: Intacct's own.

    Nothing is wrong without one, so nothing is refused.
    """
    company, target = rules.companies.get(document.company), TARGETS[document.document_type]
    if company is None or not target.takes_movements:
        return ""
    kind, key, code = (
        (ClassType.CUSTOMER, document.customer, "customer_control")
        if target.flow == Flow.SELLING
        else (ClassType.SUPPLIER, document.supplier, "supplier_control")
    )
    posting_class = rules.assigned.get((kind, key)) or rules.defaults.get(kind)
    if not posting_class or rules.definition(code, company) is None:
        return ""
    found = rules.accounts.get((posting_class, company.chart, code))
    return found.account if found else ""
