"""Smart Events received: what Sage Intacct told, and what came of it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.configuration.models import secret_fields
from apps.foundation.admin.base import ReadOnlyAdmin, stored_words
from apps.synchronisation.models import EventState, IncomingEvent

EVENT_LOOKS = {
    EventState.WAITING: {"tone": "info", "icon": "schedule"},
    EventState.WORKING: {"tone": "info", "icon": "sync"},
    EventState.DONE: {"tone": "success", "icon": "check_circle"},
    EventState.IGNORED: {"tone": "default", "icon": "do_not_disturb_on"},
    EventState.FAILED: {"tone": "danger", "icon": "error"},
}


@admin.register(IncomingEvent)
class IncomingEventAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "object_name", "event", "record_id", "state_badge", "detail_words", "times")
    list_filter = ("state", "object_name", "event")
    search_fields = ("record_id", "record_no")
    search_help_text = _("ID, record number")
    empty_words = _(
        "Nothing arrived yet. Sage Intacct sends Smart Events once the custom package is imported there: change and "
        "save an account in Sage Intacct to see one arrive."
    )
    fields = (
        "configuration", "object_name", "event", "record_no", "record_id", "state_badge", "detail_words", "tries",
        "times", "received_at", "finished_at",
    )  # fmt: skip
    detail_words = stored_words("detail", _("what came of it"))
    readonly_fields = ("state_badge", "detail_words")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingEvent, IncomingEvent]:
        events: QuerySet[IncomingEvent, IncomingEvent] = super().get_queryset(request)
        return events.select_related("configuration").defer(*secret_fields("configuration__"))

    @display(description=_("state"), ordering="state")
    def state_badge(self, event: IncomingEvent) -> Any:
        state = EventState(event.state)
        return render_to_string("components/state.html", {"look": EVENT_LOOKS[state], "words": state.label})
