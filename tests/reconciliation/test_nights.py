"""Each night the last days are compared by themselves, and what differs is on the first page."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client as Browser
from django.utils import timezone

from apps.access.roles import Role
from apps.access.viewer import SYSTEM_VIEWER
from apps.configuration.models import IntacctConfiguration
from apps.delivery.services import health
from apps.delivery.states import RunState
from apps.foundation.wakeups import Wakeup
from apps.intacct import Delete, Function
from apps.organisation.models import Company
from apps.reconciliation.models import ReconciliationRun
from apps.reconciliation.result import Period
from apps.reconciliation.services.night import start_nightly
from apps.reconciliation.services.reconcile import reconcile
from apps.reconciliation.services.runs import start_comparison
from apps.reconciliation.services.work import work_due_runs
from integration_portal.schedules import EVERY_MINUTE
from tests.conftest import Person
from tests.factories.documents import sales_shipment

pytestmark = pytest.mark.django_db
AT_NIGHT = datetime.datetime(2026, 10, 25, 3, 0, tzinfo=datetime.UTC)
DAYS = Period(datetime.date(2026, 10, 18), datetime.date(2026, 10, 24))


def night(at: datetime.datetime = AT_NIGHT) -> ReconciliationRun | None:
    """What the schedule does at a time of the night."""
    run = start_nightly(now=at)
    work_due_runs()
    if run is not None:
        run.refresh_from_db()
    return run


@pytest.fixture
def first_page(person: Person, client: Browser) -> Callable[[], str]:
    client.force_login(person(Role.OPERATOR))
    return lambda: client.get("/admin/").text


def test_the_last_days_are_compared_once_a_night(post: Any, connection: IntacctConfiguration, company: Company) -> None:
    post(sales_shipment(posting_date="2026-10-20", document_date="2026-10-20"))
    run = night()
    assert run is not None
    assert (run.first, run.last, run.night) == (DAYS.first, DAYS.last, AT_NIGHT.date())
    assert (run.state, run.covers_all, run.agreeing, run.started_by) == (RunState.FINISHED, True, 1, "portal")
    assert night(AT_NIGHT + datetime.timedelta(minutes=1)) is None
    assert night(AT_NIGHT + datetime.timedelta(days=1)) is not None


def test_the_schedule_looks_each_minute() -> None:
    assert Wakeup.RECONCILIATIONS in EVERY_MINUTE.values()


@pytest.mark.parametrize("hour", [0, 1, 5, 12, 23])
def test_nothing_is_compared_by_itself_in_the_day(hour: int, configuration: IntacctConfiguration) -> None:
    assert night(AT_NIGHT.replace(hour=hour)) is None


def test_how_many_days_is_the_configurations_and_none_turns_it_off(connection: IntacctConfiguration) -> None:
    IntacctConfiguration.objects.update(nightly_days=0)
    assert night() is None
    IntacctConfiguration.objects.update(nightly_days=31)
    run = night()
    assert run is not None
    assert run.first == datetime.date(2026, 9, 24)
    connection.nightly_days = 93
    with pytest.raises(ValidationError):
        connection.full_clean()


def test_nobody_is_asked_while_the_connection_is_paused_or_a_comparison_is_going_on(
    connection: IntacctConfiguration, company: Company
) -> None:
    health.pause(connection=connection, reason="Credentials.", next_step="Enter them.", actor="test")
    assert night() is None
    health.resume(connection=connection, actor="test")
    start_comparison(period=DAYS, viewer=SYSTEM_VIEWER)
    assert start_nightly(now=AT_NIGHT) is None
    work_due_runs()
    assert night(AT_NIGHT + datetime.timedelta(minutes=5)) is not None


def test_what_differs_needs_a_person_until_it_was_compared_again_and_agrees(
    post: Any, in_intacct: Callable[[Function], Any], first_page: Callable[[], str]
) -> None:
    (gone, _kept) = post(*(sales_shipment(posting_date="2026-10-20", document_date="2026-10-20") for _ in range(2)))
    assert "differ" not in first_page()
    in_intacct(Delete("by-hand", "GLBATCH", [gone.record_no]))
    run = night()
    assert run is not None
    page = first_page()
    assert "1 document differs between portal and Intacct." in page
    assert f'href="/admin/reconciliation/reconciliationrun/{run.pk}/change/"' in page

    ReconciliationRun.objects.filter(pk=run.pk).update(missing=0)
    reconcile(period=Period(DAYS.first, DAYS.first), viewer=SYSTEM_VIEWER)
    ReconciliationRun.objects.filter(pk=run.pk).update(missing=1)
    assert "1 document differs" in first_page(), "other days were compared"
    again = start_comparison(period=Period(DAYS.first, AT_NIGHT.date()), viewer=SYSTEM_VIEWER)
    work_due_runs()
    ReconciliationRun.objects.filter(pk=again.pk).update(missing=0)
    assert "differs between portal" not in first_page()


def test_a_night_that_could_not_be_compared_needs_a_person_too(
    connection: IntacctConfiguration, company: Company, first_page: Callable[[], str]
) -> None:
    connection.user_password = "wrong"
    connection.save()
    run = night()
    assert run is not None
    assert run.state == RunState.FAILED
    page = first_page()
    assert "The nightly comparison with Intacct failed." in page
    assert "Intacct can&#x27;t be asked" in page


def test_old_comparisons_are_purged_with_what_they_found(
    post: Any, in_intacct: Callable[[Function], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    (gone,) = post(sales_shipment())
    in_intacct(Delete("by-hand", "GLBATCH", [gone.record_no]))
    october = Period(datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))
    reconcile(period=october, viewer=SYSTEM_VIEWER)
    reconcile(period=october, viewer=SYSTEM_VIEWER)
    old = ReconciliationRun.objects.last()
    assert old is not None
    ReconciliationRun.objects.filter(pk=old.pk).update(finished_at=timezone.now() - datetime.timedelta(days=91))
    call_command("purge", "--older-than", "90d", "--json")
    assert '"comparisons": 1' in capsys.readouterr().out
    assert ReconciliationRun.objects.exclude(pk=old.pk).get().findings.count() == 1
