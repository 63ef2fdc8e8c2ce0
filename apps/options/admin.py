"""The *Options management* page (guide, "Activate Sage Intacct integration"): switches in groups."""

from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.foundation.admin.base import ReadOnlyAdmin
from apps.foundation.audit import AuditEntry
from apps.options.errors import NeedsConfirmation
from apps.options.models import Option, OptionGroup
from apps.options.services.switching import declined, switch, warned

CHANGES_SHOWN = 10


@admin.register(Option)
class OptionAdmin(ReadOnlyAdmin):
    empty_words = gettext_lazy("Options are delivered: run manage.py load_delivered_data.")

    def get_urls(self) -> list[Any]:
        switching = path(
            "<slug:code>/switch/", self.admin_site.admin_view(self.switch_view), name="options_option_switch"
        )
        return [switching, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """All options on one page: a switch each, and what changed last."""
        self.require_view(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Options management"),
            "opts": self.opts,
            "groups": [
                (OptionGroup(group).label, list(options))
                for group, options in groupby(Option.objects.all(), key=lambda option: option.group)
            ],
            "changes": AuditEntry.objects.filter(subject_type="option")[:CHANGES_SHOWN],
            "may_switch": self._may_switch(request),
            "empty_words": self.empty_words,
        }
        return TemplateResponse(request, "admin/options/options_management.html", context)

    def switch_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """Turn an option on or off; off asks first where it has consequences, and the answer comes back here."""
        refused = self.to_be_posted(request, allowed=self._may_switch(request))
        if refused is not None:
            return refused
        option = get_object_or_404(Option, code=code)
        actor, shown = request.user.get_username(), request.POST.getlist("warning")
        page = redirect("admin:options_option_changelist")
        if request.POST.get("answer") == "no":
            words = _("%(option)s stays on.") if declined(code=code, actor=actor) else _("Nothing was changed.")
            messages.info(request, words % {"option": option})
            return page
        wanted = request.POST.get("to")
        if wanted not in ("on", "off"):
            messages.error(
                request, _("Say whether %(option)s is to be on or off. Nothing was changed.") % {"option": option}
            )
            return page
        on = wanted == "on"
        try:
            switch(code=code, on=on, actor=actor, confirmed=shown)
        except NeedsConfirmation as asked:
            warned(code=code, actor=actor, consequences=asked.consequences)
            return self._warning(request, option, asked)
        words = _("%(option)s is on.") if on else _("%(option)s is off. Nothing is sent until it is on again.")
        messages.success(request, words % {"option": option})
        return page

    def _warning(self, request: HttpRequest, option: Option, asked: NeedsConfirmation) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Turn %(option)s off?") % {"option": option},
            "opts": self.opts,
            "option": option,
            "consequences": asked.consequences,
        }
        return TemplateResponse(request, "admin/options/warning.html", context)

    def _may_switch(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("options.change_option"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An option has no page of its own."""
        return redirect("admin:options_option_changelist")
