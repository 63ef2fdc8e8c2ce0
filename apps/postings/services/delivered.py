"""What is delivered for account determination: account types, journal entry types with their lines, default classes."""

from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

from django.db import transaction

from apps.foundation.changes import record_change, snapshot
from apps.foundation.delivered import LoadReport, fingerprint, load, read_rows
from apps.foundation.wording import in_english
from apps.organisation.models import Legislation
from apps.postings.document_types import DocumentType, Side
from apps.postings.models import (
    CommonReference,
    JournalEntryType,
    JournalEntryTypeLine,
    PostingClass,
    PostingClassDefinition,
)
from apps.postings.models.journal_entry_type import definitions_of, lines_of

DELIVERED = Path(__file__).resolve().parent.parent / "delivered"
ANY = "ANY"
KEY = ("legislation_id", "document_type", "target_object")


@transaction.atomic
def load_account_determination() -> dict[str, LoadReport]:
    """Create or refresh everything of account determination, in the order in which one needs the other."""
    return {
        "posting class definitions": load_definitions(),
        "journal entry types": load_journal_entry_types(),
        "posting classes": load_posting_classes(),
    }


def load_definitions() -> LoadReport:
    """Create or refresh the delivered account types; one that was switched off stays so."""
    keys = _legislations()
    rows = [
        {"is_detailed": True, "by_tax": False, "is_active": True, **row, "legislation_id": keys[code]}
        for row in read_rows(DELIVERED / "posting_class_definitions.yaml")
        for code in row.pop("legislations", [ANY])
        if code in keys
    ]
    key = ("code", "legislation_id")
    known = set(PostingClassDefinition.objects.values_list(*key))
    new = [row for row in rows if (row["code"], row["legislation_id"]) not in known]
    PostingClassDefinition.objects.bulk_create(
        PostingClassDefinition(**row, delivered_fingerprint=_fingerprint(row, key)) for row in new
    )
    report = load(PostingClassDefinition, [row for row in rows if row not in new], key=key)
    return LoadReport(created=len(new), updated=report.updated, kept=report.kept)


def load_posting_classes() -> LoadReport:
    """Create or refresh the delivered default classes. A kind whose default an admin chose keeps it."""
    chosen = dict(PostingClass.objects.filter(is_default=True).values_list("class_type", "code"))
    rows = (
        {**row, "is_default": chosen.get(row["class_type"], row["code"]) == row["code"]}
        for row in read_rows(DELIVERED / "posting_classes.yaml")
    )
    return load(PostingClass, rows, key=("code",))


@transaction.atomic
def load_journal_entry_types() -> LoadReport:
    """Create or refresh the delivered journal entry types with their lines; an admin's changes stay.

    Where an admin changed the journal of every legislation, those of single legislations that are new get it too.
    """
    if not PostingClassDefinition.objects.exists():
        load_definitions()
    rows = list(_entry_types())
    known = {
        (one.legislation_id, one.document_type, one.target_object): one
        for one in JournalEntryType.objects.prefetch_related("lines")
    }
    new = [row for row in rows if tuple(row[name] for name in KEY) not in known]
    own_journals = {
        (one.document_type, one.target_object): one.journal
        for one in known.values()
        if one.legislation_id is None and one.differs_from_delivered
    }
    _create(new, own_journals)
    report = load(JournalEntryType, [row for row in rows if tuple(row[name] for name in KEY) in known], key=KEY)
    return LoadReport(created=len(new), updated=report.updated, kept=report.kept)


@in_english
@transaction.atomic
def reset_journal_entry_types(*, chosen: Iterable[JournalEntryType], actor: str) -> int:
    """Give delivered journal entry types what was delivered again. Those made here stay; returns how many changed."""
    delivered = {tuple(row[name] for name in KEY): row for row in _entry_types()}
    changed = 0
    for one in chosen:
        row = delivered.get((one.legislation_id, one.document_type, one.target_object))
        if row is None or not one.differs_from_delivered:
            continue
        before = entry_type_snapshot(one)
        values = {name: value for name, value in row.items() if name not in KEY}
        one.take_delivered({**values, "delivered_fingerprint": _fingerprint(row, KEY)})
        after = entry_type_snapshot(JournalEntryType.objects.get(pk=one.pk))
        record_change(actor=actor, kind="journal_entry_type", row=one, before=before, after=after)
        changed += 1
    return changed


def entry_type_snapshot(entry_type: JournalEntryType) -> dict[str, str]:
    """What of a journal entry type is compared in the history: its lines are part of it."""
    return {**snapshot(entry_type), "lines": entry_type.lines_text}


def _create(rows: list[dict[str, Any]], own_journals: dict[tuple[str, str], str]) -> None:
    """Many at once: there are some hundred, with a thousand lines."""
    made = JournalEntryType.objects.bulk_create(
        JournalEntryType(
            **{name: value for name, value in row.items() if name not in ("lines", "journal")},
            journal=own_journals.get((row["document_type"], row["target_object"]), row["journal"]),
            delivered_fingerprint=_fingerprint(row, KEY),
        )
        for row in rows
    )
    definitions = {pk: definitions_of(pk) for pk in {row["legislation_id"] for row in rows}}
    JournalEntryTypeLine.objects.bulk_create(
        line
        for entry_type, row in zip(made, rows, strict=True)
        for line in lines_of(
            entry_type, [one.split() for one in row["lines"].split("; ")], definitions[row["legislation_id"]]
        )
    )


def _fingerprint(row: dict[str, Any], key: tuple[str, ...]) -> str:
    return fingerprint({name: value for name, value in row.items() if name not in key})


def _entry_types() -> Iterator[dict[str, Any]]:
    """The delivered file's rows, one for each legislation that is here, document type and object."""
    keys = _legislations()
    for row in read_rows(DELIVERED / "journal_entry_types.yaml"):
        lines = "; ".join(line for words in row["lines"] for line in _expanded(words))
        for code, kind, (object_name, journal) in product(
            row["legislations"], row["document_types"], row["targets"].items()
        ):
            if code in keys:
                yield {
                    "legislation_id": keys[code],
                    "document_type": kind,
                    "target_object": object_name,
                    "name": f"{DocumentType(kind).label} → {object_name}",
                    "is_active": True,
                    "journal": journal,
                    "common_reference": row.get("common_reference", CommonReference.DOCUMENT_NUMBER.value),
                    "lines": lines,
                }


def _expanded(words: str) -> Iterator[str]:
    """`a b|c both d`: a line for each amount type and side."""
    movement, amounts, side, account_type = words.split()
    for amount in amounts.split("|"):
        for one in Side.values if side == "both" else [side]:
            yield f"{movement} {amount} {one} {account_type}"


def _legislations() -> dict[str, int | None]:
    return {ANY: None, **dict(Legislation.objects.values_list("code", "pk"))}
