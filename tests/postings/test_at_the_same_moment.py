"""What happens between looking and storing: another request with the same document or key, a database that stops."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from rest_framework.test import APIClient

from apps.postings.models import IdempotencyKey, Posting
from tests.factories.documents import purchase_credit_note, purchase_invoice

pytestmark = pytest.mark.django_db
URL = "/api/v1/postings/"
BULK = f"{URL}bulk/"
LOOKED = 'FROM "dimensions_defaultdimension"'
"""What is read after it was looked whether a document is there, before anything is stored."""


@contextmanager
def when(statement: str, happens: Callable[[], Any], at: int = 1) -> Iterator[None]:
    """Something else happens just before this statement is executed for the `at`th time."""
    seen = 0

    def watched(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal seen
        if statement in sql:
            seen += 1
            if seen == at:
                happens()
        return execute(sql, *rest)

    with connection.execute_wrapper(watched):
        yield


def outcomes(answer: Any) -> list[Any]:
    return [one["status"] for one in answer.json()["results"]]


class TestAnotherRequestWithTheSameDocument:
    def test_gets_the_same_posting(self, rest: APIClient) -> None:
        document, other = purchase_invoice(), []
        with when(LOOKED, lambda: other.append(rest.post(URL, document).json()["id"])):
            answer = rest.post(URL, document)

        assert (answer.status_code, answer.json()["id"]) == (200, other[0])

    def test_concerns_only_this_one_of_a_bulk_request(self, rest: APIClient) -> None:
        many, other = [purchase_invoice() for _ in range(3)], []
        with when(LOOKED, lambda: other.append(rest.post(URL, many[1]).json()["id"])):
            answer = rest.post(BULK, {"postings": many})

        assert outcomes(answer) == [201, 200, 201]
        assert answer.json()["results"][1]["posting"]["id"] == other[0]
        assert Posting.objects.count() == 3

    def test_and_other_content_is_refused_for_this_one_alone(self, rest: APIClient) -> None:
        many = [purchase_invoice() for _ in range(3)]
        with when(LOOKED, lambda: rest.post(URL, {**many[1], "description": "Another"})):
            answer = rest.post(BULK, {"postings": many})

        assert outcomes(answer) == [201, 409, 201]
        assert answer.json()["results"][1]["problem"]["code"] == "document_differs"


class TestADocumentTwiceInOneRequest:
    def test_with_other_content_is_refused(self, rest: APIClient) -> None:
        document = purchase_invoice()
        answer = rest.post(BULK, {"postings": [document, {**document, "description": "Another"}, document]})

        assert outcomes(answer) == [201, 409, 200]
        (stored,) = Posting.objects.all()
        assert stored.pk in answer.json()["results"][1]["problem"]["next_step"]
        assert stored.description == ""

    def test_is_accepted_where_the_first_one_was_refused(self, rest: APIClient) -> None:
        document = purchase_invoice()
        assert outcomes(rest.post(BULK, {"postings": [{**document, "currency": "XYZ"}, document]})) == [422, 201]


def test_what_takes_back_a_document_of_the_same_request_follows_it(rest: APIClient) -> None:
    invoice = purchase_invoice(number="PI-1")
    credit = purchase_credit_note(origin={"document_type": "purchase_invoice", "number": "PI-1"})

    first, second = (one["posting"] for one in rest.post(BULK, {"postings": [invoice, credit]}).json()["results"])

    assert (first["state"], first["waits_for"]) == ("pending", [])
    assert second["state"] == "held"
    assert second["waits_for"] == [
        "Purchase invoice PI-1 is not in Sage Intacct yet; this takes it back, and follows it."
    ]


def test_what_was_stored_before_the_database_stopped_is_recognised(rest: APIClient) -> None:
    many = [purchase_invoice() for _ in range(260)]

    def stops() -> None:
        raise OperationalError("gone")

    with when('INSERT INTO "postings_targetdocument"', stops, at=_statements(250) + 1):
        answer = rest.post(BULK, {"postings": many})
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "5")
    assert Posting.objects.count() == 250

    assert outcomes(rest.post(BULK, {"postings": many})) == [200] * 250 + [201] * 10
    assert Posting.objects.count() == 260


def _statements(rows: int) -> int:
    """How many INSERTs a chunk's links are: all in one on PostgreSQL."""
    of_a_link = 3
    most = (connection.features.max_query_params or rows * of_a_link) // of_a_link
    return -(-rows // most)


class TestIdempotencyKey:
    def test_while_the_first_request_is_worked_on_the_second_is_asked_to_wait(self, rest: APIClient) -> None:
        document, seen = purchase_invoice(), []
        with when(LOOKED, lambda: seen.append(self.post(rest, document))):
            first = self.post(rest, document)

        assert first.status_code == 201
        (second,) = seen
        assert (second.status_code, second.json()["code"]) == (409, "idempotency_key_in_use")
        assert (second["Retry-After"], bool(second.json()["next_step"])) == ("5", True)
        again = self.post(rest, document)
        assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
        assert again.json() == first.json()

    def test_another_body_is_refused_at_once(self, rest: APIClient) -> None:
        seen: list[Any] = []
        with when(LOOKED, lambda: seen.append(self.post(rest, purchase_invoice()))):
            self.post(rest, purchase_invoice())

        assert (seen[0].status_code, seen[0].json()["code"]) == (422, "idempotency_key_reused")

    def test_of_a_request_that_died_is_free_when_its_lease_has_run_out(self, rest: APIClient) -> None:
        document = purchase_invoice()
        first = self.post(rest, document)
        self.died(leaving="2999-01-01T00:00Z")
        assert self.post(rest, document).json()["code"] == "idempotency_key_in_use"

        self.died(leaving="2020-01-01T00:00Z")
        again = self.post(rest, document)
        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
        assert self.post(rest, document)["Idempotency-Replayed"] == "true"

    def test_of_a_request_that_failed_is_free(self, rest: APIClient) -> None:
        def stops() -> None:
            raise OperationalError("gone")

        document = purchase_invoice()
        with when('INSERT INTO "postings_posting"', stops):
            assert self.post(rest, document).status_code == 503
        assert self.post(rest, document).status_code == 201

    @pytest.mark.parametrize("written", ['"k-1"', "k-1"])
    def test_is_the_same_with_quotes_and_without(self, rest: APIClient, written: str) -> None:
        document = purchase_invoice()
        first = self.post(rest, document)

        again = rest.post(URL, document, headers={"Idempotency-Key": written})

        assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")

    def test_in_quotes_may_hold_them_escaped(self, rest: APIClient) -> None:
        rest.post(URL, purchase_invoice(), headers={"Idempotency-Key": r'"say \"k\" \\ 1"'})

        assert IdempotencyKey.objects.get().key == r'say "k" \ 1'

    @staticmethod
    def post(rest: APIClient, document: dict[str, Any]) -> Any:
        return rest.post(URL, document, headers={"Idempotency-Key": '"k-1"'})

    @staticmethod
    def died(leaving: str) -> None:
        """As if the process had ended between storing the posting and keeping the answer."""
        IdempotencyKey.objects.update(status=None, answer=None, lease_token="dead", lease_until=leaving)
