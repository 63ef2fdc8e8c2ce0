"""Contract 5.2: items, customers and suppliers are kept by the client's own ID, and say where they stand."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.foundation.audit import AuditEntry
from apps.masterdata.models import Customer, Item
from apps.synchronisation.services.outbound import work
from tests.conftest import ClientOf
from tests.factories.masterdata import ItemFactory

CUSTOMER = "/api/v1/customers/C-1/"
BODY: dict[str, Any] = {
    "name": "Customer one",
    "currency": "USD",
    "credit_limit": "5000.00",
    "addresses": [
        {"id": "MAIN", "is_primary": True, "city": "Albany", "country": "US"},
        {"id": "BILLING", "is_bill_to": True},
    ],
}


def put(rest: APIClient, body: dict[str, Any], path: str = CUSTOMER) -> Any:
    return rest.put(path, body, format="json")


class TestOne:
    def test_is_created_read_and_listed(self, rest: APIClient) -> None:
        created = put(rest, BODY)
        assert created.status_code == 201, created.json()
        answer = rest.get(CUSTOMER).json()
        assert answer == created.json()
        assert (answer["id"], answer["credit_limit"], answer["integration_status"]) == ("C-1", "5000.00", "pending")
        assert [one["id"] for one in answer["addresses"]] == ["BILLING", "MAIN"]
        (listed,) = rest.get("/api/v1/customers/", {"integration_status": "pending"}).json()["results"]
        assert listed == answer
        assert rest.get("/api/v1/customers/", {"integration_status": "success"}).json()["results"] == []

    def test_is_replaced_by_put_and_changed_by_patch(self, rest: APIClient) -> None:
        put(rest, BODY)
        patched = rest.patch(CUSTOMER, {"comments": "Call first"}, format="json").json()
        assert (patched["comments"], patched["currency"], len(patched["addresses"])) == ("Call first", "USD", 2)
        replaced = put(rest, {"name": "Customer one"})
        assert replaced.status_code == 200
        assert (replaced.json()["comments"], replaced.json()["currency"]) == ("", "")
        assert replaced.json()["addresses"] == []

    def test_the_same_again_changes_nothing(self, rest: APIClient) -> None:
        put(rest, BODY)
        IntegrationState.objects.update(is_due=False, status=IntegrationStatus.SUCCESS)
        entries = AuditEntry.objects.count()
        assert put(rest, BODY).json()["integration_status"] == "success"
        assert AuditEntry.objects.count() == entries

    def test_is_deleted_and_may_live_again(self, rest: APIClient) -> None:
        put(rest, BODY)
        assert rest.delete(CUSTOMER).status_code == 204
        assert rest.get(CUSTOMER).status_code == rest.delete(CUSTOMER).status_code == 404
        assert rest.patch(CUSTOMER, {"name": "x"}, format="json").status_code == 404
        assert put(rest, BODY).status_code == 201
        assert Customer.objects.get().deleted_at is None

    def test_says_where_it_stands_in_sage_intacct(self, client_of: ClientOf, connection: IntacctConfiguration) -> None:
        rest = client_of()
        put(rest, {"name": "Pump"}, "/api/v1/items/PUMP-9/")
        work(connection=connection, budget_seconds=30)
        answer = rest.get("/api/v1/items/PUMP-9/").json()
        assert answer["integration_status"] == "success"
        assert answer["record_no"]
        assert answer["last_integrated_at"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"name": ""}, "/name", "blank"),
        ({"nickname": "x"}, "/nickname", "unknown_field"),
        ({"currency": "dollars"}, "/currency", "max_length"),
        ({"currency": "usd"}, "/currency", "invalid"),
        ({"credit_limit": 5}, "/credit_limit", "not_a_string"),
        ({"credit_limit": "-5.00"}, "/credit_limit", "min_value"),
        ({"credit_limit": "5.001"}, "/credit_limit", "max_decimal_places"),
        ({"id": "C-2"}, "/id", "invalid"),
        ({"parent": "C-1"}, "/parent", "invalid"),
        ({"addresses": [{"id": "A", "email": "nobody"}]}, "/addresses/0/email", "invalid"),
        ({"addresses": [{"id": "A", "country": "USA"}]}, "/addresses/0/country", "max_length"),
        ({"addresses": [{"id": "A"}, {"id": "A"}]}, "/addresses/1/id", "given_twice"),
        ({"addresses": [{"id": "A", "is_bill_to": True}, {"id": "B", "is_bill_to": True}]},
         "/addresses/1/is_bill_to", "one_only"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_pointed_to_and_nothing_is_stored(
    rest: APIClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = put(rest, {**BODY, **change})
    assert answer.status_code == 422, answer.json()
    assert (answer.json()["code"], answer.json()["errors"][0]["pointer"]) == ("record_not_acceptable", pointer)
    assert answer.json()["errors"][0]["code"] == code
    assert not Customer.objects.exists()


def test_an_id_that_intacct_would_refuse_is_refused(rest: APIClient) -> None:
    answer = put(rest, {"name": "x"}, "/api/v1/items/A&B/")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/id")


class TestBulk:
    def test_each_stands_alone(self, rest: APIClient) -> None:
        items = [{"id": "A", "name": "One"}, {"id": "B"}, {"name": "No ID"}, {"id": "A", "name": "Twice"}]
        answer = rest.post("/api/v1/items/bulk/", {"items": items}, format="json").json()["results"]
        assert [one["status"] for one in answer] == [201, 422, 422, 422]
        assert answer[0]["item"]["id"] == "A"
        assert answer[3]["problem"]["errors"][0]["code"] == "given_twice"
        assert list(Item.objects.values_list("name", flat=True)) == ["One"]

    def test_the_first_of_two_with_one_id_is_kept_as_it_was_given(self, rest: APIClient) -> None:
        ItemFactory(code="A", name="Old")
        items = [{"id": "A", "name": "First"}, {"id": "A", "name": "Second"}]
        answer = rest.post("/api/v1/items/bulk/", {"items": items}, format="json").json()["results"]
        assert [one["status"] for one in answer] == [200, 422]
        assert Item.objects.get().name == "First"

    @pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [{}] * 1001}, {"items": [], "more": 1}])
    def test_of_the_wrong_size_is_refused(self, rest: APIClient, body: dict[str, Any]) -> None:
        answer = rest.post("/api/v1/items/bulk/", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (422, "bulk_size")

    def test_costs_a_bounded_number_of_queries(self, rest: APIClient, django_assert_max_num_queries: Any) -> None:
        many = [{"id": f"M-{n}", "name": "x"} for n in range(300)]
        with django_assert_max_num_queries(QUERIES_OF_A_BULK):
            rest.post("/api/v1/items/bulk/", {"items": many}, format="json")


QUERIES_OF_A_BULK = 30
"""SQLite takes 999 values in a statement, so 300 rows are several of them."""
