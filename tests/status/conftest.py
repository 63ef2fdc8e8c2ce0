"""Partners, links and documents that fail, for the status pages."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.access.services.partners import give_companies
from apps.access.services.shared_links import NewLink, create_link
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery, WorkerHeartbeat
from apps.delivery.states import State
from apps.organisation.models import Company
from tests.conftest import ClientOf, Person
from tests.factories.documents import sales_invoice

Failing = Callable[..., str]
Partner = Callable[..., Client]
SECRET_WORDS = "BL34000061 BigCorp Ltd GL-4711 <request>"
"""What Intacct may have said: nothing for readers outside."""


@pytest.fixture
def partner(person: Person, client: Client) -> Partner:
    """Somebody signed in who sees these companies, as a partner does: `partner(company, shows_amounts=True)`."""

    def make(*companies: Company, shows_amounts: bool = False) -> Client:
        user = person(Role.PARTNER)
        User.objects.filter(pk=user.pk).update(is_staff=False)
        give_companies(user=user, companies=companies, shows_amounts=shows_amounts, actor="test")
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return make


@pytest.fixture
def link(company: Company) -> NewLink:
    """A link to company 100 without amounts."""
    return create_link(company=company, label="Anna's accountant", days=30, shows_amounts=False, actor="test")


@pytest.fixture
def failing(configuration: IntacctConfiguration, client_of: ClientOf) -> Failing:
    """Submits a document of a company and lets its delivery fail: `failing(company, number="SI-1", meaning="…")`."""

    def make(company: Company, *, meaning: str = "", kind: str = "refused", code: str = "X", **document: Any) -> str:
        made = sales_invoice(company=company.code, financial_site=company.code, **document)
        if company.code != "100":
            made = {
                **made,
                "payment_term": None,
                "lines": [{**one, "site": None, "tax": None} for one in made["lines"]],
            }
        answer = client_of(company).post("/api/v1/postings/", made, format="json")
        assert answer.status_code == 201, answer.json()
        errors = [{"errorno": code, "meaning": meaning, "description2": SECRET_WORDS}]
        problem = {"kind": kind, "code": code, "detail": SECRET_WORDS, "next_step": SECRET_WORDS, "errors": errors}
        put(answer.json()["id"], State.ERROR, problem=problem)
        return str(answer.json()["id"])

    return make


def put(pk: str, state: State, **values: Any) -> None:
    """As if a worker had brought the posting's deliveries here."""
    now = timezone.now()
    rows = Delivery.objects.filter(target_document__posting=pk)
    rows.update(state=State.SENDING, lease_token="x", lease_until=now)
    rows.update(state=state, lease_token="", lease_until=None, updated_at=now, **values)


@pytest.fixture
def worker(db: None) -> WorkerHeartbeat:
    """A worker that has just done something."""
    return WorkerHeartbeat.objects.create(worker="test", beaten_at=timezone.now())


def ago(**time: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(**time)
