"""Intacct's side of a comparison: what it holds of a period, asked page by page at the top level, which sees all."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from apps.foundation.portions import portions
from apps.intacct import Done, NotXml, Query, Record
from apps.mapping import period_question as questions
from apps.mapping.object_maps import ObjectMap
from apps.mapping.period_question import Held, LinesSum
from apps.reconciliation.result import Period

LIKES_AT_ONCE = 50
"""Keys in one question, where each is a pattern on the description."""


class Asks(Protocol):
    """Puts a question to Intacct."""

    def ask(self, question: Query, /) -> Done: ...


@dataclasses.dataclass(frozen=True)
class IntacctBooks:
    """One Intacct object. Every question raises `IntacctError` where it stays unanswered.

    Of a journal entry the totals stand in its lines: one more question for each 1,000 entries or 2,000 lines.
    """

    client: Asks
    asked: ObjectMap
    in_field: bool

    def of_period(self, period: Period, *, after: int) -> tuple[Sequence[Held], bool]:
        """The next 2,000 records by record number, without their lines, and whether there are more."""
        question = questions.in_period(self.asked, period.first, period.last, after=after, in_field=self.in_field)
        answer = self.client.ask(question)
        return self._read(answer.rows), bool(answer.rows and answer.remaining)

    def with_record_numbers(self, numbers: Sequence[str]) -> dict[str, Held]:
        """Records by their numbers, whatever their date; 1,000 numbers at the most."""
        question = questions.by_record_numbers(self.asked, numbers, in_field=self.in_field)
        return {one.record_no: one for one in self._whole(self.client.ask(question).rows)}

    def with_markers(self, markers: Sequence[str]) -> dict[str, Held]:
        """Records by the key that they carry; of several the first."""
        found: dict[str, Held] = {}
        for some in portions(markers, questions.MOST_NUMBERS if self.in_field else LIKES_AT_ONCE):
            answer = self.client.ask(questions.by_markers(self.asked, some, in_field=self.in_field))
            for one in self._whole(answer.rows):
                found.setdefault(one.marker, one)
        return found

    def with_lines(self, page: Sequence[Held]) -> Sequence[Held]:
        """The same with totals from the lines, for an object whose header has none."""
        if self.asked.look_up.total:
            return page
        sums: dict[str, LinesSum] = {}
        with _readable():
            for some in portions(page, questions.MOST_NUMBERS):
                self._add_lines([one.record_no for one in some], sums)
        return [questions.with_lines(one, sums.get(one.record_no, LinesSum())) for one in page]

    def _whole(self, rows: Iterable[Record]) -> Sequence[Held]:
        return self.with_lines(self._read(rows))

    def _read(self, rows: Iterable[Record]) -> Sequence[Held]:
        with _readable():
            return questions.read_held(self.asked, rows, in_field=self.in_field)

    def _add_lines(self, numbers: Sequence[str], sums: dict[str, LinesSum]) -> None:
        after = 0
        while True:
            answer = self.client.ask(questions.lines_of(self.asked, numbers, after=after))
            questions.add_lines(self.asked, answer.rows, sums)
            if not answer.rows or not answer.remaining:
                return
            after = int(answer.rows[-1].record_no)


@contextmanager
def _readable() -> Iterator[None]:
    """What is no amount or date is an answer that can't be read."""
    try:
        yield
    except ValueError as error:
        raise NotXml(f"Intacct's answer can't be read: {error}.") from None
