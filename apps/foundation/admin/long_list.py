"""Lists that may have a million rows: nothing on the page costs more the more rows there are."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.formats import number_format
from django.utils.functional import cached_property

from apps.foundation.admin.base import ReadOnlyAdmin

MOST_COUNTED = 10_000


class AtLeast(int):
    """A number of rows that was not counted to its end; pages show it as `10,000+`."""

    def __str__(self) -> str:
        return f"{number_format(int(self), force_grouping=True)}+"


class ShortCount(Paginator):  # type: ignore[type-arg]
    """Counts up to ten thousand, and pages so far: who looks for something older filters or searches.

    The database would read every row for the whole number, and all that are skipped for the last page.
    """

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
        return AtLeast(MOST_COUNTED) if counted > MOST_COUNTED else counted


class LongListAdmin(ReadOnlyAdmin):
    """Newest first, and in no other order: a column without an index would be sorted as a whole for each page."""

    paginator = ShortCount
    show_full_result_count = False
    sortable_by = ()
