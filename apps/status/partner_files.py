"""Customers and suppliers at a glance as CSV and XLSX: a row each, with two columns for each currency."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from import_export import resources
from import_export.formats.base_formats import XLSX

from apps.foundation.money import currency_digits, decimals_of
from apps.foundation.spreadsheets import harmless
from apps.status.models import PartnerAmount, PartnerFigure

COLUMNS = (
    "id", "name", "in_master_data", "active", "integration_status", "posted", "pending", "in_error", "last_activity_at",
)  # fmt: skip
MOST_IN_XLSX = 20_000
"""A workbook is made in memory; CSV is streamed, whatever its length."""
AT_ONCE = 1000

Figures = QuerySet[PartnerFigure, PartnerFigure]


def currencies_of(figures: Figures) -> list[str]:
    """The currencies in which any of these have amounts."""
    found = PartnerAmount.objects.filter(figure__in=figures.order_by().values("pk"))
    return sorted(found.order_by().values_list("currency", flat=True).distinct())


def headings(currencies: list[str]) -> list[str]:
    return [*COLUMNS, *(f"{name}_{currency}" for currency in currencies for name in ("posted", "not_posted"))]


def cells(figure: PartnerFigure, currencies: list[str]) -> list[Any]:
    """One row. Times are UTC; amounts have their currency's decimals."""
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
        last.isoformat(timespec="seconds") if last else "",
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


class _Workbook(resources.ModelResource):
    class Meta:
        model = PartnerFigure

    def __init__(self, currencies: list[str]) -> None:
        super().__init__()
        self.currencies = currencies

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        return headings(self.currencies)

    def export_resource(self, instance: Any, selected_fields: Any = None, **kwargs: Any) -> list[Any]:
        return cells(instance, self.currencies)


def as_xlsx(figures: Figures) -> bytes:
    """The workbook. The caller sees to it that they are no more than `MOST_IN_XLSX`."""
    dataset = _Workbook(currencies_of(figures)).export(queryset=figures.prefetch_related("amounts"))
    content: bytes = XLSX().export_data(dataset)
    return content
