"""Default dimensions: a line gets what it does not name, from the nearest record that has a default."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.dimensions.models import AttributeType, DefaultDimension
from apps.dimensions.services.delivered import load_dimensions
from apps.foundation.audit import AuditEntry
from apps.postings.models import PostingLine
from tests.factories.documents import purchase_invoice, sales_invoice
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db
ORDER = [("item", "ITEM-1"), ("customer", "CUST-01"), ("site", "100-WH1"), ("company", "100")]


@pytest.fixture(autouse=True)
def delivered(db: None) -> None:
    load_dimensions()


def default(source: str, key: str, value: str, **type_: str) -> None:
    DefaultDimension.objects.create(
        source=source, key=key, value=value, **(type_ or {"dimension_type_id": "department"})
    )


def bare(**changes: Any) -> dict[str, Any]:
    """A sales invoice whose line names an item, a site, and no dimension."""
    body = sales_invoice(**changes)
    body["lines"][0] |= {"dimensions": {}}
    return body


def previewed(rest: APIClient, body: dict[str, Any]) -> dict[str, tuple[str, str]]:
    answer = rest.post("/api/v1/postings/preview/", body)
    assert answer.status_code == 200, answer.json()
    return {one["type"]: (one["value"], one["origin"]) for one in answer.json()["lines"][0]["analysed_by"]}


@pytest.mark.parametrize("nearest", range(len(ORDER)), ids=[source for source, _key in ORDER])
def test_the_nearest_default_wins_and_the_preview_says_whose_it_is(nearest: int, rest: APIClient) -> None:
    for index, (source, key) in enumerate(ORDER):
        if index >= nearest:
            default(source, key, f"DEPT-{index}")
    source, key = ORDER[nearest]
    assert previewed(rest, bare())["department"] == (f"DEPT-{nearest}", f"{source} {key}")


def test_what_the_line_names_stays(rest: APIClient) -> None:
    default("item", "ITEM-1", "ADMIN")
    assert previewed(rest, sales_invoice())["department"] == ("SALES", "line")


def test_a_default_of_the_supplier_is_posted_and_kept_with_the_line(
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: Callable[..., APIClient],
    company: Any,
    drained: Callable[[], object],
) -> None:
    default("supplier", "SUPP-01", "ADMIN")
    body = purchase_invoice()
    body["lines"][0]["dimensions"] = {}
    rest = client_of(company)
    pk = rest.post("/api/v1/postings/", body).json()["id"]
    DefaultDimension.objects.update(value="SALES")
    drained()
    assert PostingLine.objects.get(posting=pk).dimensions == {"department": "ADMIN"}
    assert [line["DEPARTMENTID"] for line in sandbox.objects("APBILLITEM")] == ["ADMIN"]
    again = rest.post("/api/v1/postings/", body)
    assert (again.status_code, again.json()["id"]) == (200, pk), "the same document, whatever the default is now"


def test_a_type_that_is_not_active_gives_nothing(rest: APIClient) -> None:
    default("item", "ITEM-1", "PRJ-1", attribute_type_id="project")
    AttributeType.objects.filter(pk="project").update(is_active=False)
    assert "project" not in previewed(rest, bare())


def test_a_task_comes_only_with_the_project_of_the_same_default(rest: APIClient) -> None:
    default("item", "ITEM-1", "TASK-1", attribute_type_id="task")
    assert "task" not in previewed(rest, bare())
    default("item", "ITEM-1", "PRJ-1", attribute_type_id="project")
    assert previewed(rest, bare())["task"] == ("TASK-1", "item ITEM-1")
    own = bare()
    own["lines"][0]["attributes"] = {"project": "PRJ-2"}
    found = previewed(rest, own)
    assert (found["project"], "task" in found) == (("PRJ-2", "line"), False)


def test_many_lines_and_documents_cost_no_further_query(rest: APIClient, django_assert_max_num_queries: Any) -> None:
    default("item", "ITEM-1", "ADMIN")
    lines = bare()["lines"]
    with django_assert_max_num_queries(30):
        rest.post("/api/v1/postings/preview/", bare(lines=lines * 200))


def test_an_admin_makes_one_with_history_and_an_auditor_only_looks(
    person: Callable[[Role], User], client: Client
) -> None:
    address = reverse("admin:dimensions_defaultdimension_add")
    form = {"source": "item", "key": "ITEM-1", "dimension_type": "department", "attribute_type": "", "value": "ADMIN"}
    client.force_login(person(Role.AUDITOR))
    assert client.post(address, form).status_code == 403
    client.force_login(person(Role.INTEGRATION_ADMIN))
    client.post(address, form)
    assert str(DefaultDimension.objects.get()) == "Item ITEM-1: Department ADMIN"
    assert AuditEntry.objects.filter(subject_type="default_dimension").count() == 1
    assert "There is a default of this type already" in client.post(address, form).text
    both = {**form, "key": "ITEM-2", "attribute_type": "project"}
    assert "not both" in client.post(address, both).text
