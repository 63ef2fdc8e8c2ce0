"""What pages cost: as many queries for thirty postings as for three. How long at a million: docs/performance.md."""

import datetime
from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth, Delivery
from apps.delivery.states import State
from apps.organisation.models import Company
from apps.postings.models import Posting
from apps.status.models import PartnerFigure
from apps.status.services.roll_up import roll_up_figures
from tests.conftest import ClientOf
from tests.factories.documents import sales_invoice
from tests.factories.masterdata import CustomerFactory, IntegrationStateFactory
from tests.status.standing import put

COSTS = {
    "/admin/postings/posting/": 16,
    "/admin/postings/posting/?state=error": 16,
    "/admin/postings/posting/?state=open&customer=C-1": 13,
    "/admin/postings/posting/?q=SI-1": 16,
    "/admin/postings/posting/{posting}/change/": 14,
    "/admin/status/customerfigure/": 10,
    "/admin/status/customerfigure/?documents=in_error&o=-5": 10,
    "/admin/status/customerfigure/?q=cust": 11,
    "/admin/status/customerfigure/{figure}/change/": 17,
    "/admin/status/connection/": 13,
    "/api/v1/status/": 13,
    "/api/v1/postings/": 7,
    "/metrics": 9,
}


def test_thirty_postings_cost_as_many_queries_as_three(
    company: Company, configuration: IntacctConfiguration, client_of: ClientOf, person: Callable[[Role], User]
) -> None:
    house, rest, auditor = Client(), client_of(company), client_of(role=Role.AUDITOR)
    house.force_login(person(Role.INTEGRATION_ADMIN))
    ConnectionHealth.objects.create(connection=configuration)
    auditor.get("/api/v1/status/")  # the first time, that the key is in use is written down
    few = add_postings(range(3), rest, configuration) or costs(house, auditor)
    many = add_postings(range(3, 30), rest, configuration) or costs(house, auditor)
    assert many == few == COSTS


def add_postings(numbers: range, rest: APIClient, configuration: IntacctConfiguration) -> None:
    """One for each of so many customers, in turn posted, in error and pending."""
    documents = [sales_invoice(number=f"SI-{number}", customer=f"CUST-{number}") for number in numbers]
    answer = rest.post("/api/v1/postings/bulk/", {"postings": documents}, format="json")
    assert answer.status_code == 200, answer.json()
    for number in numbers:
        CustomerFactory(code=f"CUST-{number}")
        IntegrationStateFactory(
            connection=configuration, node="customer", object_name="CUSTOMER", key=f"CUST-{number}", record_no=number
        )
        if number % 3 < 2:
            put(Posting.objects.get(number=f"SI-{number}").pk, (State.POSTED, State.ERROR)[number % 3])
    roll_up_figures()
    # Older than the minute in which a posting's page also asks which webhook is to be told of it.
    Delivery.objects.update(updated_at=timezone.now() - datetime.timedelta(minutes=2))
    Posting.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=2))


def costs(house: Client, auditor: APIClient) -> dict[str, int]:
    """Queries of each page."""
    places = {
        "posting": Posting.objects.get(number="SI-1").pk,
        "figure": PartnerFigure.objects.get(code="CUST-1").pk,
    }
    found = {}
    for page in COSTS:
        client = auditor if page.startswith("/api/") else house
        with CaptureQueriesContext(database) as captured:
            assert client.get(page.format(**places)).status_code == 200, page
        found[page] = len(captured)
    return found
