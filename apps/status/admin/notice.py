"""Incidents, maintenance and announcements: written here, read on the status pages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.foundation.admin.audited import AuditedModelAdmin
from apps.status.models import Notice, NoticeUpdate


class NoticeForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("all_companies") and not cleaned.get("companies"):
            self.add_error("companies", _("Choose the companies that it is for, or all of them."))
        return cleaned


class UpdateInline(TabularInline):
    model = NoticeUpdate
    extra = 0
    fields = ("written_at", "text")


@admin.register(Notice)
class NoticeAdmin(AuditedModelAdmin):
    audited_as = "notice"
    fixed_fields = ()
    form = NoticeForm
    inlines = (UpdateInline,)
    list_display = ("title", "kind", "severity", "starts_at", "ends_at", "is_published")
    list_filter = ("kind", "is_published")
    search_fields = ("title",)
    search_help_text = _("Title")
    empty_words = _("What partners should know beyond the figures is written here: an incident, maintenance, news.")
    fields = (
        "title",
        "text",
        ("kind", "severity"),
        "starts_at",
        "ends_at",
        "all_companies",
        "companies",
        "is_published",
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "companies":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
            return db_field.formfield(**kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def audited_values(self, row: Notice) -> dict[str, str]:
        """Its companies and its updates are part of it."""
        updates = "; ".join(f"{one.written_at:%Y-%m-%d %H:%M} {one.text}" for one in row.updates.all())
        companies = ", ".join(row.companies.order_by("code").values_list("code", flat=True))
        return {**super().audited_values(row), "companies": companies, "updates": updates}
