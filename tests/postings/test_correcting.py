"""*Correct dimensions and attributes*: many postings in error get the missing value and are sent again, once each."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.foundation.audit import AuditEntry
from apps.organisation.models import Company
from apps.postings.models import Posting
from tests.factories.documents import purchase_invoice
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db
LIST = "admin:postings_posting_changelist"
NEEDS_A_DEPARTMENT = "6300"


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


@pytest.fixture
def refused(
    company: Company,
    connection: IntacctConfiguration,
    client_of: Callable[..., APIClient],
    drained: Callable[[], object],
) -> Callable[..., list[str]]:
    """Submits bills without a department, which Intacct refuses; gives their IDs."""

    def make(number: int = 1, **changes: Any) -> list[str]:
        rest = client_of(company)
        line = {"account": NEEDS_A_DEPARTMENT, "amount": "10.00", "description": "Repair"}
        ids = [
            rest.post("/api/v1/postings/", purchase_invoice(lines=[line], **changes)).json()["id"]
            for _ in range(number)
        ]
        drained()
        assert {rest.get(f"/api/v1/postings/{one}/").json()["state"] for one in ids} == {"error"}
        return ids

    return make


def correct(admin: Client, ids: list[str], **form: str) -> str:
    posted = {"action": "correct_selected", ACTION_CHECKBOX_NAME: ids, "index": "0", **form}
    return str(admin.post(reverse(LIST), posted, follow=True).text)


GIVEN = {"confirmed": "yes", "what": "dimensions:department", "value": "ADMIN"}


def state_of(pk: str) -> str:
    return Posting.objects.with_state().get(pk=pk).state.value


def test_many_get_the_missing_value_and_are_posted_once_each(
    admin: Client, refused: Callable[..., list[str]], drained: Callable[[], object], sandbox: SandboxProcess
) -> None:
    ids = refused(3)
    assert "Correct 3 postings" in correct(admin, ids), "first the form"
    assert "3 postings are corrected and sent again" in correct(admin, ids, **GIVEN)
    drained()
    assert [state_of(pk) for pk in ids] == ["posted"] * 3
    numbers = sorted(Posting.objects.filter(pk__in=ids).values_list("number", flat=True))
    assert sorted(bill["RECORDID"] for bill in sandbox.objects("APBILL")) == numbers
    assert {line["DEPARTMENTID"] for line in sandbox.objects("APBILLITEM")} == {"ADMIN"}


def test_the_history_keeps_who_changed_what(admin: Client, refused: Callable[..., list[str]]) -> None:
    (pk,) = refused()
    correct(admin, [pk], **GIVEN)
    (entry,) = AuditEntry.objects.filter(action="posting_corrected")
    assert (entry.subject_id, entry.detail["note"]) == (pk, "line 1, department: none → ADMIN")
    page = admin.get(reverse("admin:postings_posting_change", args=[pk])).text
    assert "Corrected" in page
    assert "line 1, department: none → ADMIN" in page


def test_the_same_document_submitted_again_is_still_the_same_posting(
    admin: Client, company: Company, refused: Callable[..., list[str]], client_of: Callable[..., APIClient]
) -> None:
    line = {"account": NEEDS_A_DEPARTMENT, "amount": "10.00"}
    body = purchase_invoice(lines=[line])
    refused_id = client_of(company).post("/api/v1/postings/", body).json()["id"]
    refused()
    correct(admin, [refused_id], **GIVEN)
    again = client_of(company).post("/api/v1/postings/", body)
    assert (again.status_code, again.json()["id"]) == (200, refused_id)


def test_a_value_that_is_there_stays_unless_it_is_to_be_replaced(
    admin: Client, refused: Callable[..., list[str]]
) -> None:
    (pk,) = refused(supplier="SUPP-99")
    line = Posting.objects.get(pk=pk).lines.get()
    line.dimensions = {"department": "SALES"}
    line.save()
    assert "there is no line to correct" in correct(admin, [pk], **GIVEN)
    assert "there is no line to correct" in correct(admin, [pk], **GIVEN, replaces="on", account="4000")
    assert "1 posting is corrected" in correct(admin, [pk], **GIVEN, replaces="on", account=NEEDS_A_DEPARTMENT)
    assert Posting.objects.get(pk=pk).lines.get().dimensions == {"department": "ADMIN"}


def test_what_is_posted_or_pending_is_left_alone(
    admin: Client,
    company: Company,
    connection: IntacctConfiguration,
    client_of: Callable[..., APIClient],
    refused: Callable[..., list[str]],
) -> None:
    ids = refused()
    pending = client_of(company).post("/api/v1/postings/", purchase_invoice()).json()["id"]
    page = correct(admin, [*ids, pending], **GIVEN, replaces="on")
    assert "1 posting is corrected" in page
    assert "is not in error" in page
    assert Posting.objects.get(pk=pending).lines.get().dimensions == {"department": "ADMIN"}, "as it was submitted"
    assert AuditEntry.objects.filter(action="posting_corrected").count() == 1


def test_what_intacct_may_have_is_not_corrected(
    admin: Client,
    company: Company,
    sandbox: SandboxProcess,
    connection: IntacctConfiguration,
    client_of: Callable[..., APIClient],
    drained: Callable[[], object],
) -> None:
    sandbox.arm("drop_result", match={"object": "APBILL", "function": "create"})
    pk = client_of(company).post("/api/v1/postings/", purchase_invoice()).json()["id"]
    drained()
    assert state_of(pk) != "error"
    assert "is not in error" in correct(admin, [pk], **GIVEN, replaces="on")
    assert not AuditEntry.objects.filter(action="posting_corrected").exists()


def test_the_suppliers_document_number_is_corrected_on_the_postings_own_page(
    admin: Client, refused: Callable[..., list[str]], drained: Callable[[], object], sandbox: SandboxProcess
) -> None:
    (pk,) = refused(supplier_document_number=None)
    address = reverse("admin:postings_posting_correct", args=[pk])
    assert address in admin.get(reverse("admin:postings_posting_change", args=[pk])).text
    form = {"confirmed": "yes", "what": "supplier_document_number:", "value": "77-900"}
    assert "1 posting is corrected" in admin.post(address, form, follow=True).text
    assert Posting.objects.get(pk=pk).supplier_document_number == "77-900"
    drained()
    assert state_of(pk) == "error", "the department is still missing"
    assert "1 posting is corrected" in admin.post(address, GIVEN, follow=True).text
    drained()
    (bill,) = sandbox.objects("APBILL")
    assert bill["DOCNUMBER"] == "77-900"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_only_an_integration_admin_corrects(
    role: Role, person: Callable[[Role], User], client: Client, refused: Callable[..., list[str]]
) -> None:
    (pk,) = refused()
    client.force_login(person(role))
    assert client.post(reverse("admin:postings_posting_correct", args=[pk]), GIVEN).status_code == 403
    correct(client, [pk], **GIVEN)
    assert not AuditEntry.objects.filter(action="posting_corrected").exists()
