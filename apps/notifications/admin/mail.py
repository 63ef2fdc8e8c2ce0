"""The log of mails: what was written to whom, and what came of it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.foundation.admin.base import ReadOnlyAdmin
from apps.notifications.models import MAIL_LOOKS, Mail, MailState
from apps.notifications.selectors import mail_line_of


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    change_form_outer_before_template = "admin/notifications/mail_page.html"
    list_display = ("created_at", "subject", "recipient", "state_badge", "tries", "due_at", "failure")
    list_filter = ("state", "rule", "digest")
    search_fields = ("=id", "=recipient")
    search_help_text = _("ID or recipient")
    empty_words = _("Mails of alert rules and digests are listed here. None was written yet.")
    fields = ("id", "recipient", "subject", "rule", "digest", "created_at", "sent_at")

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
        shown = {"line": mail_line_of(mail)} if mail is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})
