"""Import Customisation Package: the form, what is installed, and the log of Smart Events."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget

from apps.sandbox.looked_at import LookedAt
from apps.sandbox.models import CustomPackage, SmartEventLog
from apps.sandbox.package_document import MOST_BYTES, PackageRefused
from apps.sandbox.packages import import_packages, installed, summary

TITLE = "Import Customisation Package"
FAILED = {"tone": "danger", "icon": "block"}
OUTCOMES = {"2": {"tone": "success", "icon": "check_circle"}, "w": {"tone": "info", "icon": "schedule"}}


class ImportForm(forms.Form):
    """One document. Importing it is part of its check: a refusal stands beside the field."""

    document = forms.FileField(
        label="Customisation package (XML)",
        help_text="A customErpPackage document. A package of the same name is replaced.",
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xml,text/xml,application/xml"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.imported = import_packages(cleaned["document"].read(MOST_BYTES + 1))
            except PackageRefused as refusal:
                self.add_error("document", f"{refusal} Nothing was imported.")
        return cleaned


@admin.register(CustomPackage)
class CustomPackageAdmin(LookedAt):
    fields = ("name", "description", "author", "intacct_id", "is_signed", "imported_at", "contents")
    readonly_fields = ("contents",)

    @display(description="contents")
    def contents(self, package: CustomPackage) -> Any:
        return render_to_string("admin/sandbox/package_contents.html", {"package": summary(package)})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The form and what is installed. Who may look at the sandbox may import: nobody's books are touched."""
        if not settings.SANDBOX_ENABLED:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        if form.is_bound and form.is_valid():
            names = ", ".join(one.name for one in form.imported)
            messages.success(request, f"Imported: {names}.")
            return redirect("admin:sandbox_custompackage_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": TITLE,
            "page_title": TITLE,
            "form": form,
            "packages": installed(),
            **(extra_context or {}),
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/sandbox/import_package.html", context, status=status)


@admin.register(SmartEventLog)
class SmartEventLogAdmin(LookedAt):
    list_display = ("due_at", "smart_link_id", "topic", "object_key", "outcome", "target")
    list_filter = ("owner_object", "status")
    search_fields = ("=smart_link_id", "=object_key")
    search_help_text = "Smart Event, key"
    empty_words = "No Smart Event was due yet. They come with a customisation package."
    fields = (
        "due_at", "smart_link_id", "topic", "owner_object", "object_key", "user_id", "outcome", "method", "target",
        "said",
    )  # fmt: skip
    readonly_fields = ("outcome", "said")

    @display(description="outcome", ordering="status")
    def outcome(self, row: SmartEventLog) -> Any:
        look = OUTCOMES.get(row.status[:1], FAILED)
        return render_to_string("components/state.html", {"look": look, "words": row.status})

    @display(description="arguments")
    def said(self, row: SmartEventLog) -> Any:
        return format_html_join("\n", "<div>{}: {}</div>", row.arguments) or "–"
