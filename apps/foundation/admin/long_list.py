"""Lists that may have a million rows: nothing on the page costs more the more rows there are."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.counting import short_count


class ShortCount(Paginator):  # type: ignore[type-arg]
    """Counts up to ten thousand, and pages so far: who looks for something older filters or searches.

    The database would read every row for the whole number, and all that are skipped for the last page.
    """

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return short_count(rows)


class LongListAdmin(ReadOnlyAdmin):
    """Newest first, and in no other order: a column without an index would be sorted as a whole for each page."""

    paginator = ShortCount
    show_full_result_count = False
    sortable_by: tuple[str, ...] = ()
