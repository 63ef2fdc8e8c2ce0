"""`ETag`, `If-Match` and `If-None-Match`: nobody writes over what somebody else changed meanwhile."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.masterdata.models import Customer

CUSTOMER = "/api/v1/customers/C-1/"
BODY: dict[str, Any] = {"name": "Customer one", "addresses": [{"id": "MAIN", "city": "Albany"}]}


@pytest.fixture
def tag(rest: APIClient) -> str:
    """The version of a customer that is there."""
    return str(rest.put(CUSTOMER, BODY)["ETag"])


def test_each_answer_about_one_record_names_its_version(rest: APIClient, tag: str) -> None:
    assert tag.startswith('"')
    assert rest.get(CUSTOMER)["ETag"] == tag
    assert rest.put(CUSTOMER, BODY)["ETag"] == tag, "the same content is the same version"
    assert rest.patch(CUSTOMER, {"comments": "Call first"})["ETag"] != tag


def test_a_version_covers_the_addresses(rest: APIClient, tag: str) -> None:
    changed = rest.put(CUSTOMER, {**BODY, "addresses": [{"id": "MAIN", "city": "Troy"}]})

    assert changed["ETag"] != tag


def test_where_it_stands_in_intacct_is_no_change_of_its_owners(rest: APIClient, tag: str) -> None:
    IntegrationState.objects.update(status=IntegrationStatus.SUCCESS, record_no="77")

    answer = rest.patch(CUSTOMER, {"comments": "Call first"}, headers={"If-Match": tag})

    assert answer.status_code == 200, answer.json()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_change_of_what_is_not_there_any_more_is_refused(rest: APIClient, tag: str, method: str) -> None:
    rest.patch(CUSTOMER, {"comments": "Somebody else was faster"})

    answer = getattr(rest, method)(CUSTOMER, {"name": "Customer I"}, headers={"If-Match": tag})

    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert answer.json()["next_step"]
    customer = Customer.objects.get(deleted_at=None)
    assert (customer.name, customer.comments) == ("Customer one", "Somebody else was faster")


@pytest.mark.parametrize(("method", "status"), [("put", 200), ("patch", 200), ("delete", 204)])
@pytest.mark.parametrize("supposed", ["{tag}", '"another", {tag}', "*"])
def test_a_change_of_what_was_seen_is_made(rest: APIClient, tag: str, method: str, status: int, supposed: str) -> None:
    headers = {"If-Match": supposed.format(tag=tag)}

    assert getattr(rest, method)(CUSTOMER, {"name": "Customer I"}, headers=headers).status_code == status


def test_a_weak_tag_matches_nothing(rest: APIClient, tag: str) -> None:
    assert rest.patch(CUSTOMER, {"comments": "x"}, headers={"If-Match": f"W/{tag}"}).status_code == 412


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("words", ["", "without-quotes"])
def test_what_names_no_version_is_not_passed_over(rest: APIClient, tag: str, name: str, words: str) -> None:
    answer = rest.patch(CUSTOMER, {"comments": "x"}, headers={name: words})

    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert "in its quotes" in answer.json()["next_step"]


def test_if_match_creates_nothing(rest: APIClient) -> None:
    assert rest.put(CUSTOMER, BODY, headers={"If-Match": "*"}).status_code == 412
    assert not Customer.objects.exists()


def test_if_none_match_creates_and_changes_nothing(rest: APIClient) -> None:
    assert rest.put(CUSTOMER, BODY, headers={"If-None-Match": "*"}).status_code == 201
    again = rest.put(CUSTOMER, {"name": "Customer two"}, headers={"If-None-Match": "*"})

    assert (again.status_code, Customer.objects.get().name) == (412, "Customer one")
