"""Submitting over REST: once for a document, once for an Idempotency-Key, alone in bulk; the preview stores nothing."""

import copy
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.delivery.models import Delivery
from apps.organisation.models import Company
from apps.postings.models import IdempotencyKey, Posting
from tests.conftest import ClientOf
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment

pytestmark = pytest.mark.django_db
URL = "/api/v1/postings/"


class TestTheSameDocument:
    def test_twice_is_one_posting(self, rest: APIClient) -> None:
        document = sales_invoice()

        first, second = rest.post(URL, document), rest.post(URL, document)

        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        assert (Posting.objects.count(), Delivery.objects.count()) == (1, 1)

    def test_written_differently_is_still_the_same(self, rest: APIClient) -> None:
        document = sales_invoice()
        again = dict(reversed(copy.deepcopy(document).items()))
        again["lines"][0] |= {"amount": "100.0", "employee": None}
        del again["lines"][0]["employee"]

        assert rest.post(URL, document).status_code == 201
        assert rest.post(URL, again).status_code == 200

    @pytest.mark.parametrize(
        "change",
        [{"posting_date": "2026-10-21"}, {"customer": "CUST-02"}, {"description": "Another"}, {"reference": ""}],
    )
    def test_with_other_content_is_refused(self, rest: APIClient, change: dict[str, Any]) -> None:
        document = sales_invoice()
        rest.post(URL, document)

        answer = rest.post(URL, {**document, **change})

        assert (answer.status_code, answer.json()["code"]) == (409, "document_differs")
        assert answer.json()["next_step"]
        assert Posting.objects.count() == 1

    def test_a_number_may_be_used_once_for_each_type(self, rest: APIClient) -> None:
        number = sales_invoice()["number"]

        assert rest.post(URL, sales_invoice(number=number)).status_code == 201
        assert rest.post(URL, sales_shipment(number=number)).status_code == 201

    def test_after_its_company_got_a_client_of_its_own(
        self, rest: APIClient, company: Company, client_of: ClientOf
    ) -> None:
        document = sales_invoice()

        first, second = rest.post(URL, document), client_of(company).post(URL, document)

        assert second.status_code == 200
        assert first.json()["id"] == second.json()["id"]


class TestIdempotencyKey:
    def test_the_first_answer_is_given_again(self, rest: APIClient) -> None:
        document = sales_invoice()

        first = rest.post(URL, document, headers={"Idempotency-Key": "k-1"})
        again = rest.post(URL, document, headers={"Idempotency-Key": "k-1"})

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert "Idempotency-Replayed" not in first
        assert again["Idempotency-Replayed"] == "true"

    def test_another_body_is_refused(self, rest: APIClient) -> None:
        rest.post(URL, sales_invoice(), headers={"Idempotency-Key": "k-1"})

        answer = rest.post(URL, sales_invoice(), headers={"Idempotency-Key": "k-1"})

        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert Posting.objects.count() == 1

    def test_a_refusal_is_not_kept(self, rest: APIClient) -> None:
        rest.post(URL, sales_invoice(currency="XYZ"), headers={"Idempotency-Key": "k-1"})

        answer = rest.post(URL, sales_invoice(), headers={"Idempotency-Key": "k-1"})

        assert answer.status_code == 201

    def test_two_clients_may_use_the_same_key(self, rest: APIClient, company: Company, client_of: ClientOf) -> None:
        other = client_of(company)

        rest.post(URL, sales_invoice(), headers={"Idempotency-Key": "k-1"})

        assert other.post(URL, sales_invoice(), headers={"Idempotency-Key": "k-1"}).status_code == 201
        assert IdempotencyKey.objects.count() == 2

    def test_bulk_too(self, rest: APIClient) -> None:
        body = {"postings": [sales_invoice(), sales_shipment()]}

        first = rest.post(f"{URL}bulk/", body, headers={"Idempotency-Key": "k-1"})
        again = rest.post(f"{URL}bulk/", body, headers={"Idempotency-Key": "k-1"})

        assert first.json() == again.json()
        assert [one["status"] for one in again.json()["results"]] == [201, 201]

    @pytest.mark.parametrize("key", ["", '""', "k" * 256, "a\tb", '"k', '"k"1'])
    def test_a_key_that_is_none(self, rest: APIClient, key: str) -> None:
        problem = rest.post(URL, sales_invoice(), headers={"Idempotency-Key": key}).json()

        assert [one["code"] for one in problem["errors"]] == ["idempotency_key_invalid"]


class TestBulk:
    def test_each_stands_alone(self, rest: APIClient) -> None:
        known = sales_invoice()
        rest.post(URL, known)
        documents = [
            sales_shipment(),
            known,
            {**known, "reference": "another"},
            sales_invoice(currency="XYZ"),
            "no document",
            purchase_invoice(),
        ]

        results = rest.post(f"{URL}bulk/", {"postings": documents}).json()["results"]

        assert [(one["index"], one["status"]) for one in results] == [
            (0, 201),
            (1, 200),
            (2, 409),
            (3, 422),
            (4, 422),
            (5, 201),
        ]
        assert results[3]["problem"]["errors"][0]["pointer"] == "/currency"
        assert results[5]["posting"]["document_type"] == "purchase_invoice"
        assert Posting.objects.count() == 3

    def test_a_document_twice_in_one_request(self, rest: APIClient) -> None:
        document = sales_invoice()

        results = rest.post(f"{URL}bulk/", {"postings": [document, document]}).json()["results"]

        assert [one["status"] for one in results] == [201, 200]
        assert results[0]["posting"]["id"] == results[1]["posting"]["id"]

    @pytest.mark.parametrize("body", [{}, {"postings": []}, {"postings": {}}, {"postings": [{}] * 1001}, {"a": 1}])
    def test_one_to_a_thousand(self, rest: APIClient, body: dict[str, Any]) -> None:
        answer = rest.post(f"{URL}bulk/", body)

        assert (answer.status_code, answer.json()["code"]) == (422, "bulk_size")


class TestPreview:
    def test_it_shows_what_would_be_sent_and_stores_nothing(self, rest: APIClient) -> None:
        answer = rest.post(f"{URL}preview/", sales_invoice(number="SI-1"))

        preview = answer.json()
        assert answer.status_code == 200
        assert preview["xml"].startswith("<create_invoice>")
        assert "<invoiceno>SI-1</invoiceno>" in preview["xml"]
        assert preview["debit"] == preview["credit"] == "108.88"
        assert not Posting.objects.exists()
        assert not Delivery.objects.exists()

    def test_it_refuses_what_submitting_refuses(self, rest: APIClient) -> None:
        problem = rest.post(f"{URL}preview/", sales_invoice(currency="XYZ")).json()

        assert problem["errors"][0]["pointer"] == "/currency"


def test_a_posting_says_all_that_was_submitted(rest: APIClient) -> None:
    document = sales_invoice(origin={"document_type": "sales_shipment", "number": "SH-1"})
    document["lines"][0] |= {"quantity": "4", "unit": "EA", "attributes": {"project": "PRJ-1", "employee": None}}

    posting = rest.post(URL, document).json()

    assert {key: posting[key] for key in document if key != "lines"} == {
        key: value for key, value in document.items() if key != "lines"
    }
    line = posting["lines"][0]
    expected = document["lines"][0] | {"attributes": {"project": "PRJ-1"}}
    assert {key: line[key] for key in expected} == expected
    assert line["side"] == "credit"
    assert posting["state"] == "pending"
    assert posting["documents"] == [
        {
            "part": "document",
            "object": "ARINVOICE",
            "state": "pending",
            "record_no": None,
            "url": None,
            "prepaid_amount": None,
            "total_due": None,
            "payment_state": None,
            "payment_read_at": None,
        }
    ]


def test_without_an_active_connection_it_says_so(company: Company, client_of: ClientOf) -> None:
    answer = client_of(company).post(URL, sales_invoice())

    assert (answer.status_code, answer.json()["code"]) == (503, "no_active_configuration")
    assert answer["Retry-After"] == "300"
    assert not Posting.objects.exists()
