"""What account determination needs to know, read once for many documents."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from apps.organisation.models import ChartOfAccounts, Company
from apps.postings.document import DocumentInput
from apps.postings.document_types import TARGETS, object_of, part_of
from apps.postings.entry_types import EntryTypes, entry_types_for
from apps.postings.models import (
    ClassType,
    JournalEntryTypeLine,
    PostingClass,
    PostingClassAssignment,
    PostingClassDefinition,
    PostingClassLine,
)


@dataclass(frozen=True)
class CompanyFacts:
    """What decides in a company: its legislation, and its chart of accounts (by code; empty: it has none)."""

    legislation_id: int
    legislation: str
    chart: str


@dataclass(frozen=True)
class EntryLine:
    """A line of a journal entry type: lines of this movement, amount type and side may have this account type."""

    movement_type: str
    amount_type: str
    side: str
    account_type: str


@dataclass(frozen=True)
class Definition:
    """An account type: whose posting class gives the account."""

    code: str
    name: str
    class_type: ClassType
    is_detailed: bool = True
    by_tax: bool = False


@dataclass(frozen=True)
class ClassAccount:
    """The account of a posting class for one account type in one chart; `by_tax`: others, by tax detail."""

    account: str
    by_tax: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AccountRules:
    """Everything that decides, by code; keys of entry types are those of `EntryTypes`."""

    companies: Mapping[str, CompanyFacts]
    entry_types: EntryTypes
    lines: Mapping[int, tuple[EntryLine, ...]]
    """The lines of each entry type by its primary key."""
    definitions: Mapping[tuple[int | None, str], Definition]
    """Account types by legislation (None: every one) and code."""
    assigned: Mapping[tuple[str, str], str]
    """The posting class of a record, by kind and ID."""
    defaults: Mapping[str, str]
    """The default posting class of each kind."""
    accounts: Mapping[tuple[str, str, str], ClassAccount]
    """By posting class, chart and account type."""

    def definition(self, code: str, company: CompanyFacts) -> Definition | None:
        own = self.definitions.get((company.legislation_id, code))
        return own or self.definitions.get((None, code))


def target_object_of(document_type: str, movement_type: str) -> str:
    """The Intacct object that a line becomes part of; of a credit note the one that it is as delivered."""
    return object_of(document_type, part_of(document_type, movement_type), {})


def read_rules(documents: Iterable[DocumentInput], naming_contra: Collection[str] = ()) -> AccountRules:
    """The rules for these documents: one query where every line names its account, nine otherwise.

    `naming_contra`: codes of companies whose bills and invoices name the contra account (France, Germany).
    """
    documents = list(documents)
    entry_types = entry_types_for(
        companies={one.company for one in documents}, document_types={one.document_type for one in documents}
    )
    without = [
        one
        for one in documents
        if not all(line.account for line in one.lines)
        or (one.company in naming_contra and TARGETS[one.document_type].takes_movements)
    ]
    if not without:
        return AccountRules({}, entry_types, {}, {}, {}, {}, {})
    companies = _companies({one.company for one in without})
    legislations = {one.legislation_id for one in companies.values()}
    assigned = _assigned(without)
    defaults = dict(PostingClass.objects.filter(is_default=True).values_list("class_type", "code"))
    classes = {*assigned.values(), *defaults.values()}
    return AccountRules(
        companies=companies,
        entry_types=entry_types,
        lines=_entry_lines([one.pk for one in entry_types.rows.values()]),
        definitions=_definitions(legislations),
        assigned=assigned,
        defaults=defaults,
        accounts=_accounts(classes, {one.chart for one in companies.values()}),
    )


def records_of(document: DocumentInput, index: int) -> dict[ClassType, str]:
    """The records that a line belongs to, by kind."""
    line = document.lines[index]
    return {
        ClassType.ITEM: line.item or line.attributes.get("item") or "",
        ClassType.CUSTOMER: line.attributes.get("customer") or document.customer,
        ClassType.SUPPLIER: line.attributes.get("supplier") or document.supplier,
        ClassType.TAX: line.tax.detail if line.tax else "",
        ClassType.COMPANY: document.company,
    }


def _companies(codes: Collection[str]) -> dict[str, CompanyFacts]:
    rows = list(Company.objects.filter(code__in=codes).select_related("legislation", "chart_of_accounts"))
    charts: dict[int, list[ChartOfAccounts]] = {}
    for chart in ChartOfAccounts.objects.filter(legislation__in={one.legislation_id for one in rows}):
        charts.setdefault(chart.legislation_id, []).append(chart)
    return {
        one.code: CompanyFacts(
            one.legislation_id,
            one.legislation.code,
            one.chart_of_accounts.code if one.chart_of_accounts else _default(charts.get(one.legislation_id, [])),
        )
        for one in rows
    }


def _default(charts: list[ChartOfAccounts]) -> str:
    """A legislation's default chart, or its only one."""
    return next((one.code for one in charts if one.is_default or len(charts) == 1), "")


def _entry_lines(entry_types: Collection[int]) -> dict[int, tuple[EntryLine, ...]]:
    found: dict[int, list[EntryLine]] = {}
    rows = JournalEntryTypeLine.objects.filter(entry_type__in=entry_types).order_by("entry_type", "order", "id")
    for pk, *values in rows.values_list("entry_type", "movement_type", "amount_type", "side", "account_type__code"):
        found.setdefault(pk, []).append(EntryLine(*values))
    return {pk: tuple(lines) for pk, lines in found.items()}


def _definitions(legislations: Collection[int]) -> dict[tuple[int | None, str], Definition]:
    rows = PostingClassDefinition.objects.filter(Q(legislation=None) | Q(legislation__in=legislations), is_active=True)
    return {
        (one.legislation_id, one.code): Definition(
            one.code, one.name, ClassType(one.class_type), one.is_detailed, one.by_tax
        )
        for one in rows
    }


def _assigned(documents: Iterable[DocumentInput]) -> dict[tuple[str, str], str]:
    wanted: dict[ClassType, set[str]] = {ClassType.CUSTOMER: set(), ClassType.SUPPLIER: set()}
    for document in documents:
        wanted[ClassType.CUSTOMER].add(document.customer)
        wanted[ClassType.SUPPLIER].add(document.supplier)
        for index, line in enumerate(document.lines):
            if not line.account:
                for kind, key in records_of(document, index).items():
                    wanted.setdefault(kind, set()).add(key)
    found = Q(pk__in=[])
    for kind, keys in wanted.items():
        found |= Q(class_type=kind, key__in=keys)
    rows = PostingClassAssignment.objects.filter(found).values_list("class_type", "key", "posting_class__code")
    return {(kind, key): code for kind, key, code in rows}


def _accounts(classes: Collection[str], charts: Collection[str]) -> dict[tuple[str, str, str], ClassAccount]:
    """A legislation's own account type comes before the one of every legislation."""
    rows = (
        PostingClassLine.objects.filter(posting_class__code__in=classes, chart_of_accounts__code__in=charts)
        .select_related("posting_class")
        .prefetch_related("taxes")
    )
    return {
        (line.posting_class.code, line.chart_of_accounts.code, line.definition.code): ClassAccount(
            line.account, {one.tax_detail: one.account for one in line.taxes.all()}
        )
        for line in sorted(rows, key=lambda line: line.definition.legislation_id is not None)
    }
