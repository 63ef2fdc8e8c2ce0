"""Guide, "Financial data" and "GL account mapping": terms, tax details, accounts; each record stands alone."""

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.services import runs
from apps.delivery.states import IntegrationStatus
from apps.foundation.audit import AuditEntry
from apps.intacct import Record
from apps.mapping import reading
from apps.masterdata.models import Account, DiscountUnit, DueFrom, PaymentTerm, TaxDetail, TaxType, TermLedger
from apps.options.errors import OptionOff
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.synchronisation.errors import RunIsOpen
from apps.synchronisation.models import RunMode, RunState, SynchronisationRun, SynchronisedObject
from apps.synchronisation.services.inbound import synchronise, work_due_runs, work_run
from apps.synchronisation.services.inbound_records import Stored, store
from apps.synchronisation.services.runs import cancel_run, start_run
from tests.sandbox_process import SandboxProcess

Read = Callable[..., SynchronisationRun]


@pytest.fixture
def read(connection: IntacctConfiguration) -> Read:
    """Synchronises an object to its end: `read("AP_TERM")`."""

    def work(wanted: str, mode: RunMode = RunMode.FULL) -> SynchronisationRun:
        return synchronise(connection=connection, wanted=wanted, started_by="test", mode=mode)

    return work


def keep(rows: list[Record], connection: IntacctConfiguration) -> Stored:
    """Stores rows of AP terms as they would come in a page that was asked for just now."""
    return store(rows=rows, object_name="APTERM", connection=connection, asked_at=timezone.now())


def queries(sandbox: SandboxProcess) -> int:
    return int(sandbox.stats()["functions_by_name"].get("query", 0))


def state_of(key: str, object_name: str) -> IntegrationState:
    return IntegrationState.objects.get(key=key, object_name=object_name)


class TestWhatComesIn:
    def test_payment_terms_of_both_ledgers_with_due_rule_and_discount(self, read: Read) -> None:
        for wanted in (SynchronisedObject.AP_TERM, SynchronisedObject.AR_TERM):
            run = read(wanted)
            assert (run.state, run.done, run.failed) == (RunState.FINISHED, 9, 0), run.messages
        assert PaymentTerm.objects.count() == 18
        term = PaymentTerm.objects.get(ledger=TermLedger.AR, code="2-10-NET30")
        assert (term.due_days, term.due_from) == (30, DueFrom.DOCUMENT_DATE)
        assert (term.discount_days, term.discount, term.discount_unit) == (10, Decimal(2), DiscountUnit.PERCENT)
        assert PaymentTerm.objects.get(ledger=TermLedger.AP, code="15-NEXT").due_from == DueFrom.NEXT_MONTH
        assert not PaymentTerm.objects.get(ledger=TermLedger.AP, code="COD-OLD").is_active

    def test_tax_details_with_rate_account_solution_and_reverse_charge(self, read: Read) -> None:
        assert read(SynchronisedObject.TAX_DETAIL).state == RunState.FINISHED
        detail = TaxDetail.objects.get(code="US-NY-8.875")
        assert (detail.tax_type, detail.rate, detail.account) == (TaxType.SALE, Decimal("8.875"), "2200")
        assert detail.tax_solution == "United States - Sales Tax"
        assert list(TaxDetail.objects.filter(is_reverse_charge=True).values_list("code", flat=True)) == [
            "DE-RC-IN",
            "DE-RC-OUT",
            "FR-RC-IN",
            "FR-RC-OUT",
            "GB-RC-IN",
            "GB-RC-OUT",
        ]

    def test_accounts_with_their_analytical_settings(self, read: Read) -> None:
        read(SynchronisedObject.ACCOUNT)
        assert Account.objects.get(number="6300").required == ["department"]
        assert Account.objects.get(number="4000").required == []
        assert Account.objects.get(number="2000").normal_balance == "credit"

    def test_each_record_has_its_state_beside_it(self, read: Read) -> None:
        read(SynchronisedObject.AP_TERM)
        state = state_of("NET30", "APTERM")
        assert (state.status, state.last_message, state.node) == (IntegrationStatus.SUCCESS, "", "payment_term")
        assert state.record_no
        assert state.last_integrated_at


class TestPages:
    def test_every_page_is_read_by_record_number(self, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "PAGE", 4)
        run = read(SynchronisedObject.AP_TERM)
        assert (run.done, run.total) == (9, 9)
        assert PaymentTerm.objects.count() == 9

    def test_a_run_goes_on_at_the_page_where_it_stopped(
        self, connection: IntacctConfiguration, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess
    ) -> None:
        monkeypatch.setattr(reading, "PAGE", 4)
        run = start_run(connection=connection, wanted=SynchronisedObject.AP_TERM, started_by="test")
        assert not work_run(run_id=run.pk, budget_seconds=0)
        run.refresh_from_db()
        assert (run.state, run.done) == (RunState.WAITING, 4)
        asked = queries(sandbox)
        work_due_runs()
        run.refresh_from_db()
        assert (run.state, run.done) == (RunState.FINISHED, 9)
        assert queries(sandbox) - asked == 2

    def test_a_dead_workers_run_is_taken_over_when_its_lease_is_over(self, connection: IntacctConfiguration) -> None:
        run = start_run(connection=connection, wanted=SynchronisedObject.AP_TERM, started_by="test")
        held = timezone.now() + connection.lease
        SynchronisationRun.objects.filter(pk=run.pk).update(
            state=RunState.RUNNING, lease_token="dead", lease_until=held
        )
        assert not work_run(run_id=run.pk)
        SynchronisationRun.objects.filter(pk=run.pk).update(lease_until=timezone.now())
        assert work_run(run_id=run.pk)
        assert PaymentTerm.objects.count() == 9

    def test_a_cut_page_is_asked_for_again(
        self, read: Read, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runs, "PAUSE_SECONDS", 0)
        sandbox.arm("truncate", match={"function": "query"}, times=2)
        assert read(SynchronisedObject.AP_TERM).state == RunState.FINISHED

    def test_one_that_stays_cut_fails_the_run_and_makes_nothing_inactive(
        self, read: Read, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runs, "PAUSE_SECONDS", 0)
        read(SynchronisedObject.AP_TERM)
        sandbox.arm("truncate", match={"function": "query"}, times=3)
        run = read(SynchronisedObject.AP_TERM)
        assert run.state == RunState.FAILED
        assert run.messages
        assert PaymentTerm.objects.filter(is_active=True).count() == 8


class TestChangesOnly:
    def test_nothing_changed_reads_only_the_overlap(self, read: Read) -> None:
        read(SynchronisedObject.AP_TERM)
        SynchronisationRun.objects.update(newest_change=timezone.now() + datetime.timedelta(hours=1))
        run = read(SynchronisedObject.AP_TERM, RunMode.INCREMENTAL)
        assert (run.mode, run.state, run.done) == (RunMode.INCREMENTAL, RunState.FINISHED, 0)
        assert PaymentTerm.objects.filter(is_active=True).count() == 8, "changes only tell nothing about removals"

    def test_a_date_far_ahead_does_not_hide_later_changes(self, connection: IntacctConfiguration, read: Read) -> None:
        read(SynchronisedObject.AP_TERM)
        call_command("synchronise", "AP_TERM", "--since", "2099-01-01")
        assert read(SynchronisedObject.AP_TERM, RunMode.INCREMENTAL).since.year < 2099  # type: ignore[union-attr]

    def test_without_a_complete_reading_before_everything_is_read(self, read: Read) -> None:
        assert read(SynchronisedObject.AP_TERM, RunMode.INCREMENTAL).mode == RunMode.FULL

    def test_journals_do_not_say_when_they_were_changed_so_all_are_read(self, read: Read) -> None:
        read(SynchronisedObject.JOURNAL)
        assert read(SynchronisedObject.JOURNAL, RunMode.INCREMENTAL).mode == RunMode.FULL


class TestEachRecordStandsAlone:
    def row(self, number: int, code: str, **changes: str) -> Record:
        fields = {"RECORDNO": str(number), "NAME": code, "STATUS": "active", "DUEDATE": "30", **changes}
        return Record.of("APTERM", fields)

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("DUEDATE", "soon", "no number"),
            ("DUEDATE", "1.5", "no number"),
            ("DUEFROM", "from the full moon", "Known are"),
            ("DISCAMOUNT", "two", "no amount"),
            ("DESCRIPTION", "x" * 201, "DESCRIPTION"),
        ],
    )
    def test_a_value_that_cannot_be_kept_is_an_error_of_its_record_only(
        self, connection: IntacctConfiguration, field: str, value: str, words: str
    ) -> None:
        rows = [self.row(1, "GOOD"), self.row(2, "BAD", **{field: value}), self.row(3, "FINE")]
        stored = keep(rows, connection)
        assert stored.number == 2
        assert list(PaymentTerm.objects.values_list("code", flat=True)) == ["FINE", "GOOD"]
        state = state_of("BAD", "APTERM")
        assert state.status == IntegrationStatus.ERROR
        assert words in state.last_message
        assert "Sage Intacct" in state.next_step

    def test_an_id_that_stands_twice_and_one_that_is_missing(self, connection: IntacctConfiguration) -> None:
        rows = [self.row(1, "NET30"), self.row(2, "NET30"), self.row(3, "")]
        assert keep(rows, connection).number == 1
        assert state_of("NET30", "APTERM").status == IntegrationStatus.SUCCESS
        assert {one.key for one in IntegrationState.objects.filter(status=IntegrationStatus.ERROR)} == {
            "NET30#2",
            "#3",
        }

    def test_an_id_longer_than_any_is_an_error_that_can_be_shown(self, connection: IntacctConfiguration) -> None:
        assert (
            store(
                rows=[self.row(1, "N" * 300)], object_name="APTERM", connection=connection, asked_at=timezone.now()
            ).number
            == 0
        )
        assert "NAME" in IntegrationState.objects.get().last_message

    def test_put_right_there_it_is_an_error_no_longer(self, connection: IntacctConfiguration) -> None:
        store(
            rows=[self.row(2, "BAD", DUEDATE="soon")],
            object_name="APTERM",
            connection=connection,
            asked_at=timezone.now(),
        )
        keep([self.row(2, "BAD")], connection)
        assert state_of("BAD", "APTERM").status == IntegrationStatus.SUCCESS

    def test_gone_there_is_inactive_and_desynchronised_here(self, read: Read) -> None:
        read(SynchronisedObject.AP_TERM)
        PaymentTerm.objects.filter(code="NET60").update(code="NET90")
        IntegrationState.objects.filter(key="NET60").update(key="NET90")
        run = read(SynchronisedObject.AP_TERM)
        assert run.removed == 1
        assert not PaymentTerm.objects.get(code="NET90").is_active
        assert state_of("NET90", "APTERM").status == IntegrationStatus.DESYNCHRONISED

    def test_ar_terms_are_not_taken_for_gone_when_ap_terms_are_read(self, read: Read) -> None:
        read(SynchronisedObject.AR_TERM)
        assert read(SynchronisedObject.AP_TERM).removed == 0


class TestRefusals:
    def test_without_the_project_module_the_error_names_field_and_property(
        self, read: Read, sandbox: SandboxProcess
    ) -> None:
        sandbox.set(modules={"projects": False})
        run = read(SynchronisedObject.ACCOUNT)
        assert run.state == RunState.FAILED
        (words,) = run.messages
        assert words.startswith("Synchronisation error")
        assert "REQUIREPROJECT (isRequiredProject)" in words

    def test_one_run_of_an_object_at_a_time(self, connection: IntacctConfiguration) -> None:
        start_run(connection=connection, wanted=SynchronisedObject.AP_TERM, started_by="test")
        with pytest.raises(RunIsOpen):
            start_run(connection=connection, wanted=SynchronisedObject.AP_TERM, started_by="test")
        start_run(connection=connection, wanted=SynchronisedObject.AR_TERM, started_by="test")

    def test_off_means_off_and_what_waits_goes_on_when_it_is_on_again(self, connection: IntacctConfiguration) -> None:
        run = start_run(connection=connection, wanted=SynchronisedObject.AP_TERM, started_by="test")
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        work_due_runs()
        run.refresh_from_db()
        assert run.state == RunState.WAITING
        with pytest.raises(OptionOff):
            start_run(connection=connection, wanted=SynchronisedObject.AR_TERM, started_by="test")
        switch(code=OptionCode.SAGE_INTACCT, on=True, actor="test")
        work_due_runs()
        assert PaymentTerm.objects.count() == 9

    def test_a_cancelled_run_stores_nothing_more(self, connection: IntacctConfiguration) -> None:
        run = start_run(connection=connection, wanted=SynchronisedObject.AP_TERM, started_by="test")
        cancel_run(run=run, actor="anna")
        work_run(run_id=run.pk)
        assert not PaymentTerm.objects.exists()
        assert AuditEntry.objects.filter(action="synchronisation_cancelled", actor="anna").exists()

    def test_the_command_says_what_was_done(
        self, connection: IntacctConfiguration, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("synchronise", "AP_TERM", "AR_TERM")
        assert "Payment terms (AP): Finished, 9 done" in capsys.readouterr().out
        call_command("synchronise", "AP_TERM", "--since", "2099-01-01")
        assert "0 done" in capsys.readouterr().out
        with pytest.raises(CommandError):
            call_command("synchronise")
