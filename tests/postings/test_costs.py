"""What submitting and reading cost, in queries: the same for one line and a thousand, one document and two hundred.

Counted over REST, with a key, wake-up included, once one is on its way. Rows of one table that take several INSERTs,
because SQLite takes 999 values in one, count as one; PostgreSQL's clock is not counted.
"""

import datetime
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.delivery.models import ConnectionHealth, Delivery
from apps.postings.models import Posting
from tests.factories.documents import purchase_invoice, sales_invoice

pytestmark = pytest.mark.django_db
URL = "/api/v1/postings/"

KEY = 2
"""The client by its key, and its companies."""
CONNECTION = 1
"""The active configuration."""
KNOWN = 1
"""What was accepted before."""
CATALOGUE = 12
"""Default dimensions, companies, journal entry types, the grid by country, maps, sites, accounts, records that are
missing, attribute types, dimension types, what companies require, values of dimensions."""
TAX = 2
"""Tax details and solutions, where a line names one."""
STORED = 6
"""Begin; postings, lines, deliveries, links between them; commit."""
WAKE_UP = 1
"""Whether one is on its way."""
WHICH = 1
"""The keys of a page."""
SHOWN = 4
"""Postings, their documents, what these wait for, lines."""

Cost = Callable[[], AbstractContextManager[list[int]]]


@pytest.fixture
def cost(rest: APIClient, django_capture_on_commit_callbacks: Any) -> Cost:
    """Counts what is done in it, as the docstring says."""
    with django_capture_on_commit_callbacks(execute=True):
        rest.post(URL, purchase_invoice())
    # However slow the machine is, that wake-up stays on its way.
    ConnectionHealth.objects.update(wake_requested_at=timezone.now() + datetime.timedelta(hours=1))

    @contextmanager
    def counting() -> Iterator[list[int]]:
        found: list[int] = []
        with CaptureQueriesContext(connection) as captured, django_capture_on_commit_callbacks(execute=True):
            yield found
        found.append(_cost([one["sql"] for one in captured.captured_queries]))

    return counting


def _cost(statements: list[str]) -> int:
    counted, before = 0, ""
    for one in statements:
        table = one.partition(" (")[0] if one.startswith("INSERT") else ""
        counted += not (table and table == before) and "clock_timestamp" not in one
        before = table
    return counted


@pytest.mark.parametrize("lines", [1, 10, 1000])
def test_a_document_costs_the_same_whatever_its_lines(rest: APIClient, cost: Cost, lines: int) -> None:
    with cost() as found:
        answer = rest.post(URL, purchase_invoice(lines=purchase_invoice()["lines"] * lines))

    assert (answer.status_code, len(answer.json()["lines"])) == (201, lines)
    assert found == [KEY + CONNECTION + KNOWN + CATALOGUE + STORED + WAKE_UP + SHOWN]


def test_tax_is_read_where_it_is_named(rest: APIClient, cost: Cost) -> None:
    with cost() as found:
        assert rest.post(URL, sales_invoice()).status_code == 201

    assert found == [KEY + CONNECTION + KNOWN + CATALOGUE + TAX + STORED + WAKE_UP + SHOWN]


@pytest.mark.parametrize(("documents", "chunks"), [(10, 1), (100, 1), (1000, 4)])
def test_bulk_costs_the_same_for_each_chunk(rest: APIClient, cost: Cost, documents: int, chunks: int) -> None:
    many = [purchase_invoice() for _ in range(documents)]
    with cost() as found:
        results = rest.post(f"{URL}bulk/", {"postings": many}).json()["results"]

    assert [(one["index"], one["status"]) for one in results] == [(index, 201) for index in range(documents)]
    assert [one["posting"]["number"] for one in results] == [one["number"] for one in many]
    assert (Posting.objects.count(), Delivery.objects.count()) == (documents + 1, documents + 1)
    assert found == [KEY + CONNECTION + chunks * (KNOWN + CATALOGUE + STORED + WAKE_UP) + SHOWN]


def test_what_was_accepted_before_costs_one_query_for_all(rest: APIClient, cost: Cost) -> None:
    many = [purchase_invoice() for _ in range(20)]
    rest.post(f"{URL}bulk/", {"postings": many})
    with cost() as found:
        results = rest.post(f"{URL}bulk/", {"postings": many}).json()["results"]

    assert {one["status"] for one in results} == {200}
    assert found == [KEY + CONNECTION + KNOWN + SHOWN]


def test_an_idempotency_key_costs_three_more(rest: APIClient, cost: Cost) -> None:
    taken_found_and_kept = 3
    with cost() as found:
        rest.post(URL, purchase_invoice(), headers={"Idempotency-Key": '"k-1"'})

    assert found == [KEY + CONNECTION + KNOWN + CATALOGUE + STORED + WAKE_UP + SHOWN + taken_found_and_kept]


def test_a_list_costs_the_same_for_many_and_one_is_no_dearer(rest: APIClient, cost: Cost) -> None:
    rest.post(f"{URL}bulk/", {"postings": [purchase_invoice() for _ in range(120)]})
    for size in (2, 50, 120):
        with cost() as found:
            results = rest.get(f"{URL}?page_size={size}").json()["results"]
        assert (len(results), found) == (size, [KEY + WHICH + SHOWN])
    with cost() as found:
        assert rest.get(f"{URL}{results[0]['id']}/").status_code == 200
    assert found == [KEY + SHOWN]
