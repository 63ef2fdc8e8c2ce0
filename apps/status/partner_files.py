"""Customers and suppliers at a glance as CSV and XLSX: a row each, with two columns for each currency."""

import csv
import datetime
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from apps.foundation.money import currency_digits, decimals_of
from apps.foundation.spreadsheets import harmless
from apps.status.models import PartnerAmount, PartnerFigure

COLUMNS = (
    "id", "name", "in_master_data", "active", "integration_status", "posted", "pending", "in_error", "last_activity_at",
)  # fmt: skip
MOST_IN_XLSX = 20_000
"""A workbook is made in memory; CSV is streamed, whatever its length."""
AT_ONCE = 1000
NARROWEST = 18
WIDTHS = {"name": 36, "integration_status": 22, "posted": 10, "pending": 10, "in_error": 10, "active": 10}
"""Of columns, in characters."""

Figures = QuerySet[PartnerFigure, PartnerFigure]


def currencies_of(figures: Figures) -> list[str]:
    """The currencies in which any of these have amounts."""
    found = PartnerAmount.objects.filter(figure__in=figures.order_by().values("pk"))
    return sorted(found.order_by().values_list("currency", flat=True).distinct())


def headings(currencies: list[str]) -> list[str]:
    return [*COLUMNS, *(f"{name}_{currency}" for currency in currencies for name in ("posted", "not_posted"))]


def _iso(at: datetime.datetime) -> str:
    return at.isoformat(timespec="seconds")


def cells(
    figure: PartnerFigure, currencies: list[str], *, moment: Callable[[datetime.datetime], Any] = _iso
) -> list[Any]:
    """One row. Times are UTC, written by `moment`; amounts have their currency's decimals."""
    amounts = {one.currency: one for one in figure.amounts.all()}
    last = figure.last_activity_at
    row: list[Any] = [
        harmless(figure.code),
        harmless(figure.name),
        "yes" if figure.is_known else "no",
        "yes" if figure.is_active else "no",
        figure.status,
        figure.posted,
        figure.pending,
        figure.in_error,
        moment(last) if last else "",
    ]
    for currency in currencies:
        one = amounts.get(currency)
        row += [_exact(one.posted, currency), _exact(one.open, currency)] if one else ["", ""]
    return row


def _exact(amount: Decimal, currency: str) -> Decimal:
    """In the currency's decimals; with more of them as it is, never rounded."""
    return round(amount, max(currency_digits(currency) or 0, decimals_of(amount)))


class _Echo:
    """A file that gives back what is written: rows go out as they are made."""

    def write(self, text: str) -> str:
        return text


def as_csv(figures: Figures) -> Iterator[str]:
    """Line by line, in UTF-8."""
    currencies = currencies_of(figures)
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow(headings(currencies))
    for figure in figures.prefetch_related("amounts").iterator(AT_ONCE):
        yield writer.writerow(cells(figure, currencies))


def as_xlsx(figures: Figures, *, title: str) -> bytes:
    """The workbook: figures that can be added up, and times in UTC. At most `MOST_IN_XLSX`, as the caller sees to."""
    currencies = currencies_of(figures)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    heads = headings(currencies)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{figures.count() + 1}"
    for place, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(head, NARROWEST)
    sheet.append([_cell(sheet, head, font=Font(bold=True)) for head in heads])
    formats = _formats(currencies)
    for figure in figures.prefetch_related("amounts").iterator(AT_ONCE):
        values = cells(figure, currencies, moment=_in_utc)
        sheet.append([_cell(sheet, value, number_format=formats.get(place)) for place, value in enumerate(values)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(sheet: Any, value: Any, *, font: Font | None = None, number_format: str | None = None) -> WriteOnlyCell:
    """Empty instead of an empty text, which a spreadsheet would count."""
    cell = WriteOnlyCell(sheet, value=None if value == "" else value)
    if font is not None:
        cell.font = font
    if number_format is not None:
        cell.number_format = number_format
    return cell


def _formats(currencies: list[str]) -> dict[int, str]:
    """By column: times, counts, amounts with their currency's decimals; separators are those of who opens it."""
    formats = {COLUMNS.index("last_activity_at"): "yyyy-mm-dd hh:mm"}
    formats |= {COLUMNS.index(name): "#,##0" for name in ("posted", "pending", "in_error")}
    for at, currency in enumerate(currencies):
        digits = currency_digits(currency) or 0
        amounts = "#,##0" + (f".{'0' * digits}" if digits else "")
        formats |= dict.fromkeys((len(COLUMNS) + 2 * at, len(COLUMNS) + 2 * at + 1), amounts)
    return formats


def _in_utc(at: datetime.datetime) -> datetime.datetime:
    """Cells know no time zone."""
    return at.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
