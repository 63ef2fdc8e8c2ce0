"""How connections are doing; pausing and resuming them."""

import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.configuration.models import secret_fields
from apps.delivery.models import ConnectionHealth
from apps.delivery.models.connection_health import Flow
from apps.delivery.progress import drain_part, drain_progress
from apps.delivery.services.health import pause, resume
from apps.delivery.states import Look
from apps.foundation.admin.base import ReadOnlyAdmin, stored_words
from apps.foundation.live import answer_poll, live_poll

FLOW_LOOKS = {
    Flow.FLOWING: Look("success", "check_circle", _("Documents are sent as they arrive.")),
    Flow.RESTING: Look(
        "warning", "hourglass_top", _("Intacct did not answer several times. It is tried again by itself.")
    ),
    Flow.PAUSED: Look("danger", "pause_circle", _("Nothing is sent. What is pending is held until somebody resumes.")),
}


@admin.register(ConnectionHealth)
class ConnectionHealthAdmin(ReadOnlyAdmin):
    change_form_outer_before_template = "admin/delivery/connection_health_actions.html"
    list_display = ("connection", "flow_badge", "reason_words", "rest_until", "changed")
    list_filter = ("flow",)
    empty_words = _("A connection appears here when it first sends something, or when it is first tested.")
    fields = ("connection", "rest_until", "failures", "batch_size", "changed")
    readonly_fields = ("failures", "changed")

    reason_words = stored_words("reason", _("reason"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConnectionHealth, ConnectionHealth]:
        health: QuerySet[ConnectionHealth, ConnectionHealth] = super().get_queryset(request)
        return health.select_related("connection").defer(*secret_fields("connection__"))

    @display(description=_("flow"))
    def flow_badge(self, health: ConnectionHealth) -> Any:
        flow = Flow(health.flow)
        return render_to_string("components/state.html", {"look": FLOW_LOOKS[flow], "words": flow.label})

    @display(description=_("failures in a row"))
    def failures(self, health: ConnectionHealth) -> int:
        return health.failures_in_a_row

    @display(description=_("changed"), ordering="changed_at")
    def changed(self, health: ConnectionHealth) -> str:
        return localize(localtime(health.changed_at))

    def has_switch_permission(self, request: HttpRequest) -> bool:
        """Pausing and resuming is an integration admin's."""
        return bool(request.user.has_perm("delivery.change_connectionhealth"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        health = self.get_object(request, object_id)
        context = {
            "may_switch": self.has_switch_permission(request),
            "flow_look": FLOW_LOOKS[Flow(health.flow)] if health else None,
            "page_title": health.connection.code if health else "",
        }
        if health is not None:
            progress = drain_progress(health)
            context |= {"drain_progress": progress, "live": drain_part(progress)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/drain/", live_poll(view(self.drain_view)), name="delivery_connectionhealth_drain"),
            path("<int:pk>/pause/", view(self.pause_view), name="delivery_connectionhealth_pause"),
            path("<int:pk>/resume/", view(self.resume_view), name="delivery_connectionhealth_resume"),
            *super().get_urls(),
        ]

    def drain_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far the sending is: the part that moves, of this page and of dashboards."""
        if not viewer_of(request).may(Action.SEE_STATUS):
            raise PermissionDenied
        progress = drain_progress(get_object_or_404(ConnectionHealth, pk=pk), began_at=_began_at(request))
        return answer_poll(request, drain_part(progress), lambda: {"drain_progress": progress})

    def pause_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._switch(request, pk, to=Flow.PAUSED)

    def resume_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._switch(request, pk, to=Flow.FLOWING)

    def _switch(self, request: HttpRequest, pk: int, *, to: Flow) -> HttpResponse:
        refused = self.to_be_posted(request, allowed=self.has_switch_permission(request))
        if refused is not None:
            return refused
        health = get_object_or_404(self.get_queryset(request), pk=pk)
        actor = request.user.get_username()
        if to == Flow.PAUSED:
            pause(
                connection=health.connection,
                reason=f"Paused by {actor}.",
                next_step="Resume it under Connection health.",
                actor=actor,
            )
            messages.success(request, _("Paused: postings are held until it is resumed."))
        else:
            resume(connection=health.connection, actor=actor)
            messages.success(request, _("Resumed: held postings are on their way."))
        return redirect("admin:delivery_connectionhealth_change", pk)


def _began_at(request: HttpRequest) -> datetime.datetime | None:
    """What the page has shown first as the beginning; None where it does not say."""
    began = request.GET.get("began", "")
    if not (began.isascii() and began.isdecimal() and len(began) < 11):
        return None
    return datetime.datetime.fromtimestamp(int(began), tz=datetime.UTC)
