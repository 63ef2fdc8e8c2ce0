"""Readings that must not be believed, records that the database refuses, and patience with a busy Intacct."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.intacct import Record
from apps.masterdata.models import PaymentTerm, TermLedger
from apps.synchronisation.models import RunState, SynchronisationRun
from apps.synchronisation.services import inbound_records
from apps.synchronisation.services.inbound import synchronise, work_due_runs
from apps.synchronisation.services.inbound_records import deactivate, store
from apps.synchronisation.services.runs import start_run
from tests.factories.masterdata import PaymentTermFactory
from tests.sandbox_process import SandboxProcess

A_MINUTE = datetime.timedelta(minutes=1)


def term(number: int, name: str, **fields: str) -> Record:
    return Record.of("APTERM", {"RECORDNO": str(number), "NAME": name, "STATUS": "active", **fields})


@pytest.fixture
def keep(connection: IntacctConfiguration) -> Callable[..., Any]:
    """Stores rows as a reading that was asked for `ago` before now."""

    def rows(*given: Record, ago: datetime.timedelta = datetime.timedelta(), **more: Any) -> Any:
        asked_at = timezone.now() - ago
        return store(rows=given, object_name="APTERM", connection=connection, asked_at=asked_at, **more)

    return rows


class TestALateAnswer:
    def test_does_not_overwrite_what_was_read_after_it_was_asked_for(self, keep: Callable[..., Any]) -> None:
        keep(term(1, "NET30", DESCRIPTION="New"))
        assert keep(term(1, "NET30", DESCRIPTION="Old"), ago=A_MINUTE).number == 1
        assert PaymentTerm.objects.get().name == "New"

    def test_does_not_undo_a_deletion_since(self, keep: Callable[..., Any], connection: IntacctConfiguration) -> None:
        keep(term(1, "NET30"), ago=2 * A_MINUTE)
        deactivate(object_name="APTERM", connection=connection, record_id="NET30")
        keep(term(1, "NET30"), ago=A_MINUTE)
        assert not PaymentTerm.objects.get().is_active


class TestOneIdTwice:
    def test_on_another_page_of_the_same_reading_is_said(self, keep: Callable[..., Any]) -> None:
        since = timezone.now() - A_MINUTE
        keep(term(1, "NET30", DESCRIPTION="First"), since=since)
        stored = keep(term(2, "NET30", DESCRIPTION="Second"), since=since)
        assert (stored.number, len(stored.unread)) == (0, 1)
        assert PaymentTerm.objects.get().name == "First"
        assert IntegrationState.objects.filter(status=IntegrationStatus.ERROR, key="NET30#2").exists()

    def test_in_a_later_reading_is_a_record_that_was_made_anew(self, keep: Callable[..., Any]) -> None:
        keep(term(1, "NET30"), ago=2 * A_MINUTE)
        later = timezone.now() + datetime.timedelta(milliseconds=1)
        assert keep(term(2, "NET30", DESCRIPTION="Made anew"), since=later).number == 1
        assert IntegrationState.objects.get().record_no == "2"


def test_what_the_database_refuses_is_an_error_of_its_own(
    keep: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = inbound_records._write

    def refusing(model: Any, mapped: Any, records: Any, connection: Any) -> None:
        if any(one.code == "BAD" for one in records):
            raise IntegrityError("CHECK constraint failed: too odd")
        write(model, mapped, records, connection)

    monkeypatch.setattr(inbound_records, "_write", refusing)
    stored = keep(term(1, "NET30"), term(2, "BAD"), term(3, "NET60"))
    assert stored.number == 2
    assert sorted(PaymentTerm.objects.values_list("code", flat=True)) == ["NET30", "NET60"]
    assert "too odd" in IntegrationState.objects.get(key="BAD").last_message


class TestACompleteReading:
    def test_that_brings_nothing_makes_nothing_inactive_and_says_so(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        PaymentTermFactory(ledger=TermLedger.AP, code="OURS", synchronised_at=timezone.now() - A_MINUTE)
        monkeypatch.setattr("apps.synchronisation.services.inbound._next_page", lambda *args: False)
        run = synchronise(connection=connection, wanted="AP_TERM", started_by="test")
        assert run.state == RunState.FAILED
        assert "no record at all, but 1 are known here" in run.messages[0]
        assert PaymentTerm.objects.get().is_active

    def test_is_believed_by_force(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        PaymentTermFactory(ledger=TermLedger.AP, code="OURS", synchronised_at=timezone.now() - A_MINUTE)
        monkeypatch.setattr("apps.synchronisation.services.inbound._next_page", lambda *args: False)
        start_run(connection=connection, wanted="AP_TERM", started_by="test", forced=True)
        work_due_runs()
        assert SynchronisationRun.objects.get().state == RunState.FINISHED
        assert not PaymentTerm.objects.get().is_active

    def test_that_is_shorter_than_announced_makes_nothing_inactive(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        PaymentTermFactory(ledger=TermLedger.AP, code="OURS", synchronised_at=timezone.now() - A_MINUTE)
        run = start_run(connection=connection, wanted="AP_TERM", started_by="test")
        SynchronisationRun.objects.filter(pk=run.pk).update(total=500)
        work_due_runs()
        run.refresh_from_db()
        assert (run.state, run.removed) == (RunState.FAILED, 0)
        assert "announced 500 records and gave 9" in run.messages[-1]
        assert PaymentTerm.objects.get(code="OURS").is_active


def test_a_busy_intacct_makes_the_run_wait_and_go_on(connection: IntacctConfiguration, sandbox: SandboxProcess) -> None:
    sandbox.arm("concurrency_429", match={"function": "query"}, times=1)
    run = start_run(connection=connection, wanted="AP_TERM", started_by="test")
    work_due_runs()
    run.refresh_from_db()
    assert run.state == RunState.WAITING
    assert run.not_before is not None
    work_due_runs()
    run.refresh_from_db()
    assert run.state == RunState.WAITING, "nobody takes it before its time"
    SynchronisationRun.objects.update(not_before=timezone.now() - A_MINUTE)
    work_due_runs()
    run.refresh_from_db()
    assert (run.state, run.done) == (RunState.FINISHED, 9)


def test_an_intacct_that_stays_busy_ends_the_run_in_words(
    connection: IntacctConfiguration, sandbox: SandboxProcess
) -> None:
    sandbox.arm("concurrency_429", match={"function": "query"}, times=50)
    run = start_run(connection=connection, wanted="AP_TERM", started_by="test")
    for _ in range(8):
        SynchronisationRun.objects.update(not_before=None)
        work_due_runs()
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.messages


def test_wrong_credentials_end_a_sending_before_a_record_fails(
    connection: IntacctConfiguration, sandbox: SandboxProcess
) -> None:
    from tests.factories.masterdata import CustomerFactory

    CustomerFactory()
    IntacctConfiguration.objects.filter(pk=connection.pk).update(user_password="wrong")
    run = start_run(connection=connection, wanted="CUSTOMER", started_by="test")
    work_due_runs()
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "ign-in" in run.messages[0] or "sign in" in run.messages[0]
    assert not IntegrationState.objects.exists()
