"""Reversing a posted journal entry: a second one, linked, once; both together are zero."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse as address_of
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.foundation.audit import AuditEntry
from apps.masterdata.models import Account
from apps.organisation.models import Company
from apps.postings.models import Posting
from apps.postings.services import reverse as service
from tests.factories.documents import purchase_invoice, sales_shipment
from tests.sandbox_process import SandboxProcess

Drained = Callable[[], object]
POSTINGS = "/api/v1/postings/"
DATE = {"posting_date": "2026-10-31"}


@pytest.fixture
def rest(company: Company, connection: IntacctConfiguration, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(company)


@pytest.fixture
def posted(rest: APIClient, drained: Drained) -> Callable[..., str]:
    """Submits a document and posts it; gives its ID."""

    def make(body: dict[str, Any] | None = None, **changes: Any) -> str:
        pk = str(rest.post(POSTINGS, {**(body or sales_shipment()), **changes}, format="json").json()["id"])
        drained()
        assert shown(rest, pk)["state"] == "posted"
        return pk

    return make


def shown(rest: APIClient, pk: str) -> dict[str, Any]:
    answer: dict[str, Any] = rest.get(f"{POSTINGS}{pk}/").json()
    return answer


def reverse(rest: APIClient, pk: str, body: dict[str, Any] | None = None) -> Any:
    return rest.post(f"{POSTINGS}{pk}/reverse/", DATE if body is None else body, format="json")


def refused(answer: Any, code: str = "not_reversible") -> dict[str, Any]:
    """Nothing was made of it."""
    assert answer.json()["code"] == code, answer.json()
    assert answer.json()["next_step"]
    assert not Posting.objects.filter(reverses__isnull=False).exists()
    return {**answer.json(), "http": answer.status_code}


def test_an_idempotency_key_gets_the_first_answer_again(rest: APIClient, posted: Callable[..., str]) -> None:
    address, key = f"{POSTINGS}{posted()}/reverse/", {"Idempotency-Key": '"r-1"'}
    first, again = (rest.post(address, DATE, format="json", headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert again.json() == first.json()
    other = rest.post(address, {"posting_date": "2026-11-01"}, format="json", headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_it_is_posted_with_sides_swapped_and_the_ledger_is_as_before(
    rest: APIClient, posted: Callable[..., str], drained: Drained, sandbox: SandboxProcess
) -> None:
    pk = posted(number="SH-1", description="October")
    answer = reverse(rest, pk)
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert (made["number"], made["document_type"], made["posting_date"]) == ("SH-1-REV", "sales_shipment", "2026-10-31")
    assert (made["reverses"], made["reversed_by"], made["description"]) == (pk, None, "Reversal of SH-1")
    assert made["origin"] == {"document_type": "sales_shipment", "number": "SH-1"}
    original = shown(rest, pk)
    assert (original["reverses"], original["reversed_by"], original["state"]) == (None, made["id"], "posted")
    sides = [[line["side"] for line in one["lines"]] for one in (original, made)]
    assert sides == [["debit", "credit"], ["credit", "debit"]]
    kept = ("account", "amount", "item", "site", "attributes", "dimensions", "movement_type")
    for first, second in zip(original["lines"], made["lines"], strict=True):
        assert [first[name] for name in kept] == [second[name] for name in kept]

    drained()
    assert shown(rest, made["id"])["state"] == "posted"
    balances: dict[str, Decimal] = {}
    for line in sandbox.objects("GLENTRY"):
        signed = Decimal(line["TRX_AMOUNT"]) * (1 if str(line["TR_TYPE"]) == "1" else -1)
        balances[line["ACCOUNTNO"]] = balances.get(line["ACCOUNTNO"], Decimal(0)) + signed
    assert balances == {"5000": 0, "1210": 0}
    assert len(sandbox.objects("GLBATCH")) == 2


def test_again_gives_the_same_one_whatever_the_date(rest: APIClient, posted: Callable[..., str]) -> None:
    pk = posted()
    first = reverse(rest, pk)
    again = reverse(rest, pk, {"posting_date": "2026-11-30"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert Posting.objects.count() == 2


def test_two_at_the_same_moment_make_one(
    rest: APIClient, posted: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has looked and found no reversal when the first stores one: the database lets one through."""
    pk = posted()
    check, first = service.checked, []

    def while_somebody_is_faster(*args: Any) -> Any:
        if not first:
            first.append(None)
            first.append(reverse(rest, pk).json())
        return check(*args)

    monkeypatch.setattr(service, "checked", while_somebody_is_faster)
    answer = reverse(rest, pk)
    assert (answer.status_code, answer.json()["id"]) == (200, first[1]["id"])
    assert Posting.objects.count() == Delivery.objects.count() == 2

    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(pk=pk).update(reverses=pk)


def test_a_number_that_the_erp_used_itself_is_a_refusal(rest: APIClient, posted: Callable[..., str]) -> None:
    pk = posted(number="SH-1")
    rest.post(POSTINGS, sales_shipment(number="SH-1-REV"), format="json")
    assert refused(reverse(rest, pk))["http"] == 409
    assert Posting.objects.count() == 2


def test_what_is_no_posted_journal_entry_is_refused_with_what_to_do(
    rest: APIClient, posted: Callable[..., str]
) -> None:
    bill = posted(purchase_invoice())
    assert "credit note" in refused(reverse(rest, bill))["next_step"]
    waiting = rest.post(POSTINGS, sales_shipment(), format="json").json()["id"]
    assert "it is pending" in refused(reverse(rest, waiting))["detail"]
    longest = posted(number="N" * 50)
    (flaw,) = refused(reverse(rest, longest), "not_acceptable")["errors"]
    assert (flaw["pointer"], flaw["code"]) == ("/number", "too_long")


def test_a_reversal_is_not_reversed(rest: APIClient, posted: Callable[..., str], drained: Drained) -> None:
    made = reverse(rest, posted()).json()["id"]
    drained()
    answer = reverse(rest, made)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_reversible")
    assert Posting.objects.count() == 2


def test_its_date_is_given_and_not_before_the_original(rest: APIClient, posted: Callable[..., str]) -> None:
    pk = posted()
    early = refused(reverse(rest, pk, {"posting_date": "2026-10-18"}), "not_acceptable")
    assert [(one["pointer"], one["code"]) for one in early["errors"]] == [("/posting_date", "before_original")]
    for body in ({}, {"posting_date": "31.10.2026"}, {**DATE, "number": "X"}):
        assert reverse(rest, pk, body).status_code in (400, 422)
    assert Posting.objects.count() == Delivery.objects.count() == 1


def test_an_account_that_was_closed_since_is_a_refusal(rest: APIClient, posted: Callable[..., str]) -> None:
    pk = posted()
    Account.objects.filter(number="1210").update(is_active=False)
    answer = refused(reverse(rest, pk), "not_acceptable")
    assert [(one["pointer"], one["code"]) for one in answer["errors"]] == [("/lines/1/account", "inactive_account")]


def test_another_company_and_another_role_can_not(
    posted: Callable[..., str], client_of: Callable[..., APIClient], other_company: Company
) -> None:
    pk = posted()
    assert reverse(client_of(other_company), pk).status_code == 404
    assert reverse(client_of(role=Role.OPERATOR), pk).status_code == 403
    assert not Posting.objects.filter(reverses__isnull=False).exists()


def test_in_the_admin_it_is_asked_for_with_its_date_and_linked_both_ways(
    posted: Callable[..., str], person: Callable[[Role], User], client: Client
) -> None:
    pk = posted(number="SH-1")
    client.force_login(person(Role.INTEGRATION_ADMIN))
    page, button = (address_of(f"admin:postings_posting_{name}", args=[pk]) for name in ("change", "reverse"))
    assert button in client.get(page).text
    assert client.get(button).status_code == 405
    form = client.post(button)
    assert "SH-1-REV" in form.text
    refusal = client.post(button, {"confirmed": "yes", "posting_date": "2026-10-01"})
    assert "not posted before its original" in refusal.text
    said = client.post(button, {"confirmed": "yes", **DATE}, follow=True).text
    made = Posting.objects.get(reverses=pk)
    assert "The reversal is on its way." in said
    assert page in said
    original = client.get(page).text
    assert address_of("admin:postings_posting_change", args=[made.pk]) in original
    assert button not in original
    assert AuditEntry.objects.get(action="posting_reversed").detail == {"note": "By SH-1-REV of 2026-10-31."}


def test_an_operator_sees_no_button(posted: Callable[..., str], person: Callable[[Role], User], client: Client) -> None:
    pk = posted()
    client.force_login(person(Role.OPERATOR))
    button = address_of("admin:postings_posting_reverse", args=[pk])
    assert button not in client.get(address_of("admin:postings_posting_change", args=[pk])).text
    assert client.post(button, {"confirmed": "yes", **DATE}).status_code == 403
