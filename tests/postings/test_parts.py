"""One source document, several Intacct documents: each once, with its own state, shown as one (contract 5.1)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.mapping.models import Direction, ObjectMapping
from apps.mapping.services.object_mapping import ensure_object_mappings
from apps.masterdata.models import Account
from apps.organisation.models import Company
from apps.postings.models import Posting
from apps.postings.services.correct import Corrected, Correction, correct
from tests.factories.documents import (
    prepayment,
    purchase_credit_note,
    purchase_invoice,
    sales_credit_note,
    sales_invoice,
    with_movements,
)
from tests.sandbox_process import SandboxProcess

URL = "/api/v1/postings/"
ClientOf = Callable[..., APIClient]


@pytest.fixture
def posted(
    company: Company, connection: IntacctConfiguration, client_of: ClientOf, drained: Callable[..., object]
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Submits a document and works the queue: `posted(sales_invoice())` is the posting after it."""
    rest = client_of(company)

    def submit(body: dict[str, Any]) -> dict[str, Any]:
        answer = rest.post(URL, body)
        assert answer.status_code == 201, answer.json()
        drained()
        posting: dict[str, Any] = rest.get(f"{URL}{answer.json()['id']}/").json()
        return posting

    return submit


Posted = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.mark.parametrize(
    ("make", "object_name"),
    [
        pytest.param(purchase_invoice, "APBILL", id="goods received not invoiced"),
        pytest.param(sales_invoice, "ARINVOICE", id="revenue recognition on close"),
        pytest.param(purchase_credit_note, "APBILL", id="goods sent back"),
    ],
)
def test_what_moves_with_an_invoice_is_an_entry_beside_it(
    make: Callable[..., dict], object_name: str, posted: Posted, sandbox: SandboxProcess
) -> None:
    body = with_movements(make())

    posting = posted(body)

    assert posting["state"] == "posted"
    assert [(one["part"], one["object"], one["state"]) for one in posting["documents"]] == [
        ("document", object_name, "posted"), ("journal_entry", "GLBATCH", "posted"),
    ]  # fmt: skip
    (invoice,), (entry,) = sandbox.objects(object_name), sandbox.objects("GLBATCH")
    assert invoice["RECORDID"] == entry["REFERENCENO"] == body["number"]
    assert len(sandbox.objects(f"{object_name}ITEM")) == 1
    assert {line["ACCOUNTNO"] for line in sandbox.objects("GLENTRY")} == {"1200", "2100"}


def test_a_document_again_makes_neither_part_again(posted: Posted, sandbox: SandboxProcess) -> None:
    body = with_movements(purchase_invoice())
    first = posted(body)

    with pytest.raises(AssertionError):
        posted(body)  # 200, not 201

    assert Posting.objects.get().pk == first["id"]
    assert (len(sandbox.objects("APBILL")), len(sandbox.objects("GLBATCH"))) == (1, 1)


def test_an_invoice_that_is_refused_moves_nothing_until_it_is_corrected(
    posted: Posted, sandbox: SandboxProcess, drained: Callable[[], object], company: Company, client_of: ClientOf
) -> None:
    body = with_movements(purchase_invoice(lines=[{"account": "6300", "amount": "80.00"}]))

    first = posted(body)

    assert first["state"] == "error"
    assert [one["state"] for one in first["documents"]] == ["error", "held"]
    assert first["waits_for"] == [f"AP bill {body['number']} is not in Sage Intacct yet."]
    assert (sandbox.objects("APBILL"), sandbox.objects("GLBATCH")) == ([], [])

    admin = Viewer(label="admin", role=Role.INTEGRATION_ADMIN, company_ids=None, client_id="")
    correct(
        posting=Posting.objects.get(pk=first["id"]),
        correction=Correction(Corrected.DIMENSION, "ADMIN", "department", account="6300"),
        viewer=admin,
    )
    drained()

    again = client_of(company).get(f"{URL}{first['id']}/").json()
    assert [one["state"] for one in again["documents"]] == ["posted", "posted"]
    assert again["lines"][0]["dimensions"] == {"department": "ADMIN"}
    assert again["lines"][1]["dimensions"] == {}


def test_movements_on_an_invoice_balance_by_themselves(
    rest: APIClient,
) -> None:
    body = with_movements(purchase_invoice())
    body["lines"][1]["amount"] = "80.01"

    answer = rest.post(URL, body)

    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/lines", "unbalanced")]
    assert not Posting.objects.exists()


def test_a_preview_shows_each_part(rest: APIClient) -> None:
    seen = rest.post(f"{URL}preview/", with_movements(purchase_invoice())).json()

    assert [(one["part"], one["object"]) for one in seen["documents"]] == [
        ("document", "APBILL"), ("journal_entry", "GLBATCH"),
    ]  # fmt: skip
    assert seen["debit"] == seen["credit"] == "209.90"


def test_a_sales_credit_note_is_an_ar_invoice_with_negative_lines(posted: Posted, sandbox: SandboxProcess) -> None:
    posting = posted(sales_credit_note())

    (invoice,) = sandbox.objects("ARINVOICE")
    assert Decimal(invoice["TRX_TOTALENTERED"]) == Decimal("-108.88")
    (line,) = sandbox.objects("ARINVOICEITEM")
    assert line["TRX_AMOUNT"] == "-100.00"
    assert posting["lines"][0]["side"] == "debit"
    assert posting["due_date"] == "2026-10-20"


def test_a_purchase_credit_note_is_an_ap_bill_with_negative_lines(posted: Posted, sandbox: SandboxProcess) -> None:
    posted(purchase_credit_note())

    (bill,) = sandbox.objects("APBILL")
    assert Decimal(bill["TRX_TOTALENTERED"]) == Decimal("-129.90")


@pytest.mark.parametrize(
    ("make", "adjustment", "total"),
    [(sales_credit_note, "ARADJUSTMENT", "-108.88"), (purchase_credit_note, "APADJUSTMENT", "-129.90")],
)
def test_by_the_mapping_a_credit_note_is_an_adjustment(
    make: Callable[..., dict], adjustment: str, total: str, posted: Posted, sandbox: SandboxProcess
) -> None:
    ensure_object_mappings()
    ObjectMapping.objects.filter(object_name=adjustment).update(direction=Direction.OUTBOUND)

    posting = posted(make())

    assert [(one["object"], one["state"]) for one in posting["documents"]] == [(adjustment, "posted")]
    (record,) = sandbox.objects(adjustment)
    assert Decimal(record["TRX_TOTALENTERED"]) == Decimal(total)


def test_a_prepayment_is_posted_where_the_company_takes_them(
    company: Company, posted: Posted, sandbox: SandboxProcess
) -> None:
    company.uses_ar_prepayments = True
    company.save()

    posting = posted(prepayment())

    assert posting["state"] == "posted", posting["problem"]
    (advance,) = sandbox.objects("ARADVANCE")
    assert (advance["PAYMENTMETHOD"], advance["FINANCIALENTITY"], advance["TRX_TOTALENTERED"]) == (
        "EFT", "BANK-1", "250.00",
    )  # fmt: skip
    assert (posting["payment_method"], posting["bank_account"]) == ("eft", "BANK-1")


ADVANCES = [
    ("not active for the company", False, {}, "/document_type", "prepayments_not_active"),
    ("how it was paid", True, {"payment_method": None}, "/payment_method", "required"),
    ("where the money is", True, {"bank_account": None}, "/bank_account", "one_account_required"),
    ("in two places", True, {"undeposited_account": "1000"}, "/bank_account", "one_account_required"),
]


@pytest.mark.parametrize(
    ("case", "is_active", "changes", "pointer", "code"), ADVANCES, ids=[one[0] for one in ADVANCES]
)
def test_a_prepayment_is_refused(
    rest: APIClient, company: Company, case: str, is_active: bool, changes: Any, pointer: str, code: str
) -> None:
    company.uses_ar_prepayments = is_active
    company.save()

    answer = rest.post(URL, prepayment(**changes))

    assert answer.status_code == 422
    assert (pointer, code) in [(one["pointer"], one["code"]) for one in answer.json()["errors"]]
    assert not Posting.objects.exists()


def test_an_account_of_another_entity_is_not_seen(rest: APIClient, company: Company) -> None:
    Account.objects.filter(number="4000").update(entity="200")

    answer = rest.post(URL, sales_invoice())

    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/lines/0/account", "account_of_another_entity")
    ]
