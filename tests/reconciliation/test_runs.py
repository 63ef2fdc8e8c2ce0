"""A comparison is a run: started by somebody, carried out by a worker page by page, kept with what it found."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.access.viewer import SYSTEM_VIEWER, Viewer
from apps.configuration.models import IntacctConfiguration
from apps.delivery import keys
from apps.delivery.models import ConnectionHealth, Slot
from apps.delivery.models.connection_health import Flow
from apps.delivery.services import health, runs
from apps.delivery.states import RunState
from apps.foundation.models import AuditEntry
from apps.foundation.wakeups import Wakeup
from apps.intacct import Delete, Function
from apps.mapping import period_question
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.organisation.models import Company
from apps.reconciliation.errors import ComparisonHasEnded, ComparisonIsOpen
from apps.reconciliation.models import ReconciliationRun
from apps.reconciliation.report import as_json, summary
from apps.reconciliation.result import Period
from apps.reconciliation.services import asking, posted_documents, work
from apps.reconciliation.services.runs import cancel_comparison, start_comparison
from apps.reconciliation.services.work import work_due_runs, work_run
from apps.reconciliation.stored import result_of
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.reconciliation.by_hand import change, entry_by_hand
from tests.sandbox_process import SandboxProcess

OCTOBER = Period(datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))
pytestmark = pytest.mark.django_db


def started(viewer: Viewer = SYSTEM_VIEWER, **asked: Any) -> ReconciliationRun:
    return start_comparison(period=OCTOBER, viewer=viewer, **asked)


def worked(run: ReconciliationRun) -> ReconciliationRun:
    """As it stands after the schedule has looked once."""
    work_due_runs()
    run.refresh_from_db()
    return run


def figures(run: ReconciliationRun) -> tuple[int, ...]:
    return run.done, run.agreeing, run.missing, run.extra, run.different


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two documents of the portal, two records of Intacct at a time."""
    monkeypatch.setattr(posted_documents, "PART", 2)
    monkeypatch.setattr(period_question, "PAGE", 2)


@pytest.fixture
def disordered(post: Any, in_intacct: Callable[[Function], Any]) -> None:
    """Eight documents: one deleted in Intacct, one changed, one moved to November, one doubled, one made again."""
    gone, changed, moved, doubled, again, *_kept = post(
        sales_invoice(), purchase_invoice(), purchase_invoice(), sales_shipment(), sales_shipment(),
        sales_shipment(), sales_shipment(), sales_invoice(),
    )  # fmt: skip
    in_intacct(Delete("by-hand", gone.object_name, [gone.record_no]))
    in_intacct(change(changed, WHENPOSTED="10/22/2026"))
    in_intacct(change(moved, WHENPOSTED="11/02/2026"))
    in_intacct(entry_by_hand(marker=keys.marker(doubled.key), number="COPY"))
    in_intacct(Delete("by-hand", again.object_name, [again.record_no]))
    in_intacct(entry_by_hand(marker=keys.marker(again.key), number=again.number))
    in_intacct(entry_by_hand())


class TestOneRun:
    def test_a_worker_is_woken_and_what_it_found_is_kept(
        self, disordered: None, rung: list[str], django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            run = started()
        assert rung == [Wakeup.RECONCILE.value]
        assert (run.state, run.started_by) == (RunState.WAITING, "portal")
        worked(run)
        assert (run.state, run.total, *figures(run)) == (RunState.FINISHED, 8, 8, 4, 1, 1, 3)
        assert run.not_from_portal == 1
        result = as_json(result_of(run))
        assert [one["kind"] for one in result["differences"]] == ["missing", "extra", *["different"] * 3]
        assert [one["number"] for one in result["not_from_portal_records"]] == ["HAND"]
        actions = AuditEntry.objects.filter(subject_type="period").order_by("id").values_list("action", flat=True)
        assert list(actions) == ["comparison_started", "period_compared"]

    def test_what_was_compared_stays_as_it_was_whatever_happens_later(
        self, disordered: None, in_intacct: Callable[[Function], Any]
    ) -> None:
        run = worked(started())
        before = as_json(result_of(run))
        in_intacct(entry_by_hand(number="LATER"))
        assert as_json(result_of(run)) == before
        again = worked(started())
        assert again.not_from_portal == 2


class TestPages:
    def test_a_run_goes_on_at_the_page_where_it_stopped_and_finds_the_same(
        self, disordered: None, small_pages: None
    ) -> None:
        whole = worked(started())
        sliced = started()
        slices = 0
        while not work_run(run_id=sliced.pk, budget_seconds=0):
            sliced.refresh_from_db()
            assert sliced.state == RunState.WAITING
            slices += 1
        sliced.refresh_from_db()
        assert slices > 12, "each page was a slice of its own"
        assert (sliced.state, *figures(sliced)) == (RunState.FINISHED, *figures(whole))
        assert as_json(result_of(sliced)) == as_json(result_of(whole))

    def test_as_much_is_held_in_memory_for_many_documents_as_for_few(
        self, disordered: None, small_pages: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sizes: list[int] = []
        original = work.findings_of

        def noted(run: ReconciliationRun, portion: Any) -> Any:
            sizes.append(portion.posted + len(portion.divergences) + len(portion.not_from_portal))
            return original(run, portion)

        monkeypatch.setattr(work, "findings_of", noted)
        worked(started())
        assert max(sizes) <= 4

    def test_only_so_many_differences_are_listed_and_all_are_counted(
        self, disordered: None, small_pages: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in ("stored", "result", "report"):
            monkeypatch.setattr(f"apps.reconciliation.{module}.MOST_LISTED", 2)
        run = worked(started())
        assert figures(run) == (8, 4, 1, 1, 3)
        assert run.findings.filter(section__in=("missing", "extra", "different")).count() < 5
        assert "Only the first 2 differences are listed." in summary(result_of(run))


class TestAtTheSameTime:
    def test_a_second_one_is_refused_while_one_is_open(self, configuration: IntacctConfiguration) -> None:
        started()
        with pytest.raises(ComparisonIsOpen) as refusal:
            started()
        assert refusal.value.code == "comparison_open"
        assert "cancel it under Reconciliation" in str(refusal.value)
        assert ReconciliationRun.objects.count() == 1

    def test_the_database_holds_it(self, configuration: IntacctConfiguration) -> None:
        run = started()
        with pytest.raises(IntegrityError), transaction.atomic():
            ReconciliationRun.objects.create(
                connection=run.connection, first=OCTOBER.first, last=OCTOBER.last, started_by="test"
            )

    def test_two_workers_do_not_work_one_run(self, connection: IntacctConfiguration, company: Company) -> None:
        run = started()
        assert runs.claim(ReconciliationRun, run.pk)
        assert not work_run(run_id=run.pk)
        run.refresh_from_db()
        assert (run.state, run.step) == (RunState.RUNNING, 0)

    def test_documents_go_first_where_they_take_all_slots(
        self, connection: IntacctConfiguration, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asking, "WAITS_FOR_A_SLOT_SECONDS", 0)
        busy = timezone.now() + datetime.timedelta(minutes=5)
        for number in (1, 2):
            Slot.objects.update_or_create(
                connection=connection, number=number, defaults={"lease_token": "busy", "lease_until": busy}
            )
        run = worked(started())
        assert (run.state, run.setbacks) == (RunState.WAITING, 0)
        assert run.not_before is not None
        Slot.objects.update(lease_token="", lease_until=None)
        ReconciliationRun.objects.update(not_before=None)
        assert worked(run).state == RunState.FINISHED
        assert not Slot.objects.exclude(lease_token="").exists(), "given back"


class TestWhatGoesWrong:
    def test_a_dead_workers_run_is_taken_over_and_nothing_is_found_twice(
        self, disordered: None, small_pages: None
    ) -> None:
        run = started()
        for _ in range(4):
            work_run(run_id=run.pk, budget_seconds=0)
        dead = timezone.now() - datetime.timedelta(seconds=1)
        ReconciliationRun.objects.update(state=RunState.RUNNING, lease_token="dead", lease_until=dead)
        worked(run)
        assert (run.state, *figures(run)) == (RunState.FINISHED, 8, 4, 1, 1, 3)

    def test_what_kills_its_worker_again_and_again_is_given_up_in_words(
        self, connection: IntacctConfiguration, company: Company
    ) -> None:
        run = started()
        dead = timezone.now() - datetime.timedelta(seconds=1)
        ReconciliationRun.objects.update(
            state=RunState.RUNNING, lease_token="dead", lease_until=dead, setbacks=runs.MOST_SETBACKS
        )
        worked(run)
        assert run.state == RunState.FAILED
        assert "again and again" in run.messages[0]

    def test_an_intacct_that_is_not_reached_is_asked_again_later_and_not_for_ever(
        self, configuration: IntacctConfiguration, company: Company
    ) -> None:
        run = worked(started())
        assert (run.state, run.setbacks) == (RunState.WAITING, 1)
        assert run.not_before is not None
        assert run.not_before > timezone.now()
        assert worked(run).setbacks == 1, "nobody takes it before"
        ReconciliationRun.objects.update(not_before=None, setbacks=runs.MOST_SETBACKS)
        worked(run)
        assert run.state == RunState.FAILED
        assert run.messages[0].startswith("Intacct can't be asked: ")
        assert AuditEntry.objects.get(action="comparison_failed").detail["note"] == run.messages[0]

    def test_refused_credentials_end_it_and_pause_the_connection(
        self, connection: IntacctConfiguration, company: Company
    ) -> None:
        connection.user_password = "wrong"
        connection.save()
        assert worked(started()).state == RunState.FAILED
        assert health.health_of(connection).flow == Flow.PAUSED

    def test_a_connection_that_rests_is_left_alone(
        self, connection: IntacctConfiguration, company: Company, sandbox: SandboxProcess
    ) -> None:
        health.health_of(connection)
        health.rest_for(connection, seconds=300, reason="Too many requests.")
        before = sandbox.stats()["functions"]
        run = worked(started())
        assert (run.state, sandbox.stats()["functions"]) == (RunState.WAITING, before)
        ConnectionHealth.objects.update(rest_until=None, flow=Flow.FLOWING)
        ReconciliationRun.objects.update(not_before=None)
        assert worked(run).state == RunState.FINISHED

    def test_a_paused_connection_is_asked_as_after_a_restored_backup(
        self, connection: IntacctConfiguration, company: Company
    ) -> None:
        health.pause(connection=connection, reason="Restored.", next_step="Compare.", actor="test")
        assert worked(started()).state == RunState.FINISHED

    def test_it_waits_while_sage_intacct_is_turned_off(
        self, connection: IntacctConfiguration, company: Company, sandbox: SandboxProcess
    ) -> None:
        run = started()
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        before = sandbox.stats()["functions"]
        assert (worked(run).state, sandbox.stats()["functions"]) == (RunState.WAITING, before)

    def test_a_cancelled_one_stops_after_its_page_and_another_may_start(
        self, disordered: None, small_pages: None
    ) -> None:
        run = started()
        work_run(run_id=run.pk, budget_seconds=0)
        cancel_comparison(run=run, actor="test")
        assert not work_run(run_id=run.pk)
        run.refresh_from_db()
        assert run.state == RunState.CANCELLED
        with pytest.raises(ComparisonHasEnded):
            cancel_comparison(run=run, actor="test")
        assert worked(started()).state == RunState.FINISHED

    def test_a_worker_whose_run_was_cancelled_stores_nothing_more(
        self, disordered: None, small_pages: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = started()
        original = work.findings_of

        def cancelled_meanwhile(*given: Any) -> Any:
            cancel_comparison(run=ReconciliationRun.objects.get(pk=run.pk), actor="test")
            return original(*given)

        monkeypatch.setattr(work, "findings_of", cancelled_meanwhile)
        worked(run)
        assert (run.state, run.step, run.done) == (RunState.CANCELLED, 0, 0)
        assert not run.findings.exists()


class TestWhoSeesWhat:
    @pytest.fixture
    def of_both(self, connection: IntacctConfiguration, company: Company, other_company: Company) -> None:
        """One of all companies, one of each, and one of both."""
        worked(started())
        for one in (company, other_company):
            worked(started(company=one))
        both = Viewer(label="both", role=SYSTEM_VIEWER.role, company_ids=frozenset({company.pk, other_company.pk}))
        worked(started(viewer=both))

    def test_a_comparison_is_for_those_who_may_see_all_its_companies(
        self, of_both: None, company: Company, other_company: Company
    ) -> None:
        def seen(*companies: Company) -> list[list[str]]:
            ids = frozenset(one.pk for one in companies)
            found = ReconciliationRun.objects.visible_to(Viewer(label="somebody", role=None, company_ids=ids))
            return sorted(sorted(one.code for one in run.companies.all()) for run in found)

        assert ReconciliationRun.objects.visible_to(SYSTEM_VIEWER).count() == 4
        assert seen(company) == [["100"]]
        assert seen(company, other_company) == [["100"], ["100", "200"], ["200"]]
        assert seen() == []

    def test_somebody_without_companies_compares_nothing(
        self, post: Any, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        post(sales_shipment())
        nobody = Viewer(label="nobody", role=None, company_ids=frozenset())
        run = worked(started(viewer=nobody))
        assert (run.covers_all, run.total, run.done, run.not_from_portal) == (False, 0, 0, 0)
