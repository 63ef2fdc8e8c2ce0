"""*Reconciliation*: a period is chosen, a worker compares, the result is kept and shown, on its page and as CSV."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.access.admin.viewing import viewer_of
from apps.configuration.models import secret_fields
from apps.delivery.progress import silent_worker
from apps.delivery.run_progress import Progress, run_progress
from apps.delivery.states import RUN_LOOKS, Look, RunState
from apps.foundation.admin.live_rows import LiveRowsAdmin
from apps.foundation.admin.long_list import LongListAdmin
from apps.foundation.errors import PortalError
from apps.foundation.live import LivePart, answer_poll, live_poll, stamp_of
from apps.mapping.delivered_maps import label_of
from apps.reconciliation.admin.start_form import StartForm
from apps.reconciliation.models import ReconciliationRun
from apps.reconciliation.report import csv_text, summary
from apps.reconciliation.selectors import last_comparison
from apps.reconciliation.services.runs import cancel_comparison, start_comparison
from apps.reconciliation.services.work import STEPS
from apps.reconciliation.stored import companies_of, result_of

ROWS_SHOWN = 200
"""Of one table; the CSV has all that are listed."""
LOOKS_FOR_SECONDS = 2 * 60 * 60
LIST = "admin:reconciliation_reconciliationrun_changelist"
PAGE = "admin:reconciliation_reconciliationrun_change"
DIFFERS = Look("danger", "difference", _("Portal and Intacct differ"))
AGREES = Look("success", "check_circle", _("Portal and Intacct agree"))


@admin.register(ReconciliationRun)
class ReconciliationRunAdmin(LiveRowsAdmin, LongListAdmin):
    list_before_template = "admin/reconciliation/start.html"
    change_form_outer_before_template = "admin/reconciliation/run_page.html"
    list_display = ("started_at", "period", "of_companies", "state_badge", "compared", "differences", "started_by")
    live_columns = ("state", "done", "differences")
    list_filter = ("state",)
    empty_words = _("Nothing compared yet. Choose the first and the last posting date above, then Compare.")
    # What moves while it runs is in the part above, which keeps itself fresh.
    fields = ("configuration", "started_at")
    readonly_fields = ("configuration",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReconciliationRun, ReconciliationRun]:
        runs = ReconciliationRun.objects.visible_to(viewer_of(request)).select_related("connection")
        return runs.defer(*secret_fields("connection__"), "totals").prefetch_related("companies")

    # Comparing reads what postings say: who may see them may compare them.
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("postings.view_posting"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @display(description=_("configuration"))
    def configuration(self, run: ReconciliationRun) -> str:
        return str(run.connection)

    @display(description=_("posting dates"))
    def period(self, run: ReconciliationRun) -> Any:
        return render_to_string("admin/reconciliation/period.html", {"run": run})

    @display(description=_("company"))
    def of_companies(self, run: ReconciliationRun) -> Any:
        return companies_of(run) or _("All companies")

    @display(description=_("state"))
    def state_badge(self, run: ReconciliationRun) -> Any:
        return self.live_cell("state", run)

    @display(description=_("compared"))
    def compared(self, run: ReconciliationRun) -> Any:
        return self.live_cell("done", run)

    @display(description=_("differences"))
    def differences(self, run: ReconciliationRun) -> Any:
        return self.live_cell("differences", run)

    def cell_state(self, run: ReconciliationRun) -> Any:
        return render_to_string("admin/reconciliation/run_state.html", {"run": run, **_state(run)})

    def cell_done(self, run: ReconciliationRun) -> Any:
        return run.done

    def cell_differences(self, run: ReconciliationRun) -> Any:
        return run.differing

    def is_row_open(self, row: ReconciliationRun) -> bool:
        return row.is_open

    def words_of_row(self, row: ReconciliationRun) -> str:
        return str(_state(row)["words"])

    def row_stamp(self, row: ReconciliationRun) -> Sequence[object]:
        return (row.state, row.done, row.differing, row.is_stalled)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the form, which is posted here too, and the last result."""
        self.require_view(request)
        viewer = viewer_of(request)
        form = StartForm(request.POST if _is_start(request) else None, viewer=viewer)
        if _is_start(request) and form.is_valid():
            try:
                run = start_comparison(period=form.period(), viewer=viewer, company=form.cleaned_data["company"])
                return redirect(PAGE, run.pk)
            except PortalError as refusal:
                messages.error(request, str(refusal))
        last = last_comparison(viewer)
        shown = {"form": form, "last": last, **({"last_state": _state(last), **_headline(last)} if last else {})}
        page: HttpResponse = super().changelist_view(
            request, {**(extra_context or {}), **shown, "title": _("Reconciliation")}
        )
        return page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        shown = {**self._shown(run), "live": self._live(run)} if run is not None else {}
        page: HttpResponse = super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})
        return page

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "reconciliation_reconciliationrun_{}".format
        return [
            path("<str:pk>/progress/", live_poll(view(self.progress_view)), name=name("progress")),
            path("<str:pk>/cancel/", view(self.cancel_view), name=name("cancel")),
            path("<str:pk>/csv/", view(self.csv_view), name=name("csv")),
            *super().get_urls(),
        ]

    def progress_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """The part of the page that moves: how far it is, then what it found."""
        self.require_view(request)
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        return answer_poll(request, self._live(run), lambda: self._shown(run))

    def cancel_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Stops a comparison; what was found stays."""
        refused = self.to_be_posted(request, allowed=self.has_view_permission(request))
        if refused is not None:
            return refused
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            cancel_comparison(run=run, actor=viewer_of(request).label)
            messages.success(request, _("Cancelled. What was compared before stays."))
        except PortalError as refusal:
            messages.error(request, str(refusal))
        return redirect(PAGE, run.pk)

    def csv_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """All that is listed."""
        self.require_view(request)
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        if run.state != RunState.FINISHED:
            messages.error(request, _("This comparison has no result yet."))
            return redirect(PAGE, run.pk)
        result = result_of(run)
        answer = HttpResponse(csv_text(result), content_type="text/csv; charset=utf-8")
        whose = "".join(f"-{code}" for code in result.company.split(", ") if code)
        name = f"reconciliation{whose}-{run.first}-{run.last}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _live(self, run: ReconciliationRun) -> LivePart:
        progress, words = _progress(run), str(_state(run)["words"])
        # Each quarter is said, not each page.
        quarter = (progress.percent or 0) // 25 * 25
        said = _("%(state)s, %(percent)d %%") % {"state": words, "percent": quarter} if run.is_open else words
        silence = silent_worker() if run.is_open else None
        return LivePart(
            name="comparison",
            url=reverse("admin:reconciliation_reconciliationrun_progress", args=[run.pk]),
            template="admin/reconciliation/run_progress.html",
            stamp=stamp_of((run.step, run.total, run.messages, run.not_before, silence, *self.row_stamp(run))),
            is_open=run.is_open,
            said=str(said),
            seconds=2,
            looks_for=LOOKS_FOR_SECONDS,
        )

    def _shown(self, run: ReconciliationRun) -> dict[str, Any]:
        shown = {
            "run": run,
            "progress": _progress(run),
            "now_looking_at": label_of(STEPS[run.step][0]) if run.is_open and run.step < len(STEPS) else "",
            "silent_worker": silent_worker() if run.is_open else None,
            "companies": companies_of(run),
            "one_company": "" if len(run.companies.all()) != 1 else companies_of(run),
            **_state(run),
        }
        if run.state == RunState.FINISHED:
            shown |= {**_headline(run, most=ROWS_SHOWN), "rows_shown": ROWS_SHOWN}
        return shown


def _is_start(request: HttpRequest) -> bool:
    return request.method == "POST" and "compare" in request.POST


def _headline(run: ReconciliationRun, *, most: int = 0) -> dict[str, Any]:
    result = result_of(run, most=most)
    return {"result": result, "summary": summary(result)}


def _progress(run: ReconciliationRun) -> Progress:
    return run_progress(run, met=run.done)


def _state(run: ReconciliationRun) -> dict[str, Any]:
    """Of one that has finished, what it found is what matters."""
    if run.state == RunState.FINISHED:
        look = DIFFERS if run.differing else AGREES
        return {"look": look, "words": look.meaning, "progress": _progress(run)}
    return {"look": RUN_LOOKS[run.state], "words": RunState(run.state).label, "progress": _progress(run)}
