"""Bad data ends in a status and a sentence that says what to do; the rest goes on."""

import datetime
from typing import Any

from django.utils import timezone

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import ConnectionHealth, Delivery, IntegrationState
from apps.delivery.states import IntegrationStatus, State
from apps.mapping.models import FieldMapping, MappedKind, ObjectMapping
from apps.mapping.services.object_mapping import ensure_object_mappings
from apps.masterdata.models import Account, PaymentTerm
from apps.masterdata.services.save_records import RecordInput, save_record
from apps.synchronisation.services.inbound import synchronise
from apps.synchronisation.services.outbound import work
from tests.sandbox_process import SandboxProcess

SUCCESS, ERROR, PENDING = IntegrationStatus.SUCCESS, IntegrationStatus.ERROR, IntegrationStatus.PENDING


def save(node: str, code: str, addresses: list[dict[str, Any]] | None = None, **values: Any) -> None:
    record = RecordInput(code, {"name": f"Name of {code}", **values}, addresses)
    save_record(node=node, record=record, actor="test")


def send(connection: IntacctConfiguration) -> None:
    work(connection=connection, budget_seconds=20)


def state_of(key: str) -> IntegrationState:
    return IntegrationState.objects.get(key=key)


def ids(sandbox: SandboxProcess, object_name: str, field: str) -> list[str]:
    return [one[field] for one in sandbox.objects(object_name)]


def test_a_text_that_the_mapping_makes_too_long_is_said_and_the_others_go(
    connection: IntacctConfiguration, sandbox: SandboxProcess
) -> None:
    ensure_object_mappings()
    mapping = ObjectMapping.objects.get(object_name="ITEM")
    FieldMapping.objects.create(
        mapping=mapping, field="NAME", kind=MappedKind.EXPRESSION, value='concat(name, ": ", description)'
    )
    ObjectMapping.objects.filter(pk=mapping.pk).update(revision="test")
    save("item", "PUMP-8", description="Small")
    save("item", "PUMP-9", description="x" * 120)
    send(connection)
    assert state_of("PUMP-8").status == SUCCESS
    state = state_of("PUMP-9")
    assert (state.status, state.last_message) == (ERROR, "NAME has 136 characters; Intacct's field takes 100.")
    assert state.next_step == "Correct the record, or its mapping; it is then sent by itself."
    assert "PUMP-9" not in ids(sandbox, "ITEM", "ITEMID")
    save("item", "PUMP-9", description="Shorter")
    send(connection)
    assert state_of("PUMP-9").status == SUCCESS


class TestACutAnswer:
    def test_to_the_question_sends_nothing_and_loses_nothing(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.arm("truncate", match={"object": "ITEM", "function": "query"})
        save("item", "PUMP-8")
        save("item", "PUMP-9")
        send(connection)
        assert {state_of(key).status for key in ("PUMP-8", "PUMP-9")} == {PENDING}
        assert "create" not in sandbox.stats()["functions_by_name"]
        send(connection)
        assert {state_of(key).status for key in ("PUMP-8", "PUMP-9")} == {SUCCESS}
        assert sandbox.stats()["functions_by_name"]["create"] == 2

    def test_to_a_sending_makes_nothing_twice_and_the_rest_goes(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.arm("drop_result", match={"object": "ITEM", "function": "create"})
        for number in range(3):
            save("item", f"P-{number}")
        send(connection)
        statuses = sorted(IntegrationState.objects.values_list("status", flat=True))
        assert statuses == [PENDING, SUCCESS, SUCCESS]
        Delivery.objects.filter(state=State.VERIFYING).update(due_at=timezone.now() - datetime.timedelta(seconds=1))
        send(connection)
        assert {state_of(f"P-{number}").status for number in range(3)} == {SUCCESS}
        assert sorted(key for key in ids(sandbox, "ITEM", "ITEMID") if key.startswith("P-")) == ["P-0", "P-1", "P-2"]
        assert sandbox.stats()["functions_by_name"]["create"] == 3

    def test_that_stays_cut_names_it_where_the_connection_is_looked_at(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.arm("truncate", match={"object": "ITEM", "function": "query"}, times=50)
        save("item", "PUMP-9")
        for _ in range(6):
            send(connection)
        health = ConnectionHealth.objects.get()
        assert health.flow == "resting"
        assert "did not arrive whole. Nothing was sent by that" in health.reason
        assert state_of("PUMP-9").status == PENDING


class TestMissingReferences:
    def test_two_that_name_each_other_are_said_and_the_others_go(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        save("customer", "A", parent="B")
        save("customer", "B", parent="A")
        save("customer", "OTHER")
        send(connection)
        assert state_of("OTHER").status == SUCCESS
        assert {state_of(key).status for key in "AB"} == {ERROR}
        assert state_of("A").last_message == "Its parent B is not in Sage Intacct yet."
        assert "Integration page" in state_of("A").next_step
        save("customer", "B")
        send(connection)
        assert {state_of(key).status for key in "AB"} == {SUCCESS}

    def test_a_contact_that_intacct_refuses_holds_only_its_customer(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.arm("error", match={"object": "CONTACT", "function": "create"}, times=9, errorno="BL01001973")
        save("customer", "C-1", addresses=[{"code": "BILLING", "is_bill_to": True}])
        save("customer", "C-2")
        send(connection)
        assert state_of("C-2").status == SUCCESS
        assert state_of("BILLING(CC-1)").status == ERROR
        assert state_of("C-1").status == ERROR
        assert state_of("C-1").last_message == "The contact BILLING(CC-1) is not in Sage Intacct yet."


class TestPrivateToAnEntity:
    """Master data is synchronised at the top level: what belongs to one entity is not for all."""

    def test_a_term_is_not_known_here_and_the_customer_says_so(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.records("ARTERM", put=[{"NAME": "PRIVATE", "DUE_DAYS": "10"}], entity="100")
        synchronise(connection=connection, wanted="AR_TERM", started_by="test")
        assert not PaymentTerm.objects.filter(code="PRIVATE").exists()
        save("customer", "C-1", payment_term="PRIVATE")
        save("customer", "C-2")
        send(connection)
        assert state_of("C-2").status == SUCCESS
        state = state_of("C-1")
        assert (state.status, state.waits_for) == (ERROR, "ARTERM PRIVATE")
        assert "private to an entity there" in state.last_message
        assert "at the top level" in state.next_step

    def test_accounts_come_in_as_the_mapping_says(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.records("GLACCOUNT", put=[{"ACCOUNTNO": "9990", "TITLE": "Of entity 100"}], entity="100")
        synchronise(connection=connection, wanted="ACCOUNT", started_by="test")
        assert Account.objects.filter(number="9990").exists()

    def test_a_record_of_the_same_id_is_found_and_not_made_twice(
        self, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "NAME": "Of entity 100"}], entity="100")
        save("item", "PUMP-9")
        send(connection)
        assert state_of("PUMP-9").status == SUCCESS
        assert ids(sandbox, "ITEM", "ITEMID").count("PUMP-9") == 1
        assert "create" not in sandbox.stats()["functions_by_name"]
