"""A result as rows, and rows as a result: amounts and dates as text, so that nothing is lost on the way."""

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from apps.mapping.period_question import Held
from apps.reconciliation.models import Finding, ReconciliationRun, Section
from apps.reconciliation.result import (
    MOST_LISTED,
    Divergence,
    Kind,
    NotFromPortal,
    NotPosted,
    Ours,
    Period,
    Reconciliation,
    Total,
    TotalKey,
    ValueDifference,
)

LONGEST_NUMBER = 200


def companies_of(run: ReconciliationRun) -> str:
    """Their IDs; "" for all there are."""
    return "" if run.covers_all else ", ".join(sorted(one.code for one in run.companies.all()))


def result_of(run: ReconciliationRun, *, most: int = MOST_LISTED) -> Reconciliation:
    """What a run found, the first of each list. Six queries at the most."""
    lists = {section: list(_listed(run, section)[:most]) for section in Section}
    divergences = [_divergence(row) for kind in Kind for row in lists[Section(kind.value)]]
    return Reconciliation(
        period=Period(run.first, run.last),
        company=companies_of(run),
        posted=run.done,
        agreeing=run.agreeing,
        counts={Kind.MISSING: run.missing, Kind.EXTRA: run.extra, Kind.DIFFERENT: run.different},
        divergences=divergences[:most],
        not_from_portal=[_not_from_portal(row) for row in lists[Section.NOT_FROM_PORTAL]],
        not_from_portal_count=run.not_from_portal,
        not_posted=[NotPosted(**_typed(row.content)) for row in lists[Section.NOT_POSTED]],
        not_posted_count=run.not_posted,
        elsewhere=run.elsewhere,
        totals=dict(_totals(run.totals)),
    )


def figures_with(run: ReconciliationRun, portion: Reconciliation) -> dict[str, Any]:
    """The run's figures after one more portion; the run itself has them too."""
    totals = dict(_totals(run.totals))
    for key, total in portion.totals.items():
        totals.setdefault(key, Total()).add(total)
    figures = {
        "done": run.done + portion.posted,
        "agreeing": run.agreeing + portion.agreeing,
        "missing": run.missing + portion.counts[Kind.MISSING],
        "extra": run.extra + portion.counts[Kind.EXTRA],
        "different": run.different + portion.counts[Kind.DIFFERENT],
        "not_from_portal": run.not_from_portal + portion.not_from_portal_count,
        "totals": [
            [*dataclasses.astuple(key), str(total.portal), str(total.intacct), str(total.others)]
            for key, total in sorted(totals.items())
        ],
    }
    for name, value in figures.items():
        setattr(run, name, value)
    return figures


def findings_of(run: ReconciliationRun, portion: Reconciliation) -> list[Finding]:
    """Rows for what a portion lists, as far as the run has not listed enough. Before its figures are added.

    What was made again is always kept: the record in its place must not be taken for a copy later.
    """
    room = max(0, MOST_LISTED - run.differing)
    divergences = [one for at, one in enumerate(portion.divergences) if at < room or one.is_made_again]
    others = portion.not_from_portal[: max(0, MOST_LISTED - run.not_from_portal)]
    return [
        *(
            _finding(run, Section(one.kind.value), one.object_name, one.number, one.record_no, dataclasses.asdict(one))
            for one in divergences
        ),
        *(
            _finding(
                run,
                Section.NOT_FROM_PORTAL,
                one.object_name,
                one.record.number,
                one.record.record_no,
                dataclasses.asdict(one),
            )
            for one in others
        ),
    ]


def findings_of_waiting(run: ReconciliationRun, waiting: Iterable[NotPosted]) -> list[Finding]:
    return [
        _finding(run, Section.NOT_POSTED, one.object_name, one.number, "", dataclasses.asdict(one)) for one in waiting
    ]


def outcome_of(run: ReconciliationRun) -> str:
    """For the audit trail."""
    counts = {"missing": run.missing, "extra": run.extra, "different": run.different}
    found = ", ".join(f"{number} {kind}" for kind, number in counts.items()) if run.differing else "everything agrees"
    return f"{run.agreeing} of {run.done} agree; {found}."


def _listed(run: ReconciliationRun, section: Section) -> Any:
    rows = run.findings.filter(section=section)
    if section == Section.NOT_POSTED:  # by posting date, as they were read
        return rows.order_by("pk")
    return rows.order_by("object_name", "number", "record_no", "pk")


def _finding(
    run: ReconciliationRun, section: Section, object_name: str, number: str, record_no: str, content: dict[str, Any]
) -> Finding:
    return Finding(
        run=run,
        section=section,
        object_name=object_name,
        number=number[:LONGEST_NUMBER],
        record_no=record_no,
        content=_plain(content),
    )


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


_DATES = ("date", "posted_on")


def _typed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one side, with its dates."""
    return {
        name: datetime.date.fromisoformat(value) if name in _DATES and value else value
        for name, value in content.items()
    }


def _held(content: Mapping[str, Any]) -> Held:
    totals = {currency: Decimal(amount) for currency, amount in content["totals"].items()}
    return Held(**{**_typed(content), "totals": totals})


def _divergence(row: Finding) -> Divergence:
    content = row.content
    ours = content["ours"]
    return Divergence(
        kind=Kind(row.section),
        object_name=row.object_name,
        ours=Ours(**{**_typed(ours), "total": Decimal(ours["total"])}) if ours else None,
        theirs=_held(content["theirs"]) if content["theirs"] else None,
        values=tuple(ValueDifference(**one) for one in content["values"]),
        note=content["note"],
    )


def _not_from_portal(row: Finding) -> NotFromPortal:
    return NotFromPortal(row.object_name, _held(row.content["record"]), row.content["entity"])


def _totals(rows: Iterable[list[str]]) -> Iterator[tuple[TotalKey, Total]]:
    for *key, portal, intacct, others in rows:
        yield TotalKey(*key), Total(Decimal(portal), Decimal(intacct), Decimal(others))
