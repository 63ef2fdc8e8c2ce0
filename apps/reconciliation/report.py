"""A comparison of a period written down: in a sentence, as text, as JSON, as CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.foundation.money import exact
from apps.foundation.spreadsheets import harmless
from apps.mapping.delivered_maps import label_of
from apps.mapping.period_question import Held
from apps.reconciliation.result import MOST_LISTED, Divergence, Kind, NotFromPortal, NotPosted, Reconciliation, Total

CSV_COLUMNS = (
    "section", "object", "journal", "entity", "company", "document_type", "number", "posting_date", "currency",
    "portal_amount", "intacct_amount", "difference", "made_in_intacct_amount", "record_no", "state", "words",
    "posting_id", "link",
)  # fmt: skip


def summary(result: Reconciliation) -> list[str]:
    """The figures in words, what matters first."""
    missing, extra, different = (result.counts[kind] for kind in (Kind.MISSING, Kind.EXTRA, Kind.DIFFERENT))
    parts = [ngettext("%d document agrees", "%d documents agree", result.agreeing) % result.agreeing]
    if missing:
        parts.append(ngettext("%d is missing in Intacct", "%d are missing in Intacct", missing) % missing)
    if extra:
        parts.append(ngettext("%d is extra in Intacct", "%d are extra in Intacct", extra) % extra)
    if different:
        parts.append(ngettext("%d is different", "%d are different", different) % different)
    said = [f"{', '.join(parts)}."]
    if result.not_posted_count:
        number = result.not_posted_count
        said.append(ngettext("%d document is not posted yet.", "%d documents are not posted yet.", number) % number)
    if result.not_from_portal_count:
        number = result.not_from_portal_count
        said.append(ngettext("%d was made in Intacct itself.", "%d were made in Intacct itself.", number) % number)
    if result.elsewhere:
        said.append(
            ngettext(
                "%d was posted through another configuration and is not compared.",
                "%d were posted through another configuration and are not compared.",
                result.elsewhere,
            )
            % result.elsewhere
        )
    if result.unlisted:
        said.append(_("Only the first %d differences are listed.") % MOST_LISTED)
    return said


def intacct_amount(record: Held | None) -> str:
    """A record's total, or its totals."""
    totals = sorted(record.totals.items()) if record else []
    return ", ".join(f"{exact(amount, currency)} {currency}".strip() for currency, amount in totals)


def as_json(result: Reconciliation) -> dict[str, Any]:
    """Amounts and dates as text: nothing is lost on the way."""
    return {
        "from": result.period.first.isoformat(),
        "to": result.period.last.isoformat(),
        "company": result.company or None,
        "agrees": result.agrees,
        "posted": result.posted,
        "agreeing": result.agreeing,
        **{kind.value: number for kind, number in result.counts.items()},
        "not_posted": result.not_posted_count,
        "not_from_portal": result.not_from_portal_count,
        "posted_elsewhere": result.elsewhere,
        "totals": [
            {
                "object": key.object_name,
                "journal": key.journal,
                "entity": key.entity,
                "currency": key.currency,
                **_amounts(total, key.currency),
            }
            for key, total in result.sorted_totals()
        ],
        "grand_totals": [
            {"currency": currency, **_amounts(total, currency)} for currency, total in result.grand_totals().items()
        ],
        "differences": [_divergence(one) for one in result.divergences],
        "not_posted_documents": [
            {
                "object": one.object_name,
                "company": one.company,
                "document_type": one.label,
                "number": one.number,
                "posting_id": one.posting_id,
                "posting_date": one.posted_on.isoformat(),
                "state": one.state,
                "problem": one.problem,
            }
            for one in result.not_posted
        ],
        "not_from_portal_records": [
            {
                "object": one.object_name,
                "entity": one.entity,
                "journal": one.record.journal,
                "record_no": one.record.record_no,
                "number": one.record.number,
                "posting_date": _day(one.record.posted_on),
                "amount": intacct_amount(one.record),
                "link": one.url,
            }
            for one in result.not_from_portal
        ],
    }


def _amounts(total: Total, currency: str) -> dict[str, str]:
    return {
        "portal": exact(total.portal, currency),
        "intacct": exact(total.intacct, currency),
        "difference": exact(total.difference, currency),
        "made_in_intacct": exact(total.others, currency),
    }


def _divergence(one: Divergence) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "object": one.object_name,
        "company": one.ours.company if one.ours else None,
        "document_type": one.ours.label if one.ours else None,
        "number": one.number,
        "posting_id": one.ours.posting_id if one.ours else None,
        "record_no": one.record_no,
        "link": one.url,
        "words": one.words,
        "values": [{"name": value.name, "portal": value.ours, "intacct": value.theirs} for value in one.values],
    }


def csv_text(result: Reconciliation) -> str:
    """One table in UTF-8; the column `section` says what a row is. Texts that a spreadsheet would run are quoted."""
    written = io.StringIO()
    rows = csv.DictWriter(written, CSV_COLUMNS, restval="", lineterminator="\r\n")
    rows.writeheader()
    rows.writerows(_csv_rows(result))
    return written.getvalue()


def _csv_rows(result: Reconciliation) -> Iterator[dict[str, str]]:
    for key, total in result.sorted_totals():
        yield {
            **_texts(section="total", object=key.object_name, journal=key.journal, entity=key.entity),
            **_csv_amounts(total, key.currency),
        }
    for currency, total in result.grand_totals().items():
        yield {**_texts(section="grand_total"), **_csv_amounts(total, currency)}
    for one in result.divergences:
        yield _csv_divergence(one)
    for waiting in result.not_posted:
        yield _texts(
            section="not_posted", object=waiting.object_name, company=waiting.company, document_type=waiting.label,
            number=waiting.number, posting_date=waiting.posted_on.isoformat(), currency=waiting.currency,
            state=waiting.state, words=waiting.problem, posting_id=waiting.posting_id,
        )  # fmt: skip
    for other in result.not_from_portal:
        yield _csv_record(other)


def _csv_divergence(one: Divergence) -> dict[str, str]:
    ours, theirs = one.ours, one.theirs
    return {
        **_texts(
            section=one.kind.value, object=one.object_name, number=one.number, record_no=one.record_no, words=one.words,
            link=one.url, journal=ours.journal if ours else theirs.journal if theirs else "",
        ),
        **(
            _texts(
                entity=ours.entity, company=ours.company, document_type=ours.label, state=ours.state,
                posting_date=ours.posted_on.isoformat(), currency=ours.currency, posting_id=ours.posting_id,
            )
            if ours
            else _texts(entity=(theirs.entity or "") if theirs else "", posting_date=_day(theirs and theirs.posted_on))
        ),
        "portal_amount": exact(ours.total, ours.currency) if ours and one.kind != Kind.EXTRA else "",
        "intacct_amount": _csv_amount(theirs),
    }  # fmt: skip


def _csv_record(one: NotFromPortal) -> dict[str, str]:
    record = one.record
    return {
        **_texts(
            section="not_from_portal", object=one.object_name, journal=record.journal, entity=one.entity,
            number=record.number, posting_date=_day(record.posted_on), record_no=record.record_no, link=one.url,
            state=record.state, currency=next(iter(record.totals)) if len(record.totals) == 1 else "",
        ),
        "made_in_intacct_amount": _csv_amount(record),
    }  # fmt: skip


def _csv_amounts(total: Total, currency: str) -> dict[str, str]:
    said = _amounts(total, currency)
    return {
        "currency": currency,
        "portal_amount": said["portal"],
        "intacct_amount": said["intacct"],
        "difference": said["difference"],
        "made_in_intacct_amount": said["made_in_intacct"],
    }


def _csv_amount(record: Held | None) -> str:
    """A number where the record has one currency; otherwise a text with all of them."""
    if record is not None and len(record.totals) == 1:
        ((currency, amount),) = record.totals.items()
        return exact(amount, currency)
    return harmless(intacct_amount(record))


def _texts(**cells: str) -> dict[str, str]:
    return {name: harmless(text) for name, text in cells.items()}


def as_text(result: Reconciliation) -> str:
    """For a terminal: the figures, the totals, and each difference."""
    whose = f" of company {result.company}" if result.company else ""
    said = [f"Postings{whose} from {result.period.first} to {result.period.last}", *summary(result), ""]
    rows = [
        (label_of(key.object_name), key.journal, key.entity, key.currency, *_amounts(total, key.currency).values())
        for key, total in result.sorted_totals()
    ]
    rows += [("All", "", "", ccy, *_amounts(total, ccy).values()) for ccy, total in result.grand_totals().items()]
    if rows:
        names = ("object", "journal", "entity", "currency", "portal", "Intacct", "difference", "made in Intacct")
        said += [*_table(names, rows, right=4), ""]
    if result.divergences:
        found = [
            (one.kind.value, label_of(one.object_name), one.ours.company if one.ours else "", one.number, one.record_no,
             one.words)
            for one in result.divergences
        ]  # fmt: skip
        said += [*_table(("what", "object", "company", "number", "record", "details"), found), ""]
    if result.not_posted:
        said += [*_table(("not posted yet", "company", "number", "date", "problem"), map(_waiting, result.not_posted))]
    return "\n".join(said).rstrip()


def _waiting(one: NotPosted) -> tuple[str, ...]:
    return one.state, one.company, f"{one.label} {one.number}", one.posted_on.isoformat(), one.problem


def _table(head: Sequence[str], rows: Any, *, right: int | None = None) -> list[str]:
    """Columns as wide as their widest cell; from `right` on aligned right."""
    every = [tuple(head), *rows]
    widths = [max(len(row[at]) for row in every) for at in range(len(head))]
    return [
        "  ".join(
            cell.rjust(width) if right is not None and at >= right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in every
    ]


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
