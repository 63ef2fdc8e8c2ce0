"""The delivery log: what was told to whom, every try, and what came back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.errors import PortalError
from apps.foundation.live import LivePart, answer_poll, live_poll, stamp_of
from apps.notifications.models import MESSAGE_LOOKS, MessageState, WebhookAttempt, WebhookMessage
from apps.notifications.selectors import body_of, line_of
from apps.notifications.services.messages import send_again

PAGE = "admin:notifications_webhookmessage_change"


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnlyAdmin):
    change_form_outer_before_template = "admin/notifications/message_page.html"
    list_display = ("created_at", "endpoint", "kind", "subject_label", "state_badge", "tries", "due_at")
    list_filter = ("state", "endpoint", "kind")
    search_fields = ("=id", "=subject_id")
    search_help_text = _("ID of the message (webhook-id) or of the posting")
    empty_words = _("What webhooks are told is written here, with every try. Nothing was to be told yet.")
    # What moves while it is sent is in the part above, which keeps itself fresh.
    fields = ("id", "kind", "subject_label", "company", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookMessage, WebhookMessage]:
        rows: QuerySet[WebhookMessage, WebhookMessage] = super().get_queryset(request)
        return rows.select_related("endpoint").defer("body", "endpoint__secret", "endpoint__previous_secret")

    @display(description=_("state"), ordering="state")
    def state_badge(self, message: WebhookMessage) -> Any:
        state = MessageState(message.state)
        return render_to_string("components/state.html", {"look": MESSAGE_LOOKS[state], "words": state.label})

    def has_send_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("notifications.change_webhookmessage"))

    def get_urls(self) -> list[Any]:
        view, name = self.admin_site.admin_view, "notifications_webhookmessage"
        return [
            path("<str:pk>/again/", view(self.again_view), name=f"{name}_again"),
            path("<str:pk>/state/", live_poll(view(self.state_view)), name=f"{name}_state"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        message = self.get_object(request, object_id)
        shown: dict[str, Any] = {}
        if message is not None:
            attempts = list(message.attempts.all())
            shown = {
                "live": self._live(message, attempts),
                "body": body_of(message),
                **self._state(request, message, attempts),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def state_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Where it stands, for who keeps its page open."""
        self.require_view(request)
        message = get_object_or_404(self.get_queryset(request), pk=pk)
        attempts = list(message.attempts.all())
        return answer_poll(request, self._live(message, attempts), lambda: self._state(request, message, attempts))

    def _state(
        self, request: HttpRequest, message: WebhookMessage, attempts: Sequence[WebhookAttempt]
    ) -> dict[str, Any]:
        return {
            "line": line_of(message),
            "attempts": attempts,
            "may_send": self.has_send_permission(request),
        }

    def _live(self, message: WebhookMessage, attempts: Sequence[WebhookAttempt]) -> LivePart:
        endpoint = message.endpoint
        moves = (message.state, message.due_at, message.delivered_at, endpoint.is_active, endpoint.inactive_reason)
        return LivePart(
            name="message-state",
            url=reverse("admin:notifications_webhookmessage_state", args=[message.pk]),
            template="admin/notifications/message_state.html",
            stamp=stamp_of((*moves, *(attempt.pk for attempt in attempts))),
            is_open=message.is_open,
            said=gettext("%(message)s: %(state)s.") % {"message": message, "state": message.get_state_display()},
        )

    def again_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """The same ID and the same bytes: a receiver that has it knows it."""
        refused = self.to_be_posted(request, allowed=self.has_send_permission(request))
        if refused is not None:
            return refused
        message = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            send_again(message=message, actor=request.user.get_username())
            messages.success(request, _("It is on its way again. What comes of it is shown here."))
        except PortalError as refusal:
            messages.error(request, str(refusal))
        return redirect(PAGE, pk)
