"""Reading postings over REST: pages, filters, order, attempts; what retry and cancel answer."""

import base64
from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.organisation.models import Company
from tests.conftest import ClientOf
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db
URL = "/api/v1/postings/"


def numbers(rest: APIClient, **query: str) -> list[str]:
    answer = rest.get(URL, query)
    assert answer.status_code == 200, answer.json()
    return [one["number"] for one in answer.json()["results"]]


@pytest.fixture
def three(rest: APIClient) -> APIClient:
    """A client that submitted A (invoice), B (bill) and C (shipment), in this order."""
    rest.post(URL, sales_invoice(number="A", posting_date="2026-10-01"))
    rest.post(URL, purchase_invoice(number="B", posting_date="2026-10-03"))
    rest.post(URL, sales_shipment(number="C", posting_date="2026-10-02"))
    return rest


class TestList:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, ["C", "B", "A"]),
            ({"ordering": "created_at"}, ["A", "B", "C"]),
            ({"ordering": "posting_date"}, ["A", "C", "B"]),
            ({"ordering": "-posting_date"}, ["B", "C", "A"]),
            ({"ordering": "number"}, ["A", "B", "C"]),
            ({"document_type": "purchase_invoice"}, ["B"]),
            ({"state": "pending"}, ["C", "B", "A"]),
            ({"state": "posted"}, []),
            ({"number": "A"}, ["A"]),
            ({"customer": "CUST-01"}, ["C", "A"]),
            ({"supplier": "SUPP-01"}, ["B"]),
            ({"company": "100"}, ["C", "B", "A"]),
            ({"company": "200"}, []),
            ({"financial_site": "100"}, ["C", "B", "A"]),
            ({"posting_date_after": "2026-10-02"}, ["C", "B"]),
            ({"posting_date_before": "2026-10-02"}, ["C", "A"]),
            ({"updated_after": "2020-01-01T00:00:00Z"}, ["C", "B", "A"]),
            ({"updated_after": "2999-01-01T00:00:00Z"}, []),
        ],
    )
    def test_filters_and_order(self, three: APIClient, query: dict[str, str], expected: list[str]) -> None:
        assert numbers(three, **query) == expected

    @pytest.mark.parametrize(
        "query",
        [
            {"state": "lost"},
            {"document_type": "letter"},
            {"posting_date_after": "soon"},
            {"updated_after": "x"},
            {"updated_after": "0001-01-01T00:00:00+14:00"},
            {"ordering": "up"},
            {"number": "A\0"},
            {"number": " "},
            {"state": ""},
            {"page_size": "0"},
            {"page_size": "501"},
            {"page_size": "many"},
        ],
    )
    def test_a_filter_value_that_does_not_exist_is_refused(self, three: APIClient, query: dict[str, str]) -> None:
        answer = three.get(URL, query)

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")

    def test_true_and_false_are_written_as_such(self, rest: APIClient) -> None:
        assert rest.get("/api/v1/accounts/", {"is_active": "true"}).status_code == 200
        refused = rest.get("/api/v1/accounts/", {"is_active": "maybe"})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/is_active")

    def test_pages_follow_each_other_without_repeats(self, rest: APIClient) -> None:
        rest.post(f"{URL}bulk/", {"postings": [purchase_invoice(number=f"P{index:02}") for index in range(25)]})
        seen: list[str] = []

        page = rest.get(URL, {"page_size": "10", "ordering": "number"}).json()
        while True:
            seen += [one["number"] for one in page["results"]]
            if page["next"] is None:
                break
            page = rest.get(page["next"]).json()

        assert seen == [f"P{index:02}" for index in range(25)]
        assert page["previous"]

    @pytest.mark.parametrize("ordering", ["posting_date", "-posting_date", "number", "created_at", "-created_at"])
    def test_forwards_and_back_again(self, rest: APIClient, ordering: str) -> None:
        """Documents of one day: the pages do not lean on the day alone."""
        rest.post(f"{URL}bulk/", {"postings": [purchase_invoice(number=f"P{index:02}") for index in range(13)]})
        forwards, backwards = [], []

        page = rest.get(URL, {"page_size": "5", "ordering": ordering}).json()
        assert page["previous"] is None
        while page["next"]:
            forwards.append(page["results"])
            page = rest.get(page["next"]).json()
        forwards.append(page["results"])
        backwards.append(page["results"])
        while page["previous"]:
            page = rest.get(page["previous"]).json()
            backwards.append(page["results"])

        assert [len(one) for one in forwards] == [5, 5, 3]
        assert len({posting["id"] for one in forwards for posting in one}) == 13
        assert backwards == forwards[::-1]
        assert page["next"]

    @pytest.mark.parametrize(
        "cursor",
        [
            "nonsense",
            "cD0yMDI2",  # p=2026
            base64.urlsafe_b64encode(b'[["-created_at","-id"],false,["yesterday","x"]]').decode(),
            base64.urlsafe_b64encode(b'[["-created_at","-id"],false,[]]').decode(),
            base64.urlsafe_b64encode(b"[" * 5000).decode(),
            base64.urlsafe_b64encode(b'[["-created_at","-id"],false,["2026-10-01T00:00:00Z","\\u0000"]]').decode(),
            base64.urlsafe_b64encode(b'[["-created_at","-id"],false,["2026-10-01T00:00:00Z","\\ud800"]]').decode(),
            "é",
            "",
        ],
    )
    def test_a_cursor_that_is_none(self, three: APIClient, cursor: str) -> None:
        answer = three.get(URL, {"cursor": cursor})

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_a_cursor_of_another_ordering(self, three: APIClient) -> None:
        link = three.get(URL, {"page_size": "1", "ordering": "number"}).json()["next"]

        assert three.get(link.replace("ordering=number", "ordering=posting_date")).status_code == 404


class TestOne:
    @pytest.mark.parametrize("path", ["postings/a%00b/", "customers/a%00b/", "companies/%00/", "postings/%ED%A0%80/"])
    def test_an_id_that_no_text_can_be(self, rest: APIClient, path: str) -> None:
        answer = rest.get(f"/api/v1/{path}")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_unknown(self, rest: APIClient) -> None:
        answer = rest.get(f"{URL}01M84JR7S47NFFN0F9S7M4PGJF/")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_cancel_before_it_was_sent(self, rest: APIClient) -> None:
        posting = rest.post(URL, sales_invoice()).json()

        answer = rest.post(f"{URL}{posting['id']}/cancel/")

        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert rest.post(f"{URL}{posting['id']}/cancel/").json()["state"] == "cancelled"

    def test_cancel_after_it_was_posted(
        self,
        company: Company,
        connection: IntacctConfiguration,
        client_of: ClientOf,
        drained: Callable[..., object],
    ) -> None:
        rest = client_of(company)
        posting = rest.post(URL, sales_invoice()).json()
        drained()

        answer = rest.post(f"{URL}{posting['id']}/cancel/")

        assert (answer.status_code, answer.json()["code"]) == (409, "not_cancellable")
        assert rest.get(f"{URL}{posting['id']}/").json()["state"] == "posted"

    def test_retry_of_what_is_not_in_error(self, rest: APIClient) -> None:
        posting = rest.post(URL, sales_invoice()).json()

        answer = rest.post(f"{URL}{posting['id']}/retry/")

        assert (answer.status_code, answer.json()["code"]) == (409, "not_retryable")


class TestRefusedByIntacct:
    @pytest.fixture
    def refused(
        self,
        company: Company,
        connection: IntacctConfiguration,
        sandbox: SandboxProcess,
        client_of: ClientOf,
        drained: Callable[..., object],
    ) -> dict[str, object]:
        """A posting that Intacct refused: its customer is not there."""
        answer = client_of(company).post(URL, sales_invoice(customer="NOBODY"))
        drained()
        return dict(answer.json())

    def test_the_problem_says_what_to_do(
        self, refused: dict[str, object], company: Company, client_of: ClientOf
    ) -> None:
        posting = client_of(company).get(f"{URL}{refused['id']}/").json()

        assert (posting["state"], posting["integration_status"]) == ("error", "error")
        problem = posting["problem"]
        assert "NOBODY" in problem["detail"] or any("NOBODY" in str(one) for one in problem["errors"])
        assert problem["next_step"]
        assert problem["errors"][0]["errorno"]

    @pytest.mark.parametrize(
        ("role", "sees_messages"),
        [(Role.REST_CLIENT, False), (Role.OPERATOR, False), (Role.AUDITOR, True), (Role.INTEGRATION_ADMIN, True)],
    )
    def test_its_attempts(
        self, refused: dict[str, object], company: Company, client_of: ClientOf, role: Role, sees_messages: bool
    ) -> None:
        (attempt,) = client_of(company, role=role).get(f"{URL}{refused['id']}/attempts/").json()["results"]

        assert attempt["object"] == "ARINVOICE"
        assert attempt["outcome"] == "refused"
        assert attempt["control_id"]
        assert attempt["errors"][0]["meaning"]
        assert ("request_xml" in attempt) is sees_messages
        if sees_messages:
            assert "<create_invoice>" in attempt["request_xml"]
            assert attempt["request_xml"].count("sandbox") == 0, "a password in a stored message"
            assert attempt["response_xml"].rstrip().endswith("</response>")

    def test_retry_after_it_was_put_right(
        self,
        refused: dict[str, object],
        company: Company,
        sandbox: SandboxProcess,
        client_of: ClientOf,
        drained: Callable[..., object],
    ) -> None:
        rest = client_of(company)

        answer = rest.post(f"{URL}{refused['id']}/retry/")
        assert (answer.status_code, answer.json()["state"]) == (200, "pending")
        drained()

        attempts = rest.get(f"{URL}{refused['id']}/attempts/").json()["results"]
        assert [one["outcome"] for one in attempts] == ["refused", "refused"]
        assert sandbox.objects("ARINVOICE") == []


class TestAskingAgain:
    """Who asks for what he has already seen is told so, without the whole of it."""

    @pytest.mark.parametrize("query", ["", "?state=pending"])
    def test_nothing_new(self, three: APIClient, query: str) -> None:
        seen = three.get(f"{URL}{query}")

        again = three.get(f"{URL}{query}", headers={"If-None-Match": seen["ETag"]})

        assert (again.status_code, again.content) == (304, b"")

    def test_something_new(self, three: APIClient) -> None:
        (posting,) = three.get(URL, {"number": "A"}).json()["results"]
        seen = three.get(posting["links"]["self"])
        three.post(f"{URL}{posting['id']}/cancel/")

        again = three.get(posting["links"]["self"], headers={"If-None-Match": seen["ETag"]})

        assert (again.status_code, again.json()["state"]) == (200, "cancelled")
