"""Financial data that comes from Sage Intacct: shown, and not edited here but for the tax management of accounts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.foundation.admin.base import PortalModelAdmin, ReadOnlyAdmin
from apps.masterdata.models import Account, Journal
from apps.masterdata.services.tax_management import choose_tax_management


@admin.register(Account)
class AccountAdmin(PortalModelAdmin):
    list_display = ("number", "name", "chart_of_accounts", "tax_management", "is_active", "synchronised_at")
    list_filter = ("chart_of_accounts", "tax_management", "is_active")
    list_select_related = ("chart_of_accounts__legislation",)
    search_fields = ("number", "name")
    search_help_text = _("ID, name")
    empty_words = _("Accounts are managed in Sage Intacct. Read them in under Synchronisations.")
    fields = ("number", "name", "chart_of_accounts", "tax_management", "is_active", "synchronised_at")
    readonly_fields = ("number", "name", "chart_of_accounts", "is_active", "synchronised_at")
    actions = None
    change_form_outer_before_template = "admin/masterdata/tax_management.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        """Only where tax management is selectable there is something to change."""
        return super().has_change_permission(request, obj) and (obj is None or obj.selects_tax_management)

    def save_model(self, request: HttpRequest, obj: Account, form: "forms.ModelForm[Any]", change: bool) -> None:
        choose_tax_management(account=obj, tax_management=obj.tax_management, actor=request.user.get_username())


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    list_display = ("symbol", "name", "is_active", "synchronised_at")
    list_filter = ("is_active",)
    search_fields = ("symbol", "name")
    search_help_text = _("ID, name")
    empty_words = _("Journals are managed in Sage Intacct. Read them in under Synchronisations.")
    fields = ("symbol", "name", "is_active", "synchronised_at")
