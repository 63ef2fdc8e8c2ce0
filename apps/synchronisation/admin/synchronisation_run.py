"""Synchronisations: *Create all in Sage DMO*, sending all to Sage Intacct, and the runs with how far they are."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.configuration.models import secret_fields
from apps.configuration.selectors import active_configuration
from apps.delivery.progress import silent_worker
from apps.delivery.run_progress import Progress, run_progress
from apps.delivery.states import RUN_LOOKS, IntegrationStatus
from apps.foundation.admin.live_rows import LiveRowsAdmin, moment
from apps.foundation.errors import PortalError
from apps.foundation.live import LivePart, answer_poll, live_poll, stamp_of
from apps.synchronisation.models import OUTBOUND_OBJECTS, RunMode, RunState, SynchronisationRun
from apps.synchronisation.selectors import synchronised_objects
from apps.synchronisation.services.inbound_records import object_of
from apps.synchronisation.services.runs import cancel_run, start_run
from apps.synchronisation.sources import OBJECT_OF_NODE

LOOKS_FOR_SECONDS = 2 * 60 * 60
LIST = "admin:synchronisation_synchronisationrun_changelist"
PAGE = "admin:synchronisation_synchronisationrun_change"


@admin.register(SynchronisationRun)
class SynchronisationRunAdmin(LiveRowsAdmin):
    list_before_template = "admin/synchronisation/start.html"
    change_form_outer_before_template = "admin/synchronisation/run_page.html"
    list_display = ("started_at", "object", "mode", "state_badge", "kept", "not_kept", "started_by", "ended")
    live_columns = ("state", "done", "failed", "finished_at")
    list_filter = ("object", "state", "mode")
    empty_words = _("Financial data is managed in Sage Intacct. Synchronise it with the buttons above.")
    # What moves while it runs is in the part above, which keeps itself fresh.
    fields = ("object", "mode", "since", "connection", "started_by", "started_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SynchronisationRun, SynchronisationRun]:
        runs: QuerySet[SynchronisationRun, SynchronisationRun] = super().get_queryset(request)
        return runs.select_related("connection").defer(*secret_fields("connection__"))

    @display(description=_("state"), ordering="state")
    def state_badge(self, run: SynchronisationRun) -> Any:
        return self.live_cell("state", run)

    @display(description=_("done"), ordering="done")
    def kept(self, run: SynchronisationRun) -> Any:
        return self.live_cell("done", run)

    @display(description=_("failed"), ordering="failed")
    def not_kept(self, run: SynchronisationRun) -> Any:
        return self.live_cell("failed", run)

    @display(description=_("finished"), ordering="finished_at")
    def ended(self, run: SynchronisationRun) -> Any:
        return self.live_cell("finished_at", run)

    def cell_state(self, run: SynchronisationRun) -> Any:
        state = RunState(run.state)
        context = {"run": run, "progress": _progress(run), "look": RUN_LOOKS[state], "words": state.label}
        return render_to_string("admin/synchronisation/run_state.html", context)

    def cell_done(self, run: SynchronisationRun) -> Any:
        return run.done

    def cell_failed(self, run: SynchronisationRun) -> Any:
        return run.failed

    def cell_finished_at(self, run: SynchronisationRun) -> Any:
        return moment(run.finished_at)

    def is_row_open(self, row: SynchronisationRun) -> bool:
        return row.is_open

    def words_of_row(self, row: SynchronisationRun) -> str:
        return row.get_state_display()

    def row_stamp(self, row: SynchronisationRun) -> Sequence[object]:
        return (row.state, row.done, row.failed, row.is_stalled)

    def has_synchronise_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request).may(Action.SYNCHRONISE)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        objects = synchronised_objects().items() if self.has_synchronise_permission(request) else []
        offered = {
            "objects": [one for one in objects if one[0] not in OUTBOUND_OBJECTS],
            "outbound_objects": [one for one in objects if one[0] in OUTBOUND_OBJECTS],
        }
        return super().changelist_view(request, {**(extra_context or {}), **offered})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        shown = {**self._shown(request, run), "live": self._live(run)} if run is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def get_urls(self) -> list[Any]:
        def own(address: str, view: Any, name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=f"synchronisation_synchronisationrun_{name}")

        return [
            own("synchronise/<str:wanted>/", self.synchronise_view, "start"),
            path(
                "<str:pk>/progress/",
                live_poll(self.admin_site.admin_view(self.progress_view)),
                name="synchronisation_synchronisationrun_progress",
            ),
            own("<str:pk>/cancel/", self.cancel_view, "cancel"),
            *super().get_urls(),
        ]

    def synchronise_view(self, request: HttpRequest, wanted: str) -> HttpResponse:
        """Starts a run; a worker reads. The run's page shows how far it is."""
        refused = self.to_be_posted(request, allowed=self.has_synchronise_permission(request))
        if refused is not None:
            return refused
        if wanted not in synchronised_objects():
            raise Http404
        mode = RunMode.INCREMENTAL if request.POST.get("mode") == RunMode.INCREMENTAL else RunMode.FULL
        try:
            run = start_run(
                connection=active_configuration(),
                wanted=wanted,
                started_by=request.user.get_username(),
                mode=mode,
                forced="force" in request.POST,
            )
        except PortalError as refusal:
            messages.error(request, str(refusal))
            return redirect(LIST)
        return redirect(PAGE, run.pk)

    def progress_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """The part of the run's page that moves."""
        self.require_view(request)
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        return answer_poll(request, self._live(run), lambda: self._shown(request, run))

    def cancel_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Stops a run; what was read stays."""
        refused = self.to_be_posted(request, allowed=self.has_synchronise_permission(request))
        if refused is not None:
            return refused
        run = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            cancel_run(run=run, actor=request.user.get_username())
            messages.success(request, _("Cancelled. What was read before stays."))
        except PortalError as refusal:
            messages.error(request, str(refusal))
        return redirect(PAGE, run.pk)

    def _live(self, run: SynchronisationRun) -> LivePart:
        progress = _progress(run)
        words = _("%(object)s: %(state)s, %(percent)d %%") if progress.percent else _("%(object)s: %(state)s")
        silence = silent_worker() if run.is_open else None
        # Each quarter is said, not each page.
        quarter = (progress.percent or 0) // 25 * 25
        return LivePart(
            name="run-progress",
            url=reverse("admin:synchronisation_synchronisationrun_progress", args=[run.pk]),
            template="admin/synchronisation/run_progress.html",
            stamp=stamp_of((run.removed, run.total, run.messages, run.not_before, silence, *self.row_stamp(run))),
            is_open=run.is_open,
            said=words % {"object": run.get_object_display(), "state": run.get_state_display(), "percent": quarter},
            seconds=2,
            looks_for=LOOKS_FOR_SECONDS,
        )

    def _shown(self, request: HttpRequest, run: SynchronisationRun) -> dict[str, Any]:
        state = RunState(run.state)
        node = OUTBOUND_OBJECTS.get(run.object)
        object_name = OBJECT_OF_NODE[node] if node else object_of(run.object)
        errors = f"?object_name__exact={object_name}&status__exact={IntegrationStatus.ERROR.value}"
        return {
            "run": run,
            "run_look": RUN_LOOKS[state],
            "run_words": state.label,
            "progress": _progress(run),
            "silent_worker": silent_worker() if run.is_open else None,
            "may_synchronise": self.has_synchronise_permission(request),
            "mapping_url": "" if run.is_discovery else reverse("admin:mapping_objectmapping_of", args=[object_name]),
            "errors_url": reverse("admin:delivery_integrationstate_changelist") + errors,
        }


def _progress(run: SynchronisationRun) -> Progress:
    return run_progress(run, met=run.done + run.failed)
