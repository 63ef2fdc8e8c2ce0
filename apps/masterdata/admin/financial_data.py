"""Financial data that comes from Sage Intacct: shown, and not edited here but for the tax management of accounts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from unfold.contrib.import_export.forms import SelectableFieldsExportForm
from unfold.decorators import display

from apps.foundation.admin.base import PortalModelAdmin, ReadOnlyAdmin
from apps.foundation.wording import translated
from apps.masterdata.admin.record_files import (
    AccountResource,
    JournalResource,
    PaymentTermResource,
    TaxDetailResource,
)
from apps.masterdata.models import Account, Journal, PaymentTerm, TaxDetail
from apps.masterdata.services.tax_management import choose_tax_management


@admin.register(Account)
class AccountAdmin(ExportMixin, PortalModelAdmin):
    resource_classes = (AccountResource,)
    formats = (CSV, XLSX)
    export_form_class = SelectableFieldsExportForm
    list_display = ("number", "name", "chart_of_accounts", "tax_management", "is_active", "synchronised_at")
    list_filter = ("chart_of_accounts", "tax_management", "is_active")
    list_select_related = ("chart_of_accounts__legislation",)
    search_fields = ("number", "name")
    search_help_text = _("ID, name")
    empty_words = _("Accounts are managed in Sage Intacct. Read them in under Synchronisations.")
    fields = (
        "number", "name", "chart_of_accounts", "account_type", "normal_balance", "entity", "required_words",
        "tax_management", "is_active", "synchronised_at",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name != "tax_management")
    actions = None
    change_form_outer_before_template = "admin/masterdata/tax_management.html"

    @display(description=_("required on each line (changed in Sage Intacct)"))
    def required_words(self, account: Account) -> str:
        """The analytical settings: changed in Sage Intacct, shown here (dmo-facts 4.6)."""
        words = [translated(name.replace("_", " ").capitalize()) for name in account.required]
        return ", ".join(words) or str(_("Nothing"))

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
class JournalAdmin(ExportMixin, ReadOnlyAdmin):
    resource_classes = (JournalResource,)
    formats = (CSV, XLSX)
    export_form_class = SelectableFieldsExportForm
    list_display = ("symbol", "name", "is_active", "synchronised_at")
    list_filter = ("is_active",)
    search_fields = ("symbol", "name")
    search_help_text = _("ID, name")
    empty_words = _("Journals are managed in Sage Intacct. Read them in under Synchronisations.")
    fields = ("symbol", "name", "is_active", "synchronised_at")


@admin.register(PaymentTerm)
class PaymentTermAdmin(ExportMixin, ReadOnlyAdmin):
    resource_classes = (PaymentTermResource,)
    formats = (CSV, XLSX)
    export_form_class = SelectableFieldsExportForm
    list_display = ("code", "ledger", "name", "due_words", "is_active", "synchronised_at")
    list_filter = ("ledger", "is_active")
    search_fields = ("code", "name")
    search_help_text = _("ID, name")
    empty_words = _("Payment terms are managed in Sage Intacct. Read them in under Synchronisations.")
    fields = (
        "code", "ledger", "name", "due_words", "discount", "discount_unit", "discount_days", "discount_from",
        "is_active", "synchronised_at",
    )  # fmt: skip
    readonly_fields = ("due_words",)

    @display(description=_("due"))
    def due_words(self, term: PaymentTerm) -> str:
        return term.due_rule or "–"


@admin.register(TaxDetail)
class TaxDetailAdmin(ExportMixin, ReadOnlyAdmin):
    resource_classes = (TaxDetailResource,)
    formats = (CSV, XLSX)
    export_form_class = SelectableFieldsExportForm
    list_display = ("code", "tax_type", "shown_rate", "account", "tax_solution", "is_reverse_charge", "is_active")
    list_filter = ("tax_type", "is_reverse_charge", "is_active", "tax_solution")
    search_fields = ("code", "name")
    search_help_text = _("ID, name")
    empty_words = _("Tax details are managed in Sage Intacct. Read them in under Synchronisations.")
    fields = (
        "code", "name", "tax_type", "shown_rate", "account", "tax_solution", "is_reverse_charge", "is_active",
        "synchronised_at",
    )  # fmt: skip

    @display(description=_("rate (%)"), ordering="rate")
    def shown_rate(self, detail: TaxDetail) -> str:
        return "–" if detail.rate is None else str(number_format(detail.rate.normalize()))
