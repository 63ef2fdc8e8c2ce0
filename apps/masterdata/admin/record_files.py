"""Records as CSV and XLSX: what each column is, and how a row is kept (django-import-export does the rest)."""

from typing import Any

from import_export import fields, resources
from import_export.results import Result

from apps.foundation.wording import in_english
from apps.masterdata.models import Account, Customer, Item, Journal, PaymentTerm, Supplier, TaxDetail
from apps.masterdata.nodes import OUTBOUND_NODES
from apps.masterdata.services.save_records import RecordInput, save_record

PRIMARY = (
    "print_as", "first_name", "last_name", "phone", "email", "address_line_1", "address_line_2", "address_line_3",
    "city", "state", "postal_code", "country",
)  # fmt: skip
"""Columns of the primary address; others are kept on the record's page or over REST."""


class _FileResource(resources.ModelResource):
    """A file's numbers are the same whoever makes or reads it: a decimal point, whatever the reader's language."""

    @in_english
    def export(self, *args: Any, **kwargs: Any) -> Any:
        return super().export(*args, **kwargs)

    @in_english
    def import_data(self, *args: Any, **kwargs: Any) -> Result:
        return super().import_data(*args, **kwargs)


class _RecordResource(_FileResource):
    """Rows are kept by the same service as over REST: checked, in the history, and sent to Sage Intacct."""

    node = ""
    id = fields.Field(attribute="code", column_name="id")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        self.actor = kwargs["user"].get_username() if kwargs.get("user") else "import"

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        instance.imported_row = row

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        """Raises `RecordNotAcceptable`: the row's error in the preview."""
        kind, row = OUTBOUND_NODES[self.node], instance.imported_row
        given = RecordInput(
            code=str(instance.code or "").strip(),
            values={name: getattr(instance, name) for name in kind.fields if name in row},
            addresses=self.addresses(instance, row),
            is_partial=True,
        )
        save_record(node=self.node, record=given, actor=self.actor)
        instance.pk = kind.model._default_manager.get(code=given.code).pk

    def addresses(self, instance: Any, row: Any) -> list[dict[str, Any]] | None:
        """All addresses as they will be; None: the file says nothing of them."""
        return None

    def after_import(self, dataset: Any, result: Result, **kwargs: Any) -> None:
        """No sequence to be reset: the service made the rows."""


class ItemResource(_RecordResource):
    node = "item"

    class Meta:
        model = Item
        import_id_fields = ("id",)
        skip_unchanged = True
        fields = (
            "id", "name", "description", "sales_description", "purchase_description", "is_taxable", "base_price",
            "standard_cost", "is_active",
        )  # fmt: skip


class _PartnerResource(_RecordResource):
    """With the columns `primary_…` of the primary address."""

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        return [*super().get_export_headers(selected_fields), *(f"primary_{name}" for name in PRIMARY)]

    def export_resource(self, instance: Any, selected_fields: Any = None, **kwargs: Any) -> list[Any]:
        primary = next((one for one in instance.addresses.all() if one.is_primary), None)
        shown = [getattr(primary, name, "") for name in PRIMARY]
        return [*super().export_resource(instance, selected_fields, **kwargs), *shown]

    def addresses(self, instance: Any, row: Any) -> list[dict[str, Any]] | None:
        given = {name: str(row.get(f"primary_{name}") or "").strip() for name in PRIMARY if f"primary_{name}" in row}
        if not given:
            return None
        names = OUTBOUND_NODES[self.node].address_fields
        stored = list(instance.addresses.all()) if instance.pk else []
        kept = [{name: getattr(one, name) for name in names} for one in stored]
        primary = next((one for one in kept if one["is_primary"]), None)
        if primary is None and any(given.values()):
            primary = {"code": "MAIN", "is_primary": True}
            kept.append(primary)
        if primary is not None:
            primary.update(given)
        return kept


_PARTNER = (
    "id", "name", "payment_term", "currency", "tax_id", "credit_limit", "is_on_hold", "parent", "comments", "is_active",
)  # fmt: skip


class CustomerResource(_PartnerResource):
    node = "customer"

    class Meta:
        model = Customer
        import_id_fields = ("id",)
        skip_unchanged = False
        fields = (*_PARTNER, "delivery_options")


class SupplierResource(_PartnerResource):
    node = "supplier"

    class Meta:
        model = Supplier
        import_id_fields = ("id",)
        skip_unchanged = False
        fields = (
            *_PARTNER, "account_number", "payment_priority", "form_1099_name", "form_1099_type", "form_1099_box",
        )  # fmt: skip


class AccountResource(_FileResource):
    chart_of_accounts = fields.Field(attribute="chart_of_accounts__code", column_name="chart_of_accounts")

    class Meta:
        model = Account
        exclude = ("id",)


class JournalResource(_FileResource):
    class Meta:
        model = Journal
        exclude = ("id",)


class PaymentTermResource(_FileResource):
    class Meta:
        model = PaymentTerm
        exclude = ("id",)


class TaxDetailResource(_FileResource):
    class Meta:
        model = TaxDetail
        exclude = ("id",)
