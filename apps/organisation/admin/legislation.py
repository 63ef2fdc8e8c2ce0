"""Legislations and their charts of accounts (guide, "Tax settings": review each page)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.foundation.admin.audited import AuditedModelAdmin
from apps.organisation.admin.origin import ShowsOrigin
from apps.organisation.models import ChartOfAccounts, Legislation
from apps.organisation.selectors import set_up_of


@admin.register(Legislation)
class LegislationAdmin(ShowsOrigin, AuditedModelAdmin):
    audited_as = "legislation"
    fixed_fields = ("code", "selects_tax_management")
    change_form_outer_before_template = "admin/organisation/legislation_set_up.html"
    list_display = (
        "code", "name", "country", "currency", "posts_ap_ar_to_ledger", "selects_tax_management", "origin",
    )  # fmt: skip
    fields = (
        "code", "name", "country", "currency", "posts_ap_ar_to_ledger", "selects_tax_management", "origin",
    )  # fmt: skip
    readonly_fields = ("origin",)
    search_fields = ("code", "name")
    search_help_text = _("Code, name")
    empty_words = _("Legislations are delivered: run manage.py load_delivered_data.")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        legislation = self.get_object(request, object_id)
        context = {
            "set_up": set_up_of(legislation) if legislation else None,
            "may_set_up": request.user.has_perm("organisation.add_taxsolution"),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})


@admin.register(ChartOfAccounts)
class ChartOfAccountsAdmin(ShowsOrigin, AuditedModelAdmin):
    audited_as = "chart_of_accounts"
    fixed_fields = ("code", "legislation")
    list_display = ("code", "name", "legislation", "is_default", "origin")
    fields = ("code", "name", "legislation", "is_default", "origin")
    readonly_fields = ("origin",)
    list_filter = ("legislation", "is_default")
    list_select_related = ("legislation",)
    search_fields = ("code", "name")
    search_help_text = _("ID, name")
    empty_words = _("Charts of accounts are delivered for each legislation: run manage.py load_delivered_data.")
