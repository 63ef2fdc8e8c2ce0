"""*Carry the set-up*: the file to download, and to look at before it is taken."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from apps.configuration.errors import SetUpFileRefused
from apps.configuration.services.set_up_file import (
    MOST_BYTES,
    SetUpImport,
    export_set_up,
    import_set_up,
    preview_set_up,
)
from apps.foundation.errors import PortalError
from apps.foundation.wording import translated

PAGE = "admin:configuration_set_up_file"
SALT = "set-up-file"
LOOKED_AT_FOR_SECONDS = 3600


class SetUpFileForm(forms.Form):
    """The file. Looking at what it would change is part of its check."""

    file = forms.FileField(
        label=gettext_lazy("Set-up file (JSON)"),
        help_text=gettext_lazy("Exported here or on another tenant. You see what it would change before it does."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".json,application/json"}),
    )
    preview: SetUpImport | None = None
    text = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "file" not in cleaned:
            return cleaned
        try:
            self.text = cleaned["file"].read(MOST_BYTES + 1).decode("utf-8")
            self.preview = preview_set_up(text=self.text)
        except UnicodeDecodeError:
            self.add_error("file", _("This is no text file."))
        except SetUpFileRefused as refusal:
            for flaw in refusal.flaws:
                self.add_error("file", translated(flaw.detail))
        return cleaned


class SetUpFilePage:
    """The page's addresses, for the admin class of the configuration."""

    def __init__(self, admin: Any) -> None:
        self.admin = admin

    def urls(self) -> list[Any]:
        view = self.admin.admin_site.admin_view
        return [
            path("set-up/file/", view(self.show), name="configuration_set_up_file"),
            path("set-up/file/export/", view(self.export), name="configuration_set_up_export"),
            path("set-up/file/import/", view(self.take), name="configuration_set_up_import"),
        ]

    def show(self, request: HttpRequest) -> HttpResponse:
        """The page; posted with a file, what the file would change."""
        self.admin.require_view(request)
        form = SetUpFileForm()
        if request.method == "POST":
            refused: HttpResponse | None = self._to_be_posted(request)
            if refused is not None:
                return refused
            form = SetUpFileForm(request.POST, request.FILES)
            form.is_valid()
        context = {
            **self.admin.admin_site.each_context(request),
            "title": _("Carry the set-up"),
            "opts": self.admin.opts,
            "form": form,
            "preview": form.preview,
            "signed": signing.dumps(form.text, salt=SALT, compress=True) if form.preview else "",
            "may_change": self.admin.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/configuration/set_up_file.html", context)

    def export(self, request: HttpRequest) -> HttpResponse:
        self.admin.require_view(request)
        return HttpResponse(
            export_set_up(actor=request.user.get_username()),
            content_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="set-up.json"', "Cache-Control": "no-store"},
        )

    def take(self, request: HttpRequest) -> HttpResponse:
        """Take the file that was looked at: the very text, signed, so that nothing else is taken."""
        refused = self._to_be_posted(request)
        if refused is not None:
            return refused
        try:
            text = signing.loads(request.POST.get("signed", ""), salt=SALT, max_age=LOOKED_AT_FOR_SECONDS)
            result = import_set_up(text=text, actor=request.user.get_username())
        except signing.BadSignature:
            messages.error(request, _("The file was looked at too long ago. Choose it again. Nothing was changed."))
        except PortalError as refusal:
            messages.error(request, str(refusal))
        else:
            words = _("The set-up was taken: %(created)d created, %(changed)d changed.")
            messages.success(request, words % result.counts)
        return redirect(PAGE)

    def _to_be_posted(self, request: HttpRequest) -> HttpResponse | None:
        allowed = self.admin.has_change_permission(request)
        refused: HttpResponse | None = self.admin.to_be_posted(request, allowed=allowed)
        return refused
