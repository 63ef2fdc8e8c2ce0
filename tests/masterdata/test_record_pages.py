"""Items, customers and suppliers in the admin: added, changed and deleted by hand, and sent by themselves."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.foundation.audit import AuditEntry
from apps.masterdata.models import Customer
from tests.factories.masterdata import CustomerFactory

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])

EMPTY_ADDRESSES = {
    "addresses-TOTAL_FORMS": "0",
    "addresses-INITIAL_FORMS": "0",
    "addresses-MIN_NUM_FORMS": "0",
    "addresses-MAX_NUM_FORMS": "1000",
}


def address(number: int, code: str, **roles: str) -> dict[str, str]:
    return {f"addresses-{number}-code": code, **{f"addresses-{number}-{name}": value for name, value in roles.items()}}


def form(**more: Any) -> dict[str, Any]:
    return {"code": "C-1", "name": "Customer one", "is_active": "on", **EMPTY_ADDRESSES, **more}


def test_a_customer_is_added_with_addresses_in_one_change(
    admin_client: Client, configuration: IntacctConfiguration
) -> None:
    body = form(**{
        "addresses-TOTAL_FORMS": "2",
        **address(0, "MAIN", is_primary="on", city="Albany"),
        **address(1, "BILLING", is_bill_to="on"),
    })  # fmt: skip
    answer = admin_client.post(reverse("admin:masterdata_customer_add"), body)
    assert answer.status_code == 302, answer.text
    customer = Customer.objects.get()
    assert sorted(one.code for one in customer.addresses.all()) == ["BILLING", "MAIN"]
    assert set(IntegrationState.objects.values_list("object_name", "key")) == {
        ("CUSTOMER", "C-1"),
        ("CONTACT", "BILLING(CC-1)"),
    }
    assert AuditEntry.objects.filter(action="customer_created").count() == 1


def test_two_bill_to_addresses_are_refused_in_words(admin_client: Client, configuration: IntacctConfiguration) -> None:
    body = form(**{
        "addresses-TOTAL_FORMS": "2",
        **address(0, "A", is_bill_to="on"),
        **address(1, "B", is_bill_to="on"),
    })  # fmt: skip
    answer = admin_client.post(reverse("admin:masterdata_customer_add"), body)
    assert "Only one address can be" in answer.text
    assert not Customer.objects.exists()


def test_the_id_cannot_be_changed(admin_client: Client, configuration: IntacctConfiguration) -> None:
    customer = CustomerFactory()
    page = reverse("admin:masterdata_customer_change", args=[customer.pk])
    assert 'name="code"' not in admin_client.get(page).text
    assert admin_client.post(page, form(code="OTHER", name="New name")).status_code == 302
    assert list(Customer.objects.values_list("code", "name")) == [("C-1", "New name")]
    assert IntegrationState.objects.get().is_due


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("C-2", ["C-2", "C-20"]),  # an ID, or how IDs begin
        ("c-20", ["C-20"]),
        ("pump", ["C-2", "X-1"]),  # no ID begins so: what names have in them
        ("nowhere", []),
    ],
)
def test_a_record_is_searched_by_its_id_and_else_by_its_name(
    admin_client: Client, configuration: IntacctConfiguration, sought: str, found: list[str]
) -> None:
    for code, name in (("C-2", "Blue Pumps"), ("C-20", "Valves"), ("X-1", "pumps of C-2")):
        CustomerFactory(code=code, name=name)
    page = admin_client.get(reverse("admin:masterdata_customer_changelist"), {"q": sought})
    assert [record.code for record in page.context["cl"].result_list] == found


def test_a_list_of_customers_is_narrowed_by_currency(admin_client: Client, configuration: IntacctConfiguration) -> None:
    for code, currency in (("C-1", "USD"), ("C-2", "EUR"), ("C-3", ""), ("C-4", "EUR")):
        CustomerFactory(code=code, currency=currency)
    listed = reverse("admin:masterdata_customer_changelist")
    (shown,) = [one for one in admin_client.get(listed).context["cl"].filter_specs if one.title == "currency"]
    assert list(shown.lookup_choices) == ["EUR", "USD"]
    narrowed = admin_client.get(listed, {"currency": "EUR"}).context["cl"].result_list
    assert [record.code for record in narrowed] == ["C-2", "C-4"]


def test_what_is_deleted_is_hidden_and_sent(admin_client: Client, configuration: IntacctConfiguration) -> None:
    customer = CustomerFactory()
    answer = admin_client.post(reverse("admin:masterdata_customer_delete", args=[customer.pk]), {"post": "yes"})
    assert answer.status_code == 302
    customer.refresh_from_db()
    assert (customer.is_active, customer.deleted_at is not None) == (False, True)
    admin_client.get(reverse("admin:index"))  # shows the message that names it
    assert "Customer one" not in admin_client.get(reverse("admin:masterdata_customer_changelist")).text
    assert IntegrationState.objects.get(key="C-1").is_due
