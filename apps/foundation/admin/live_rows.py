"""Lists whose open rows change without reload: one poll for all rows of the page, and none where no row is open."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext

from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.live import LivePart, answer_poll, live_poll, stamp_of


def moment(at: datetime.datetime | None) -> str:
    """A time as a list shows it in a cell of its own."""
    return localize(localtime(at)) if at else "–"


class LiveRowsAdmin(ReadOnlyAdmin):
    """Beside another admin class where the list needs one (`class …(LiveRowsAdmin, LongListAdmin)`).

    Columns named in `live_columns` are rendered by `cell_<name>` and shown with `live_cell`.
    """

    list_after_template = "components/live_rows_of_list.html"
    live_columns: tuple[str, ...] = ()

    def is_row_open(self, row: Any) -> bool:
        """Whether this row may still change by itself."""
        raise NotImplementedError

    def words_of_row(self, row: Any) -> str:
        """The row's state in words."""
        raise NotImplementedError

    def row_stamp(self, row: Any) -> Sequence[object]:
        """What changes when one of the live columns does."""
        raise NotImplementedError

    def live_cell(self, column: str, row: Any) -> Any:
        """A cell that a poll can exchange."""
        context = {"id": f"{column}-{row.pk}", "cell": getattr(self, f"cell_{column}")(row)}
        return render_to_string("components/live_cell.html", context)

    def get_urls(self) -> list[Any]:
        opts = self.opts
        name = f"{opts.app_label}_{opts.model_name}_live_rows"
        poll = live_poll(self.admin_site.admin_view(self.live_rows_view))
        return [path("live-rows/", poll, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)
        context: dict[str, Any] = getattr(response, "context_data", None) or {}
        if "cl" in context:
            rows = [row for row in context["cl"].result_list if self.is_row_open(row)]
            context["live"] = self._part(rows, [row.pk for row in rows]) if rows else None
            context["open_rows"] = len(rows)
        return response

    def live_rows_view(self, request: HttpRequest) -> HttpResponse:
        """The cells of the rows that were open when the page was loaded."""
        self.require_view(request)
        keys = request.GET.get("rows", "").split(",")[: self.list_per_page]
        try:
            rows = list(self.get_queryset(request).filter(pk__in=[key for key in keys if key]))
        except ValueError:
            raise Http404 from None
        return answer_poll(request, self._part(rows, keys), lambda: self._cells(rows))

    def _cells(self, rows: Iterable[Any]) -> dict[str, Any]:
        cells = [
            {"id": f"{column}-{row.pk}", "cell": getattr(self, f"cell_{column}")(row)}
            for row in rows
            for column in self.live_columns
        ]
        return {"cells": cells, "open_rows": sum(self.is_row_open(row) for row in rows)}

    def _part(self, rows: Sequence[Any], keys: Iterable[str]) -> LivePart:
        opts = self.opts
        address = reverse(f"admin:{opts.app_label}_{opts.model_name}_live_rows")
        counts = Counter(self.words_of_row(row) for row in rows)
        states = [
            gettext("%(state)s: %(number)d") % {"state": state, "number": number} for state, number in counts.items()
        ]
        return LivePart(
            name="live-rows",
            url=f"{address}?rows={','.join(str(key) for key in keys)}",
            template="components/live_rows.html",
            stamp=stamp_of((row.pk, *self.row_stamp(row)) for row in rows),
            is_open=any(self.is_row_open(row) for row in rows),
            said=". ".join(states),
        )
