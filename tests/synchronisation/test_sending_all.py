"""*Synchronise* and *Force synchronise*: all records, and chosen ones on the Integration page (dmo-facts 3.4)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.management import call_command
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.foundation.audit import AuditEntry
from apps.mapping.models import ObjectMapping
from apps.mapping.services.object_mapping import ensure_object_mappings
from apps.masterdata.models import Customer
from apps.masterdata.services.save_records import RecordInput, save_record
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.synchronisation.models import IncomingEvent, RunState, SynchronisationRun
from apps.synchronisation.services.event_work import work_due_events
from apps.synchronisation.services.inbound import work_due_runs
from apps.synchronisation.services.incoming_events import Told, receive
from apps.synchronisation.services.integration_actions import compare_states
from apps.synchronisation.services.outbound import work
from apps.synchronisation.services.runs import start_run
from tests.factories.masterdata import CustomerFactory, ItemFactory
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])
PAGE = "admin:delivery_integrationstate_changelist"
Choose = Callable[..., str]


def functions(sandbox: SandboxProcess) -> dict[str, int]:
    """What was asked about records and sent; signing in and looking up the object's fields are neither."""
    asked = sandbox.stats()["functions_by_name"]
    return {name: n for name, n in asked.items() if name not in ("getAPISession", "lookup")}


@pytest.fixture
def choose(admin_client: Client) -> Choose:
    """`choose("force_chosen")`: an action for all rows of the Integration page; gives the page after it."""

    def act(action: str) -> str:
        ids = list(IntegrationState.objects.values_list("pk", flat=True))
        answer = admin_client.post(reverse(PAGE), {"action": action, ACTION_CHECKBOX_NAME: ids}, follow=True)
        return str(answer.text)

    return act


class TestAll:
    def test_goes_once_and_not_again(self, connection: IntacctConfiguration, sandbox: SandboxProcess) -> None:
        for number in range(3):
            CustomerFactory(code=f"C-{number}")
        call_command("synchronise", "CUSTOMER")
        run = SynchronisationRun.objects.get()
        assert (run.state, run.total, run.done, run.failed) == (RunState.FINISHED, 3, 3, 0), run.messages
        before = functions(sandbox)
        call_command("synchronise", "CUSTOMER")
        assert functions(sandbox) == before
        call_command("synchronise", "CUSTOMER", "--force")
        assert functions(sandbox)["update"] == 3

    def test_a_mapped_field_that_is_not_there_is_said_before_the_first_record_is_refused(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess, admin_client: Client
    ) -> None:
        ensure_object_mappings()
        mapping = ObjectMapping.objects.get(object_name="CUSTOMER")
        mapping.revision = "1"
        mapping.save()
        mapping.fields.create(field="SHOE_SIZE", kind="property", value="name")
        CustomerFactory(code="C-1")
        call_command("synchronise", "ITEM")  # another object is not concerned
        run = start_run(connection=connection, wanted="CUSTOMER", started_by="test")
        work_due_runs()
        run.refresh_from_db()
        assert (run.state, run.done, run.failed) == (RunState.FAILED, 0, 0)
        assert "does not know the mapped field SHOE_SIZE (name) of Customer" in run.messages[0]
        assert "create" not in functions(sandbox)
        page = admin_client.get(reverse("admin:synchronisation_synchronisationrun_change", args=[run.pk])).text
        assert reverse("admin:mapping_objectmapping_of", args=["CUSTOMER"]) in page

    @pytest.mark.skipif(database.vendor != "sqlite", reason="reads SQLite's plans")
    def test_no_turn_goes_through_all_states_of_the_connection(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        CustomerFactory(code="C-1")
        with CaptureQueriesContext(database) as captured:
            call_command("synchronise", "CUSTOMER")
        asked = {
            one["sql"]
            for one in captured.captured_queries
            if one["sql"].startswith("SELECT") and "delivery_integrationstate" in one["sql"]
        }
        assert len(asked) > 5
        with database.cursor() as cursor:
            for sql in asked:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plan = str(cursor.fetchall())
                assert "delivery_integrationstate_connection_id" not in plan, sql
                assert "SCAN delivery_integrationstate" not in plan, sql

    def test_counts_and_names_what_fails(self, connection: IntacctConfiguration, sandbox: SandboxProcess) -> None:
        CustomerFactory(code="C-1", payment_term="NET99")
        CustomerFactory(code="C-2")
        start_run(connection=connection, wanted="CUSTOMER", started_by="test")
        work_due_runs()
        run = SynchronisationRun.objects.get()
        assert (run.state, run.done, run.failed) == (RunState.FINISHED, 1, 1)
        assert run.messages[0].startswith("C-1: Payment term NET99 is not known")

    def test_waits_while_the_option_is_off(self, connection: IntacctConfiguration, sandbox: SandboxProcess) -> None:
        ItemFactory()
        start_run(connection=connection, wanted="ITEM", started_by="test")
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        work_due_runs()
        assert SynchronisationRun.objects.get().state == RunState.WAITING
        switch(code=OptionCode.SAGE_INTACCT, on=True, actor="test")
        work_due_runs()
        assert SynchronisationRun.objects.get().state == RunState.FINISHED
        assert functions(sandbox)["create"] == 1


class TestChosen:
    @pytest.fixture(autouse=True)
    def sent(self, connection: IntacctConfiguration, sandbox: SandboxProcess) -> None:
        CustomerFactory(code="C-1", name="Ours")
        call_command("synchronise", "CUSTOMER")

    def test_synchronise_sends_nothing_that_did_not_change(
        self, choose: Choose, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        before = functions(sandbox)
        assert "1 on their way to Sage Intacct" in choose("synchronise_chosen")
        work(connection=connection, budget_seconds=10)
        assert functions(sandbox) == before
        assert IntegrationState.objects.get().status == IntegrationStatus.SUCCESS

    def test_force_synchronise_sends_it_again(
        self, choose: Choose, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        choose("force_chosen")
        assert "0 on their way to Sage Intacct, 1 were pending already" in choose("force_chosen")
        work(connection=connection, budget_seconds=10)
        assert functions(sandbox)["update"] == 1

    def test_compare_shows_what_differs_and_sends_nothing(
        self, choose: Choose, connection: IntacctConfiguration, sandbox: SandboxProcess, admin_client: Client
    ) -> None:
        assert "1 are there as they are here" in choose("compare_chosen")
        Customer.objects.update(name="Theirs is older")
        before = functions(sandbox).get("update", 0)
        assert "1 differ" in choose("compare_chosen")
        state = IntegrationState.objects.get()
        assert state.status == IntegrationStatus.DESYNCHRONISED
        assert {"field": "NAME", "here": "Theirs is older", "there": "Ours"} in state.difference
        page = admin_client.get(reverse("admin:delivery_integrationstate_change", args=[state.pk])).text
        assert "Theirs is older" in page
        assert functions(sandbox).get("update", 0) == before

    def test_reset_forgets_the_key_and_the_next_sending_finds_it_again(
        self, choose: Choose, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        record_no = IntegrationState.objects.get().record_no
        assert "1 reset" in choose("reset_chosen")
        state = IntegrationState.objects.get()
        assert (state.status, state.record_no) == (IntegrationStatus.NOT_INTEGRATED, "")
        assert AuditEntry.objects.filter(action="records_reset").count() == 1
        choose("synchronise_chosen")
        work(connection=connection, budget_seconds=10)
        assert IntegrationState.objects.get().record_no == record_no
        assert functions(sandbox)["create"] == 1

    def test_a_comparison_of_what_changed_meanwhile_is_not_written_down(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        as_read = list(IntegrationState.objects.all())
        save_record(node="customer", record=RecordInput("C-1", {"name": "Newer"}), actor="test")
        done = compare_states(states=as_read, connection=connection, actor="test")
        assert done.different == 1
        state = IntegrationState.objects.get()
        assert (state.status, state.is_due, state.difference) == (IntegrationStatus.PENDING, True, [])
        work(connection=connection, budget_seconds=10)
        assert IntegrationState.objects.get().status == IntegrationStatus.SUCCESS

    @pytest.mark.parametrize("action", ["synchronise_chosen", "force_chosen", "compare_chosen"])
    def test_off_says_why_and_does_nothing(self, choose: Choose, action: str, sandbox: SandboxProcess) -> None:
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        before: Any = functions(sandbox)
        assert "option" in choose(action)
        assert functions(sandbox) == before
        assert not IntegrationState.objects.get().is_due


class TestNotSent:
    """The mapping of an object says *Not sent*: whoever asked for it before or besides, nothing goes out."""

    @pytest.fixture
    def not_sent(self, connection: IntacctConfiguration) -> Callable[[str], None]:
        def say(object_name: str) -> None:
            ensure_object_mappings()
            ObjectMapping.objects.filter(object_name=object_name).update(direction="not")

        return say

    def save(self, code: str) -> None:
        lines = [{"code": "MAIN", "is_primary": True}, {"code": "BILLING", "is_bill_to": True}]
        record = RecordInput(code, {"name": f"Name of {code}"}, lines)
        save_record(node="customer", record=record, actor="test")

    def test_what_was_due_before_ends_with_the_reason(
        self, not_sent: Callable[[str], None], connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        self.save("C-1")
        not_sent("CUSTOMER")
        work(connection=connection, budget_seconds=10)
        state = IntegrationState.objects.get(key="C-1")
        assert (state.status, state.is_due) == (IntegrationStatus.NOT_INTEGRATED, False)
        assert state.last_message == "The mapping of CUSTOMER says Not sent."
        assert "then synchronise it" in state.next_step
        assert not [one for one in sandbox.objects("CUSTOMER") if one["CUSTOMERID"] == "C-1"]
        assert IntegrationState.objects.get(key="BILLING(CC-1)").status == IntegrationStatus.SUCCESS

    def test_a_contact_is_not_sent_and_the_customer_says_what_it_waits_for(
        self, not_sent: Callable[[str], None], connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        not_sent("CONTACT")
        self.save("C-1")
        work(connection=connection, budget_seconds=10)
        contact = IntegrationState.objects.get(key="BILLING(CC-1)")
        assert contact.last_message == "The mapping of CONTACT says Not sent."
        customer = IntegrationState.objects.get(key="C-1")
        assert customer.status == IntegrationStatus.ERROR
        assert customer.waits_for == "CONTACT BILLING(CC-1)"
        assert "create" not in functions(sandbox)

    @pytest.mark.parametrize("action", ["synchronise_chosen", "force_chosen"])
    def test_the_integration_page_sends_nothing_either(
        self,
        not_sent: Callable[[str], None],
        choose: Choose,
        action: str,
        connection: IntacctConfiguration,
        sandbox: SandboxProcess,
    ) -> None:
        CustomerFactory(code="C-1")
        call_command("synchronise", "CUSTOMER")
        Customer.objects.update(name="Another")
        not_sent("CUSTOMER")
        before = functions(sandbox)
        choose(action)
        work(connection=connection, budget_seconds=10)
        state = IntegrationState.objects.get()
        assert state.last_message == "The mapping of CUSTOMER says Not sent."
        assert functions(sandbox) == before
        ObjectMapping.objects.update(direction="outbound")
        choose("synchronise_chosen")
        work(connection=connection, budget_seconds=10)
        assert IntegrationState.objects.get().status == IntegrationStatus.SUCCESS
        assert functions(sandbox)["update"] == 1


class TestDirectionBoth:
    """What somebody changes over there is noticed, shown, and overwritten on neither side."""

    @pytest.fixture
    def told(self, connection: IntacctConfiguration, sandbox: SandboxProcess) -> Callable[[], str]:
        """Sends C-1, changes it in Sage Intacct, and works the Smart Event about it; gives its words."""

        def change_there() -> str:
            CustomerFactory(code="C-1", name="Ours")
            call_command("synchronise", "CUSTOMER")
            sandbox.records("CUSTOMER", put=[{"CUSTOMERID": "C-1", "NAME": "Theirs"}])
            receive(
                configuration=connection,
                told=Told(object_name="CUSTOMER", event="set", record_no="", record_id="C-1"),
            )
            work_due_events()
            return str(IncomingEvent.objects.get().detail)

        return change_there

    def test_it_is_desynchronised_with_what_differs(self, told: Callable[[], str], sandbox: SandboxProcess) -> None:
        ensure_object_mappings()
        ObjectMapping.objects.filter(object_name="CUSTOMER").update(direction="both")
        assert "differs" in told()
        state = IntegrationState.objects.get(key="C-1")
        assert state.status == IntegrationStatus.DESYNCHRONISED
        assert {"field": "NAME", "here": "Ours", "there": "Theirs"} in state.difference
        assert Customer.objects.get().name == "Ours"
        assert functions(sandbox).get("update", 0) == 0
        call_command("synchronise", "CUSTOMER")
        assert functions(sandbox)["update"] == 1, "a person said that what is here is right"

    def test_outbound_alone_does_not_look(self, told: Callable[[], str]) -> None:
        assert "does not say Both" in told()
        assert IntegrationState.objects.get(key="C-1").status == IntegrationStatus.SUCCESS
