"""Lists that may have a million rows: nothing on the page costs more the more rows there are."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.counting import short_count


class ShortCount(Paginator):  # type: ignore[type-arg]
    """Counts up to ten thousand, and pages so far: who looks for something older filters or searches.

    The database would read every row for the whole number, and all that are skipped for the last page. A page is found
    by its keys, and only then are its rows read: sorting a year of documents, it would carry all their columns along,
    and work out the state of each.
    """

    def __init__(self, found: Any, per_page: int, *, rows: "QuerySet[Any, Any]") -> None:
        super().__init__(found, per_page)
        self._rows = rows

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        begins = (number - 1) * self.per_page
        found: Any = self.object_list
        keys = list(found.values_list("pk", flat=True)[begins : min(begins + self.per_page, self.count)])
        rows = self._rows.in_bulk(keys)
        return Page([rows[key] for key in keys if key in rows], number, self)

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return short_count(rows)


class LongListAdmin(ReadOnlyAdmin):
    """Newest first, and in no other order: a column without an index would be sorted as a whole for each page.

    What a row's cells need is read by `get_queryset`.
    """

    show_full_result_count = False
    sortable_by: tuple[str, ...] = ()

    def get_paginator(
        self, request: HttpRequest, queryset: Any, per_page: int, orphans: int = 0, allow_empty_first_page: bool = True
    ) -> ShortCount:
        return ShortCount(queryset, per_page, rows=self.get_queryset(request))
