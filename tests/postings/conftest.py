"""What the tests of postings share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.delivery.services.drain import DrainReport
from apps.delivery.states import State
from apps.intacct import Function
from apps.organisation.models import Company
from tests.conftest import ClientOf
from tests.factories.organisation import FinancialSiteFactory


@pytest.fixture
def other_site(company: Company) -> str:
    """The code of a second financial site of company 100."""
    return FinancialSiteFactory(company=company, code="110", name="Reno").code


@pytest.fixture
def post(
    company: Company, connection: IntacctConfiguration, client_of: ClientOf, drained: Callable[..., DrainReport]
) -> Callable[..., list[Delivery]]:
    """Submits documents and sends them to the sandbox."""
    rest: APIClient = client_of(company)

    def work(*documents: dict[str, Any]) -> list[Delivery]:
        for one in documents:
            answer = rest.post("/api/v1/postings/", one, format="json")
            assert answer.status_code == 201, answer.json()
        drained()
        found = [Delivery.objects.get(number=one["number"]) for one in documents]
        assert [one.state for one in found] == [State.POSTED] * len(found), [one.problem for one in found]
        return found

    return work


@pytest.fixture
def in_intacct(connection: IntacctConfiguration) -> Iterator[Callable[[Function], Any]]:
    """Does something in Intacct as somebody would who signed in there."""
    client = client_for(connection)
    yield client.ask
    client.close()
