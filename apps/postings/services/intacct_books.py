"""Intacct's side of a comparison: what it holds of a period, asked page by page at the top level, which sees all."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from apps.foundation.portions import portions
from apps.intacct import Client, NotXml, Record
from apps.mapping import period_question as questions
from apps.mapping.object_maps import ObjectMap
from apps.mapping.period_question import Held, LinesSum
from apps.postings.reconciliation import Period

LIKES_AT_ONCE = 50
"""Keys in one question, where each is a pattern on the description."""


@dataclasses.dataclass(frozen=True)
class IntacctBooks:
    """One Intacct object. Every question raises `IntacctError` where it stays unanswered.

    Questions for 2,000 records: one; for journal entries, whose totals stand in their lines, two more for each 2,000
    lines at the most.
    """

    client: Client
    asked: ObjectMap
    in_field: bool

    def of_period(self, period: Period) -> Iterator[Sequence[Held]]:
        """Pages of 2,000 records, by record number."""
        after = 0
        while True:
            question = questions.in_period(self.asked, period.first, period.last, after=after, in_field=self.in_field)
            answer = self.client.ask(question)
            if answer.rows:
                page = self._read(answer.rows)
                yield page
                after = int(page[-1].record_no)
            if not answer.rows or not answer.remaining:
                return

    def with_record_numbers(self, numbers: Sequence[str]) -> dict[str, Held]:
        """Records by their numbers, whatever their date; 1,000 numbers at the most."""
        question = questions.by_record_numbers(self.asked, numbers, in_field=self.in_field)
        return {one.record_no: one for one in self._read(self.client.ask(question).rows)}

    def with_markers(self, markers: Sequence[str]) -> dict[str, Held]:
        """Records by the key that they carry; of several the first."""
        found: dict[str, Held] = {}
        for some in portions(markers, questions.MOST_NUMBERS if self.in_field else LIKES_AT_ONCE):
            answer = self.client.ask(questions.by_markers(self.asked, some, in_field=self.in_field))
            for one in self._read(answer.rows):
                found.setdefault(one.marker, one)
        return found

    def _read(self, rows: Iterable[Record]) -> list[Held]:
        try:
            return self._with_lines(questions.read_held(self.asked, rows, in_field=self.in_field))
        except ValueError as error:
            raise NotXml(f"Intacct's answer can't be read: {error}.") from None

    def _with_lines(self, page: list[Held]) -> list[Held]:
        """Totals from the lines, for an object whose header has none."""
        if self.asked.look_up.total:
            return page
        sums: dict[str, LinesSum] = {}
        for some in portions(page, questions.MOST_NUMBERS):
            self._add_lines([one.record_no for one in some], sums)
        return [questions.with_lines(one, sums.get(one.record_no, LinesSum())) for one in page]

    def _add_lines(self, numbers: Sequence[str], sums: dict[str, LinesSum]) -> None:
        after = 0
        while True:
            answer = self.client.ask(questions.lines_of(self.asked, numbers, after=after))
            questions.add_lines(self.asked, answer.rows, sums)
            if not answer.rows or not answer.remaining:
                return
            after = int(answer.rows[-1].record_no)
