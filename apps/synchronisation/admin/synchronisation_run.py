"""Synchronisations: a button for each object, and the runs with what they did."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.configuration.models import secret_fields
from apps.configuration.selectors import active_configuration
from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.errors import PortalError
from apps.synchronisation.models import RunState, SynchronisationRun, SynchronisedObject
from apps.synchronisation.services.inbound import synchronise

RUN_LOOKS = {
    RunState.RUNNING: {"tone": "info", "icon": "sync"},
    RunState.FINISHED: {"tone": "success", "icon": "check_circle"},
    RunState.FAILED: {"tone": "danger", "icon": "error"},
}


@admin.register(SynchronisationRun)
class SynchronisationRunAdmin(ReadOnlyAdmin):
    list_before_template = "admin/synchronisation/start.html"
    list_display = ("started_at", "object", "state_badge", "done", "failed", "started_by", "finished_at")
    list_filter = ("object", "state")
    empty_words = _("Financial data is managed in Sage Intacct. Synchronise it with the buttons above.")
    fields = (
        "object", "connection", "state_badge", "total", "done", "failed", "words", "started_by", "started_at",
        "finished_at",
    )  # fmt: skip
    readonly_fields = ("state_badge", "words")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SynchronisationRun, SynchronisationRun]:
        runs: QuerySet[SynchronisationRun, SynchronisationRun] = super().get_queryset(request)
        return runs.select_related("connection").defer(*secret_fields("connection__"))

    @display(description=_("state"), ordering="state")
    def state_badge(self, run: SynchronisationRun) -> Any:
        state = RunState(run.state)
        return render_to_string("components/state.html", {"look": RUN_LOOKS[state], "words": state.label})

    @display(description=_("messages"))
    def words(self, run: SynchronisationRun) -> str:
        return " ".join(run.messages) or "–"

    def has_synchronise_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request).may(Action.SYNCHRONISE)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        objects = SynchronisedObject.choices if self.has_synchronise_permission(request) else []
        return super().changelist_view(request, {**(extra_context or {}), "objects": objects})

    def get_urls(self) -> list[Any]:
        start = path(
            "synchronise/<str:wanted>/",
            self.admin_site.admin_view(self.synchronise_view),
            name="synchronisation_synchronisationrun_start",
        )
        return [start, *super().get_urls()]

    def synchronise_view(self, request: HttpRequest, wanted: str) -> HttpResponse:
        """Reads all records of one object from Sage Intacct."""
        refused = self.to_be_posted(request, allowed=self.has_synchronise_permission(request))
        if refused is not None:
            return refused
        if wanted not in SynchronisedObject.values:
            raise Http404
        try:
            run = synchronise(connection=active_configuration(), wanted=wanted, started_by=request.user.get_username())
        except PortalError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:synchronisation_synchronisationrun_changelist")
        if run.state == RunState.FAILED:
            messages.error(request, " ".join(run.messages))
        else:
            messages.success(
                request, _("%(what)s: %(done)d synchronised.") % {"what": run.get_object_display(), "done": run.done}
            )
        return redirect("admin:synchronisation_synchronisationrun_change", run.pk)
