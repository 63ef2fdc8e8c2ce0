"""Items, customers and suppliers: kept here, sent to Sage Intacct by themselves (guide, "General information")."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX
from unfold.admin import StackedInline
from unfold.contrib.import_export.forms import ImportForm, SelectableFieldsExportForm

from apps.foundation.admin.base import PortalModelAdmin
from apps.foundation.admin.values_filter import IndexedValuesFilter
from apps.masterdata.admin.record_files import CustomerResource, ItemResource, SupplierResource
from apps.masterdata.models import Address, Customer, CustomerAddress, Item, OutboundRecord, Supplier, SupplierAddress
from apps.masterdata.models.outbound_record import OutboundQuerySet
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.masterdata.services.deletion import delete_records
from apps.masterdata.services.save_records import RecordInput, save_record

if TYPE_CHECKING:
    AddressFormSetBase = forms.BaseInlineFormSet[Address, Any, Any]
else:
    AddressFormSetBase = forms.BaseInlineFormSet

FORMATS = (CSV, XLSX)
CONTACT_FIELDS = (
    "print_as", ("first_name", "last_name"), ("phone", "email"), "address_line_1", "address_line_2", "address_line_3",
    ("postal_code", "city"), ("state", "country"),
)  # fmt: skip


class AddressFormSet(AddressFormSetBase):
    """One address at the most has each of the roles."""

    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid() and not form.cleaned_data.get("DELETE")]
        for name in self.form.base_fields:
            if name.startswith("is_") and sum(bool(row.get(name)) for row in rows) > 1:
                label = self.form.base_fields[name].label
                raise forms.ValidationError(_("Only one address can be: %(role)s."), params={"role": label})


class CustomerAddressInline(StackedInline):
    model = CustomerAddress
    formset = AddressFormSet
    extra = 0
    fields = ("code", ("is_primary", "is_bill_to", "is_ship_to"), *CONTACT_FIELDS)


class SupplierAddressInline(StackedInline):
    model = SupplierAddress
    formset = AddressFormSet
    extra = 0
    fields = ("code", ("is_primary", "is_pay_to", "is_return_to"), *CONTACT_FIELDS)


class OutboundRecordAdmin(ImportExportMixin, PortalModelAdmin):
    """A thin door: the form checks, one service saves, and tells whoever sends."""

    node = ""
    formats = FORMATS
    import_form_class = ImportForm
    export_form_class = SelectableFieldsExportForm
    list_filter: tuple[Any, ...] = ("is_active",)
    search_fields = ("code", "name")
    search_help_text = _("ID (its beginning), or a part of the name")
    actions = ("delete_chosen",)

    def get_queryset(self, request: HttpRequest) -> OutboundQuerySet:
        rows: OutboundQuerySet = super().get_queryset(request)
        return rows.alive()

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any, Any]", search_term: str
    ) -> "tuple[QuerySet[Any, Any], bool]":
        """By ID as typed and in capitals, which an index finds; only what is no ID is looked for in all names."""
        words = search_term.strip()
        if words:
            by_code = queryset.filter(Q(code__prefix=words) | Q(code__prefix=words.upper()))
            if by_code.exists():
                return by_code, False
        found: tuple[QuerySet[Any, Any], bool] = super().get_search_results(request, queryset, search_term)
        return found

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        offered: dict[str, Any] = super().get_actions(request)
        offered.pop("delete_selected", None)  # rows are never simply deleted: Sage Intacct follows
        return offered

    def get_readonly_fields(self, request: HttpRequest, obj: OutboundRecord | None = None) -> Any:
        """The ID is what Sage Intacct knows the record by: it can't be changed (guide, "General information")."""
        return ("code",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Any, form: "forms.ModelForm[Any]", change: bool) -> None:
        """Saved with its addresses, in `save_related`: one change, one entry in the history, sent once."""

    def save_related(self, request: HttpRequest, form: "forms.ModelForm[Any]", formsets: Any, change: bool) -> None:
        record, kind = form.instance, OUTBOUND_NODES[self.node]
        given = RecordInput(
            code=record.code,
            values={name: getattr(record, name) for name in kind.fields},
            addresses=self._addresses(formsets, kind.address_fields) if kind.address_model else None,
        )
        save_record(node=self.node, record=given, actor=request.user.get_username())
        record.pk = kind.model._default_manager.get(code=record.code).pk

    def _addresses(self, formsets: Iterable[Any], names: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {name: getattr(form.instance, name) for name in names}
            for formset in formsets
            for form in formset.forms
            if not form.cleaned_data.get("DELETE") and (form.instance.pk or form.has_changed())
        ]

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """The history is the audit trail's, with old and new values."""
        return []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_records(node=self.node, codes=[obj.code], actor=request.user.get_username())

    @admin.action(description=_("Delete, here and in Sage Intacct"), permissions=["delete"])
    def delete_chosen(self, request: HttpRequest, chosen: QuerySet[Any, Any]) -> None:
        """What documents name over there becomes inactive instead."""
        codes = list(chosen.order_by("code").values_list("code", flat=True))
        gone = delete_records(node=self.node, codes=codes, actor=request.user.get_username())
        self.message_user(request, _("%d deleted. Sage Intacct follows by itself.") % len(gone))


@admin.register(Item)
class ItemAdmin(OutboundRecordAdmin):
    node = "item"
    resource_classes = (ItemResource,)
    list_display = ("code", "name", "is_taxable", "is_active", "updated_at")
    empty_words = _("Items originate here and are sent to Sage Intacct as non-stock items. Add the first one.")
    fields = (
        "code", "name", "description", ("sales_description", "purchase_description"), ("base_price", "standard_cost"),
        "is_taxable", "is_active",
    )  # fmt: skip


@admin.register(Customer)
class CustomerAdmin(OutboundRecordAdmin):
    node = "customer"
    resource_classes = (CustomerResource,)
    list_display = ("code", "name", "payment_term", "currency", "is_on_hold", "is_active", "updated_at")
    list_filter = ("is_active", "is_on_hold", ("currency", IndexedValuesFilter))
    empty_words = _("Customers originate here and are sent to Sage Intacct. Add the first one.")
    inlines = (CustomerAddressInline,)
    fields = (
        "code", "name", ("payment_term", "currency"), ("credit_limit", "is_on_hold"), ("tax_id", "parent"),
        "delivery_options", "comments", "is_active",
    )  # fmt: skip


@admin.register(Supplier)
class SupplierAdmin(OutboundRecordAdmin):
    node = "supplier"
    resource_classes = (SupplierResource,)
    list_display = ("code", "name", "payment_term", "currency", "is_on_hold", "is_active", "updated_at")
    list_filter = ("is_active", "is_on_hold", ("currency", IndexedValuesFilter))
    empty_words = _("Suppliers originate here and are sent to Sage Intacct as vendors. Add the first one.")
    inlines = (SupplierAddressInline,)
    fields = (
        "code", "name", ("payment_term", "currency"), ("credit_limit", "is_on_hold"), ("tax_id", "parent"),
        "account_number", "payment_priority", ("form_1099_type", "form_1099_box"), "form_1099_name", "comments",
        "is_active",
    )  # fmt: skip
