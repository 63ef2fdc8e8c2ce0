"""The log of mails: what was written to whom, and what came of it."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.live import LivePart, answer_poll, live_poll, stamp_of
from apps.notifications.models import MAIL_LOOKS, Mail, MailState
from apps.notifications.selectors import MailLine, mail_line_of


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    change_form_outer_before_template = "admin/notifications/mail_page.html"
    list_display = ("created_at", "subject", "recipient", "state_badge", "tries", "due_at", "failure")
    list_filter = ("state", "rule", "digest")
    search_fields = ("=id", "=recipient")
    search_help_text = _("ID or recipient")
    empty_words = _("Mails of alert rules and digests are listed here. None was written yet.")
    # What moves while it is sent is in the part above, which keeps itself fresh.
    fields = ("id", "recipient", "subject", "rule", "digest", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mail, Mail]:
        rows: QuerySet[Mail, Mail] = super().get_queryset(request)
        return rows.select_related("rule", "digest").defer("html")

    @display(description=_("state"), ordering="state")
    def state_badge(self, mail: Mail) -> Any:
        state = MailState(mail.state)
        return render_to_string("components/state.html", {"look": MAIL_LOOKS[state], "words": state.label})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        mail = self.get_object(request, object_id)
        shown: dict[str, Any] = {}
        if mail is not None:
            line = mail_line_of(mail)
            shown = {"line": line, "live": self._live(line)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def get_urls(self) -> list[Any]:
        poll = live_poll(self.admin_site.admin_view(self.state_view))
        return [path("<str:pk>/state/", poll, name="notifications_mail_state"), *super().get_urls()]

    def state_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Where it stands, for who keeps its page open."""
        self.require_view(request)
        line = mail_line_of(get_object_or_404(self.get_queryset(request), pk=pk))
        return answer_poll(request, self._live(line), lambda: {"line": line})

    def _live(self, line: MailLine) -> LivePart:
        return LivePart(
            name="mail-state",
            url=reverse("admin:notifications_mail_state", args=[line.mail.pk]),
            template="admin/notifications/mail_state.html",
            stamp=stamp_of(line.moves),
            is_open=line.is_open and settings.MAIL_IS_SET_UP,
            said=gettext("%(message)s: %(state)s.") % {"message": line.mail, "state": line.words},
        )
