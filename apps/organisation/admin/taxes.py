"""Tax categories and tax solutions, delivered and custom (guide, "Tax settings")."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.foundation.admin.audited import AuditedModelAdmin
from apps.organisation.admin.custom_tax_solution_form import CustomTaxSolutionForms
from apps.organisation.admin.origin import ShowsOrigin
from apps.organisation.errors import CustomTaxSolutionRefused
from apps.organisation.models import TaxCategory, TaxSolution, TaxSolutionLine
from apps.organisation.selectors import without_tax_solution
from apps.organisation.services.custom_tax_solution import set_up_custom_tax_solution


@admin.register(TaxCategory)
class TaxCategoryAdmin(ShowsOrigin, AuditedModelAdmin):
    audited_as = "tax_category"
    fields = ("code", "name", "origin")
    readonly_fields = ("origin",)
    list_display = ("code", "name", "origin")
    search_fields = ("code", "name")
    search_help_text = _("ID, name")
    empty_words = _("Tax categories are delivered: run manage.py load_delivered_data.")


class TaxSolutionLineInline(TabularInline):
    model = TaxSolutionLine
    extra = 0
    fields = ("order", "category", "is_mandatory")
    hide_title = True
    verbose_name = _("tax category")
    verbose_name_plural = _("tax categories")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Each input says what it is: a table's heading alone is not its label."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            getattr(field.widget, "widget", field.widget).attrs["aria-label"] = str(field.label)
        return field


@admin.register(TaxSolution)
class TaxSolutionAdmin(ShowsOrigin, AuditedModelAdmin):
    audited_as = "tax_solution"
    list_before_template = "admin/organisation/tax_solutions_missing.html"
    list_display = (
        "code", "name", "country", "legislation", "intacct_tax_solution", "categories", "is_active", "origin",
    )  # fmt: skip
    list_filter = ("legislation", "is_active")
    list_select_related = ("legislation",)
    search_fields = ("code", "name")
    search_help_text = _("ID, name")
    empty_words = _("Tax solutions are delivered: run manage.py load_delivered_data.")
    fields = (
        "code", "name", "description", "country", "legislation", "intacct_tax_solution", "is_active", "origin",
    )  # fmt: skip
    readonly_fields = ("origin",)
    inlines = (TaxSolutionLineInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxSolution, TaxSolution]:
        return super().get_queryset(request).prefetch_related("lines__category")

    def audited_values(self, row: TaxSolution) -> dict[str, str]:
        """A solution's categories are part of it."""
        return {**super().audited_values(row), "tax categories": row.categories_in_words}

    @display(description=_("tax categories"))
    def categories(self, solution: TaxSolution) -> str:
        return solution.categories_in_words

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"may_set_up": self.has_add_permission(request), "waiting": without_tax_solution()}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def get_urls(self) -> list[Any]:
        custom = path("custom/", self.admin_site.admin_view(self.custom_view), name="organisation_taxsolution_custom")
        return [custom, *super().get_urls()]

    def custom_view(self, request: HttpRequest) -> HttpResponse:
        """How to set up a custom tax solution: one form, stored as a whole or not at all."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        forms = CustomTaxSolutionForms(request.POST or None, legislation=request.GET.get("legislation", ""))
        if request.method == "POST" and forms.is_valid():
            try:
                solution = set_up_custom_tax_solution(described=forms.described(), actor=request.user.get_username())
            except CustomTaxSolutionRefused as refused:
                forms.show(refused)
            else:
                messages.success(request, _("The custom tax solution %s is set up.") % solution)
                return redirect("admin:organisation_taxsolution_change", solution.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("How to set up a custom tax solution"),
            "page_title": _("How to set up a custom tax solution"),
            "forms": forms,
        }
        return TemplateResponse(request, "admin/organisation/custom_tax_solution.html", context)
