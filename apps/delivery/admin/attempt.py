"""Attempts: what was sent, what was answered, side by side."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.access.admin.viewing import viewer_of
from apps.access.roles import Action
from apps.delivery.exchange import ShownAttempt, shown_attempt
from apps.delivery.models import Attempt
from apps.delivery.templatetags.looks import object_words
from apps.foundation.admin.base import stored_words
from apps.foundation.admin.long_list import LongListAdmin


@admin.register(Attempt)
class AttemptAdmin(LongListAdmin):
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

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<str:pk>/request.xml", view(self.request_view), name="delivery_attempt_request"),
            path("<str:pk>/answer.xml", view(self.answer_view), name="delivery_attempt_answer"),
            *super().get_urls(),
        ]

    def request_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """The whole request, redacted as it is stored, as a file."""
        return self._file(request, pk, "request")

    def answer_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """The whole answer, redacted as it is stored, as a file."""
        return self._file(request, pk, "answer")

    def _file(self, request: HttpRequest, pk: str, which: str) -> HttpResponse:
        self.require_view(request)
        if not viewer_of(request).may(Action.SEE_MESSAGES):
            raise PermissionDenied
        attempt = get_object_or_404(self.get_queryset(request), pk=pk)
        text = attempt.request_xml if which == "request" else attempt.response_xml
        if not text:
            raise Http404
        name = f"{attempt.delivery.number}-{attempt.number}-{which}.xml"
        headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
        return HttpResponse(text, content_type="text/xml; charset=utf-8", headers=headers)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        attempt = self.get_object(request, object_id)
        may_see = viewer_of(request).may(Action.SEE_MESSAGES)
        context = {
            "may_see_messages": may_see,
            "shown": _shown(attempt, with_texts=may_see) if attempt else None,
            "page_title": _("%(document)s, attempt %(number)d")
            % {"document": self.document(attempt), "number": attempt.number}
            if attempt
            else "",
            "subject_url": subject_url(attempt.delivery_id) if attempt else "",
            "received_url": _url("sandbox:received-page", attempt.control_id) if attempt and may_see else "",
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})


def _shown(attempt: Attempt, *, with_texts: bool) -> ShownAttempt:
    """The attempt beside the one before it; its texts are read for who may see them only."""
    if not with_texts:
        return ShownAttempt(attempt)
    before = Attempt.objects.filter(delivery=attempt.delivery_id, number=attempt.number - 1)
    return shown_attempt(attempt, before.defer("response_xml").first())


def subject_url(delivery_id: str) -> str:
    """The page of what a delivery delivers, found by the delivery; empty where nobody above has such a page."""
    return _url("admin:postings_posting_of_delivery", delivery_id)


def _url(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
