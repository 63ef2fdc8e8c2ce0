"""A document's whole way in this process: submitted over REST, drained, found in the sandbox's ledger."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from apps.configuration.models import IntacctConfiguration
from apps.organisation.models import Company
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.sandbox_process import SandboxProcess

TYPES = [
    pytest.param(sales_invoice, "ARINVOICE", "RECORDID", id="sales invoice becomes an AR invoice"),
    pytest.param(purchase_invoice, "APBILL", "RECORDID", id="purchase invoice becomes an AP bill"),
    pytest.param(sales_shipment, "GLBATCH", "REFERENCENO", id="sales shipment becomes a journal entry"),
]


@pytest.mark.parametrize(("make", "object_name", "number_field"), TYPES)
def test_a_submitted_document_is_posted_once(
    make: Callable[..., dict],
    object_name: str,
    number_field: str,
    company: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: Callable[..., APIClient],
    drained: Callable[..., object],
) -> None:
    rest = client_of(company)
    body = make()

    answer = rest.post("/api/v1/postings/", body)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["state"] == "pending"
    drained()

    posting = rest.get(f"/api/v1/postings/{answer.json()['id']}/").json()
    assert posting["state"] == "posted"
    assert posting["integration_status"] == "success"
    (record,) = sandbox.objects(object_name)
    assert record[number_field] == body["number"]
    (document,) = posting["documents"]
    assert document["object"] == object_name
    assert document["record_no"] == record["RECORDNO"]
