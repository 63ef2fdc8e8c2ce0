"""Attempts: what was sent, what was answered, side by side."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.delivery.models import Attempt
from apps.delivery.templatetags.looks import object_words
from apps.foundation.admin.base import ReadOnlyAdmin, stored_words


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    change_form_outer_before_template = "admin/delivery/attempt_messages.html"
    list_display = ("started_at", "document", "number", "outcome_badge", "note_words")
    list_filter = ("outcome", "started_at")
    search_fields = ("=control_id", "=delivery__number", "=batch_id")
    search_help_text = _("Document number, control ID, request")
    empty_words = _("Every try to send a document is written down here before it leaves. Nothing was sent yet.")
    fields = ("started_at", "finished_at", "worker")

    note_words = stored_words("note", _("what happened"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt, Attempt]:
        attempts: QuerySet[Attempt, Attempt] = super().get_queryset(request)
        return attempts.select_related("delivery").defer("request_xml", "response_xml")

    @display(description=_("document"))
    def document(self, attempt: Attempt) -> str:
        return f"{object_words(attempt.delivery.object_name)} {attempt.delivery.number}"

    @display(description=_("outcome"), ordering="outcome")
    def outcome_badge(self, attempt: Attempt) -> Any:
        return render_to_string("components/outcome.html", {"attempt": attempt})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        attempt = self.get_object(request, object_id)
        may_see = viewer_of(request).may(Action.SEE_MESSAGES)
        context = {
            "may_see_messages": may_see,
            "page_title": _("%(document)s, attempt %(number)d")
            % {"document": self.document(attempt), "number": attempt.number}
            if attempt
            else "",
            "subject_url": subject_url(attempt.delivery_id) if attempt else "",
            "received_url": _url("sandbox:received-page", attempt.control_id) if attempt and may_see else "",
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})


def subject_url(delivery_id: str) -> str:
    """The page of what a delivery delivers, found by the delivery; empty where nobody above has such a page."""
    return _url("admin:postings_posting_of_delivery", delivery_id)


def _url(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
