"""Whether documents flow, in one word and without the reason."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone
from time_machine import travel

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery, WorkerHeartbeat
from apps.delivery.services import health as flow
from apps.delivery.states import State
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.organisation.models import Company
from apps.status.health import Level, health_of
from apps.status.models import Notice, NoticeKind, Severity
from tests.conftest import ClientOf
from tests.factories.documents import sales_invoice
from tests.status.conftest import Partner, ago

pytestmark = pytest.mark.django_db
Break = Callable[[IntacctConfiguration], None]


def pause(configuration: IntacctConfiguration) -> None:
    flow.pause(connection=configuration, reason="The password of xml_gateway is wrong.", next_step="Enter it.")


def rest(configuration: IntacctConfiguration) -> None:
    flow.health_of(configuration)
    flow.rest_for(configuration, seconds=60, reason="api.intacct.com said 503.")


def switch_off(configuration: IntacctConfiguration) -> None:
    switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")


def deactivate(configuration: IntacctConfiguration) -> None:
    IntacctConfiguration.objects.update(is_active=False)


def let_the_worker_die(configuration: IntacctConfiguration) -> None:
    WorkerHeartbeat.objects.update(beaten_at=ago(minutes=4))


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (pause, "Stopped"),
        (rest, "Delayed"),
        (switch_off, "Stopped"),
        (deactivate, "Stopped"),
        (let_the_worker_die, "Stopped"),
    ],
)
def test_what_is_in_the_way_is_told_and_not_why(
    happens: Break,
    words: str,
    company: Company,
    configuration: IntacctConfiguration,
    worker: WorkerHeartbeat,
    partner: Partner,
) -> None:
    client = partner(company)
    assert "Flowing" in client.get("/status/companies/100/").text

    happens(configuration)

    page = client.get("/status/companies/100/").text
    assert words in page
    assert "Flowing" not in page
    assert [word for word in ("xml_gateway", "password", "503", "api.intacct.com") if word in page] == []


def test_a_pause_is_told_with_its_time(
    company: Company, configuration: IntacctConfiguration, worker: WorkerHeartbeat
) -> None:
    before = timezone.now()
    pause(configuration)

    health = health_of([company.pk], [])[company.pk]

    assert health.level == Level.STOPPED
    assert health.since is not None
    assert before <= health.since <= timezone.now()


def test_a_document_that_waits_for_an_hour_delays_its_company_alone(
    company: Company,
    other_company: Company,
    configuration: IntacctConfiguration,
    worker: WorkerHeartbeat,
    client_of: ClientOf,
) -> None:
    rest, since, both = client_of(company), ago(hours=2), [company.pk, other_company.pk]
    rest.post("/api/v1/postings/", sales_invoice(number="SI-NEW"), format="json")
    assert {one.level for one in health_of(both, []).values()} == {Level.FLOWING}

    with travel(since, tick=False):
        rest.post("/api/v1/postings/", sales_invoice(number="SI-OLD"), format="json")

    found = health_of(both, [])
    assert (found[company.pk].level, found[company.pk].since) == (Level.DELAYED, since)
    assert found[other_company.pk].level == Level.FLOWING
    Delivery.objects.filter(number="SI-OLD").update(state=State.CANCELLED)
    assert health_of(both, [])[company.pk].level == Level.FLOWING


@pytest.mark.parametrize(("severity", "level"), list(zip(Severity, Level, strict=True)))
def test_an_incident_says_how_bad_it_is_to_its_companies(
    severity: Severity,
    level: Level,
    company: Company,
    other_company: Company,
    configuration: IntacctConfiguration,
    worker: WorkerHeartbeat,
) -> None:
    start = ago(minutes=5)
    notice = Notice.objects.create(
        kind=NoticeKind.INCIDENT, severity=severity, title="x", text="x", starts_at=start, all_companies=False
    )
    notice.companies.add(company)

    found = health_of([company.pk, other_company.pk], [notice])

    assert (found[company.pk].level, found[other_company.pk].level) == (level, Level.FLOWING)
    assert found[company.pk].since == (None if level == Level.FLOWING else start)


def test_maintenance_counts_from_its_start(
    company: Company, configuration: IntacctConfiguration, worker: WorkerHeartbeat
) -> None:
    planned = Notice(severity=Severity.STOP, starts_at=timezone.now() + datetime.timedelta(hours=1))

    assert health_of([company.pk], [planned])[company.pk].level == Level.FLOWING
