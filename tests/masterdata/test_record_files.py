"""Records as files: items, customers and suppliers in and out, financial data out; looked at before it is taken."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.foundation.audit import AuditEntry
from apps.masterdata.models import Customer, Item
from apps.masterdata.services.save_records import RecordInput, save_record
from tests.factories.masterdata import AccountFactory, CustomerFactory, ItemFactory

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])


def looked_at(client: Client, node: str, text: str) -> Any:
    """The preview of a CSV file."""
    file = SimpleUploadedFile("records.csv", text.encode(), content_type="text/csv")
    address = reverse(f"admin:masterdata_{node}_import")
    return client.post(address, {"import_file": file, "format": "0", "resource": "0"})


def taken(client: Client, node: str, preview: Any) -> Any:
    form = preview.context["confirm_form"]
    values = {name: form[name].value() for name in form.fields}
    return client.post(reverse(f"admin:masterdata_{node}_process_import"), values, follow=True)


def exported(client: Client, node: str, file_format: int = 0, language: str = "en") -> bytes:
    address = reverse(f"admin:masterdata_{node}_export")
    form = client.get(address).context["form"]
    chosen = {name: "on" for name, field in form.fields.items() if field.initial is True}
    body = {**chosen, "format": str(file_format), "resource": "0"}
    answer = client.post(address, body, headers={"Accept-Language": language})
    assert "attachment" in answer["Content-Disposition"], answer.content[:500]
    return bytes(answer.content)


def test_a_file_is_looked_at_first_and_then_taken_by_the_service(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    ItemFactory(code="A", name="Old")
    preview = looked_at(admin_client, "item", "id,name,base_price\nA,New,\nB,Second,12.50\n")
    assert Item.objects.get().name == "Old"
    taken(admin_client, "item", preview)
    assert sorted(Item.objects.values_list("code", "name")) == [("A", "New"), ("B", "Second")]
    assert IntegrationState.objects.filter(is_due=True).count() == 2
    assert set(AuditEntry.objects.filter(subject_type="item").values_list("actor", "action")) == {
        ("admin", "item_changed"),
        ("admin", "item_created"),
    }


def test_columns_that_are_not_in_the_file_stay_as_they_are(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    CustomerFactory(code="C-1", currency="USD", comments="Keep me")
    taken(admin_client, "customer", looked_at(admin_client, "customer", "id,name,primary_city\nC-1,New,Albany\n"))
    customer = Customer.objects.get()
    assert (customer.name, customer.currency, customer.comments) == ("New", "USD", "Keep me")
    assert [one.city for one in customer.addresses.all()] == ["Albany"]


def test_a_row_that_is_wrong_is_said_by_its_number_and_nothing_is_taken(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    preview = looked_at(admin_client, "customer", "id,name,currency\nC-1,Good,USD\nC-2,Bad,dollars\n")
    assert preview.context.get("confirm_form") is None
    assert "Currency" in preview.text or "currency" in preview.text
    assert not Customer.objects.exists()


def test_what_goes_out_comes_in_again_unchanged(admin_client: Client, configuration: IntacctConfiguration) -> None:
    record = RecordInput(
        "C-1", {"name": "One", "currency": "USD"}, [{"code": "MAIN", "is_primary": True, "city": "Albany"}]
    )
    save_record(node="customer", record=record, actor="test")
    text = exported(admin_client, "customer").decode()
    assert "Albany" in text
    entries = AuditEntry.objects.count()
    taken(admin_client, "customer", looked_at(admin_client, "customer", text))
    assert AuditEntry.objects.count() == entries


def test_a_formula_is_written_as_text(admin_client: Client, configuration: IntacctConfiguration) -> None:
    CustomerFactory(code="C-1", name='=HYPERLINK("http://a.example")')
    assert ",=HYPERLINK" not in exported(admin_client, "customer").decode()


def test_financial_data_goes_out_as_xlsx_and_has_no_import(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    import openpyxl

    AccountFactory(number="4000", name="Sales")
    sheet = openpyxl.load_workbook(io.BytesIO(exported(admin_client, "account", 1))).active
    assert sheet is not None
    assert "4000" in [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert admin_client.get("/admin/masterdata/account/import/").status_code in (302, 404)


def test_a_file_is_the_same_in_every_language(admin_client: Client, configuration: IntacctConfiguration) -> None:
    ItemFactory(code="A", name="Pump", base_price="1234.50")
    assert b"1234.5" in exported(admin_client, "item", language="fr")
    assert exported(admin_client, "item", language="fr") == exported(admin_client, "item")
