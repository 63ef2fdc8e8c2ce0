"""The simulated company's books: finding and storing records within one request."""

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from apps.sandbox.catalogue import OBJECTS
from apps.sandbox.control_settings import state
from apps.sandbox.models import StoredRecord
from apps.sandbox.values import read_number

MARKER_FIELD = "DMO_POSTING_KEY"
NUMBERED = tuple(one.name for one in OBJECTS.values() if one.number_field == "RECORDID")


@dataclass(frozen=True)
class Change:
    """What was done to a record: `add`, `set` or `delete`; its fields after it, of a deleted one before it."""

    event: str
    object_name: str
    fields: dict[str, Any]

    @property
    def key(self) -> str:
        """What Intacct names the record by: a master record's ID, a document's record number."""
        return str(self.fields.get(OBJECTS[self.object_name].key) or self.fields["RECORDNO"])


class Ledger:
    """Record numbers and master data are read once for a request that makes a hundred documents."""

    def __init__(self, *, entity: str) -> None:
        self.entity = entity
        self._last: dict[str, int] = {}
        self._named: dict[tuple[str, str], StoredRecord | None] = {}
        self._numbers: dict[tuple[str, str], list[StoredRecord]] = {}
        self._looked_up: set[str] = set()
        self.changes: list[Change] = []
        """In their order, of this request; what is rolled back is taken out again."""

    def named(self, object_name: str, key: str) -> StoredRecord | None:
        """A record by its natural ID, if this session's entity may see it."""
        if (object_name, key) not in self._named:
            self._named[object_name, key] = with_id(object_name, key)
        return self._visible(self._named[object_name, key])

    def same(self, object_name: str, fields: dict[str, Any]) -> StoredRecord | None:
        """The record that these fields name: by its ID, and where that is not enough by what it belongs to."""
        definition = OBJECTS[object_name]
        key = str(fields.get(definition.key) or "")
        if not definition.within:
            return self.named(object_name, key)
        belongs = {f"fields__{definition.within}": fields.get(definition.within)}
        return self._visible(StoredRecord.objects.filter(object_name=object_name, natural_id=key, **belongs).first())

    def numbered(self, object_name: str, key: str) -> StoredRecord | None:
        """The same by record number."""
        number = read_number(key)
        if number is None:
            return None
        return self._visible(StoredRecord.objects.filter(object_name=object_name, record_no=number).first())

    def _visible(self, record: StoredRecord | None) -> StoredRecord | None:
        return record if record is None or record.entity in ("", self.entity) or not self.entity else None

    @staticmethod
    def lines_of(record: StoredRecord) -> QuerySet[StoredRecord]:
        """A document's lines, in their order."""
        return StoredRecord.objects.filter(
            object_name=OBJECTS[record.object_name].lines_object, parent=record.record_no
        ).order_by("record_no")

    def next_number(self, object_name: str) -> int:
        if object_name not in self._last:
            found = StoredRecord.objects.filter(object_name=object_name).aggregate(last=Max("record_no"))["last"] or 0
            self._last[object_name] = max(found, state().last_numbers.get(object_name, 0))
        self._last[object_name] += 1
        return self._last[object_name]

    def forget(self) -> None:
        """After a rollback: what was read may not be there any more."""
        self._last.clear()
        self._named.clear()
        self._numbers.clear()
        self._looked_up.clear()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """What is done in the block stands only if all of it succeeds."""
        before = len(self.changes)
        try:
            with transaction.atomic(using="sandbox"):
                yield
        except BaseException:
            del self.changes[before:]
            raise

    def store(self, object_name: str, fields: dict[str, Any], lines: Iterable[dict[str, Any]] = ()) -> StoredRecord:
        """Write a new record and its lines."""
        definition = OBJECTS[object_name]
        number = self.next_number(object_name)
        kept = {"RECORDNO": str(number), "MEGAENTITYID": self.entity}
        if definition.lines_object:
            kept["RECORD_URL"] = f"https://www.intacct.com/ia/acct/ur.phtml?.r=sandbox-{object_name.lower()}-{number}"
        record = StoredRecord(object_name=object_name, record_no=number, entity=self.entity)
        return self._write(record, {**kept, **fields}, lines, event="add")

    def replace(
        self, record: StoredRecord, fields: dict[str, Any], lines: Iterable[dict[str, Any]] | None
    ) -> StoredRecord:
        """Write a changed record; its lines too, where there are new ones. It is no longer as it was delivered."""
        names = ("RECORDNO", "MEGAENTITYID", "RECORD_URL")
        kept = {name: record.fields[name] for name in names if name in record.fields}
        record.is_seed = False
        if lines is not None:
            self.lines_of(record).delete()
        return self._write(record, {**kept, **fields}, lines or (), event="set")

    def change_lines(self, record: StoredRecord, lines: Iterable[dict[str, Any]]) -> None:
        """What follows from the changed document, in its lines that stay."""
        stored = list(self.lines_of(record))
        for row, fields in zip(stored, lines, strict=True):
            row.fields = {**row.fields, **fields}
        StoredRecord.objects.bulk_update(stored, ["fields"])

    def remove(self, record: StoredRecord) -> None:
        """Delete a record with its lines. Its number is never given again."""
        row = state()
        last = row.last_numbers.get(record.object_name, 0)
        row.last_numbers = {**row.last_numbers, record.object_name: max(last, record.record_no)}
        row.save(update_fields=["last_numbers"])
        self.lines_of(record).delete()
        record.delete()
        self.forget()
        self.changes.append(Change("delete", record.object_name, record.fields))

    def _write(
        self, record: StoredRecord, fields: dict[str, Any], lines: Iterable[dict[str, Any]], *, event: str
    ) -> StoredRecord:
        definition = OBJECTS[record.object_name]
        record.natural_id = str(fields.get(definition.natural_key, record.record_no))
        record.marker = str(fields.get(MARKER_FIELD, ""))
        record.fields = {**fields, "WHENMODIFIED": timezone.now().strftime("%m/%d/%Y %H:%M:%S")}
        self._named[record.object_name, record.natural_id] = record
        self._numbers.setdefault((record.object_name, record.natural_id), []).append(record)
        written = [self._line(definition.lines_object, record, index, line) for index, line in enumerate(lines)]
        if record.pk:
            record.save()
        else:
            written.insert(0, record)
        StoredRecord.objects.bulk_create(written)
        self.changes.append(Change(event, record.object_name, record.fields))
        return record

    def _line(self, object_name: str, record: StoredRecord, index: int, fields: dict[str, Any]) -> StoredRecord:
        number = self.next_number(object_name)
        parent = OBJECTS[object_name].parent_field
        return StoredRecord(
            object_name=object_name,
            record_no=number,
            parent=record.record_no,
            entity=record.entity,
            fields={
                "RECORDNO": str(number),
                parent: str(record.record_no),
                "LINE_NO": str(index),
                "MEGAENTITYID": record.entity,
                **fields,
            },
        )

    def look_up_numbers(self, numbers: Iterable[str]) -> None:
        """Read at once the documents that have one of these numbers: a request's own, before they are checked."""
        wanted = set(numbers)
        for record in StoredRecord.objects.filter(object_name__in=NUMBERED, natural_id__in=wanted):
            self._numbers.setdefault((record.object_name, record.natural_id), []).append(record)
        self._looked_up |= wanted

    def number_taken(self, object_name: str, number: str, *, field: str, counterparty: str, but: int = 0) -> bool:
        """Whether another document of this counterparty has this number already."""
        if number not in self._looked_up:
            self.look_up_numbers([number])
        same = self._numbers.get((object_name, number), ())
        return any(one.fields.get(field) == counterparty for one in same if one.record_no != but)


def with_id(object_name: str, natural_id: str) -> StoredRecord | None:
    """A record by its ID. In no order: sorted, SQLite goes through all records of the object instead of the index."""
    rows = StoredRecord.objects.filter(object_name=object_name, natural_id=natural_id).order_by()
    return next(iter(rows[:1]), None)


def posted_after(day: datetime.date, closed_until: str) -> bool:
    """Whether the books are open on that day."""
    return day > datetime.date.fromisoformat(closed_until)
