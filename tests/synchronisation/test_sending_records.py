"""Guide, "General information": items, customers and suppliers originate here and are sent to Sage Intacct."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.utils import timezone

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery, IntegrationState, Operation
from apps.delivery.states import IntegrationStatus, State
from apps.masterdata.models import Customer, Item, Supplier
from apps.masterdata.services.deletion import delete_records
from apps.masterdata.services.save_records import RecordInput, save_record, save_records
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.synchronisation.services.inbound import synchronise
from apps.synchronisation.services.outbound import work
from tests.factories.masterdata import PaymentTermFactory
from tests.sandbox_process import SandboxProcess

SUCCESS, ERROR, PENDING = IntegrationStatus.SUCCESS, IntegrationStatus.ERROR, IntegrationStatus.PENDING
Save = Callable[..., None]


@pytest.fixture
def save(connection: IntacctConfiguration) -> Save:
    """`save("customer", "C-1", name="…", addresses=[…])`: as REST or the admin would."""

    def one(node: str, code: str, addresses: list[dict[str, Any]] | None = None, **values: Any) -> None:
        record = RecordInput(code, {"name": f"Name of {code}", **values}, addresses)
        save_record(node=node, record=record, actor="test")

    return one


@pytest.fixture
def send(connection: IntacctConfiguration) -> Callable[[], None]:
    """What a worker does when it is woken."""

    def to_the_end() -> None:
        work(connection=connection, budget_seconds=30)

    return to_the_end


def state_of(key: str) -> IntegrationState:
    return IntegrationState.objects.get(key=key)


def there(sandbox: SandboxProcess, object_name: str, key: str) -> dict[str, Any] | None:
    name = {"CUSTOMER": "CUSTOMERID", "VENDOR": "VENDORID", "ITEM": "ITEMID", "CONTACT": "CONTACTNAME"}[object_name]
    return next((one for one in sandbox.objects(object_name) if one[name] == key), None)


def functions(sandbox: SandboxProcess) -> dict[str, int]:
    return dict(sandbox.stats()["functions_by_name"])


class TestCreating:
    def test_an_item_becomes_a_non_stock_item(self, save: Save, send: Any, sandbox: SandboxProcess) -> None:
        save("item", "PUMP-9", description="Small pump", base_price=Decimal("12.50"))
        assert state_of("PUMP-9").status == PENDING
        send()
        stored = there(sandbox, "ITEM", "PUMP-9")
        assert stored is not None
        assert (stored["ITEMTYPE"], stored["STATUS"], stored["BASEPRICE"]) == ("Non-Inventory", "active", "12.50")
        state = state_of("PUMP-9")
        assert (state.status, state.record_no, state.last_message) == (SUCCESS, stored["RECORDNO"], "")
        assert state.version == 1

    def test_a_customer_with_bill_to_and_term_is_sent_after_its_contact(
        self, save: Save, send: Any, sandbox: SandboxProcess
    ) -> None:
        PaymentTermFactory()
        save(
            "customer",
            "C-1",
            payment_term="NET30",
            currency="USD",
            credit_limit=Decimal(5000),
            addresses=[
                {"code": "MAIN", "is_primary": True, "city": "Albany", "country": "US", "email": "a@example.com"},
                {"code": "BILLING", "is_bill_to": True, "last_name": "Payer"},
            ],
        )
        send()
        stored = there(sandbox, "CUSTOMER", "C-1")
        assert stored is not None, [str(one.last_message) for one in IntegrationState.objects.all()]
        assert stored["DISPLAYCONTACT"]["MAILADDRESS"] == {"CITY": "Albany", "ISOCOUNTRYCODE": "US"}
        assert stored["BILLTO"] == {"CONTACTNAME": "BILLING(CC-1)"}
        assert (stored["TERMNAME"], stored["CREDITLIMIT"]) == ("NET30", "5000.00")
        contact = there(sandbox, "CONTACT", "BILLING(CC-1)")
        assert contact is not None
        assert contact["LASTNAME"] == "Payer"
        assert state_of("C-1").status == state_of("BILLING(CC-1)").status == SUCCESS

    def test_a_supplier_becomes_a_vendor_with_its_1099_data(
        self, save: Save, send: Any, sandbox: SandboxProcess
    ) -> None:
        save("supplier", "S-1", form_1099_type="NEC", form_1099_box="1", form_1099_name="S One", tax_id="12-345")
        send()
        stored = there(sandbox, "VENDOR", "S-1")
        assert stored is not None
        assert (stored["FORM1099TYPE"], stored["FORM1099BOX"], stored["TAXID"]) == ("NEC", "1", "12-345")

    def test_what_is_there_already_is_changed_and_not_made_twice(
        self, save: Save, send: Any, sandbox: SandboxProcess
    ) -> None:
        save("customer", "CUST-01", name="Adirondack Water")
        send()
        (stored,) = [one for one in sandbox.objects("CUSTOMER") if one["CUSTOMERID"] == "CUST-01"]
        assert stored["NAME"] == "Adirondack Water"
        assert state_of("CUST-01").record_no == stored["RECORDNO"]
        assert Delivery.objects.get().operation == Operation.UPDATE


class TestContactSwitches:
    """Configuration › Defaults: the contact switches (dmo-facts 3.2)."""

    ADDRESSES: ClassVar = [{"code": "MAIN", "is_primary": True}, {"code": "SHIPPING", "is_ship_to": True}]

    def test_category_names_are_sent_when_switched_on(
        self, save: Save, send: Any, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        IntacctConfiguration.objects.filter(pk=connection.pk).update(
            sends_contact_list_category=True, excludes_display_contact=True
        )
        save("customer", "C-1", addresses=self.ADDRESSES)
        send()
        stored = there(sandbox, "CUSTOMER", "C-1")
        assert stored is not None
        assert stored["CONTACT_LIST_INFO"] == [{"CATEGORYNAME": "Ship to", "CONTACT": {"NAME": "SHIPPING(CC-1)"}}]
        assert stored["HIDEDISPLAYCONTACT"] == "true"

    def test_the_list_is_cleaned_when_that_is_switched_on(
        self, save: Save, send: Any, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        IntacctConfiguration.objects.filter(pk=connection.pk).update(sends_contact_list_category=True)
        save("customer", "C-1", addresses=self.ADDRESSES)
        send()
        IntacctConfiguration.objects.filter(pk=connection.pk).update(
            sends_contact_list_category=False, cleans_contact_list=True
        )
        save("customer", "C-1", addresses=self.ADDRESSES, comments="Changed")
        send()
        stored = there(sandbox, "CUSTOMER", "C-1")
        assert stored is not None
        assert "CONTACT_LIST_INFO" not in stored


class TestChanging:
    def test_a_change_is_sent_and_what_was_emptied_is_cleared(
        self, save: Save, send: Any, sandbox: SandboxProcess
    ) -> None:
        save("customer", "C-1", comments="Old friend", tax_id="1")
        send()
        save("customer", "C-1", name="New name")
        send()
        stored = there(sandbox, "CUSTOMER", "C-1")
        assert stored is not None
        assert stored["NAME"] == "New name"
        assert "COMMENTS" not in stored
        assert state_of("C-1").version == 2

    def test_nothing_changed_sends_nothing(
        self, save: Save, send: Any, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        save("item", "PUMP-9")
        send()
        before = functions(sandbox)
        save("item", "PUMP-9")
        assert not state_of("PUMP-9").is_due
        send()
        assert functions(sandbox) == before

    def test_a_change_back_before_it_was_sent_sends_nothing(
        self, save: Save, send: Any, sandbox: SandboxProcess
    ) -> None:
        save("item", "PUMP-9")
        send()
        before = functions(sandbox)
        save("item", "PUMP-9", name="Other")
        save("item", "PUMP-9")
        send()
        assert functions(sandbox) == before
        assert state_of("PUMP-9").status == SUCCESS


class TestDeleting:
    def test_a_deleted_record_is_deleted_there_and_its_row_goes(
        self, save: Save, send: Any, sandbox: SandboxProcess
    ) -> None:
        save("item", "PUMP-9")
        send()
        delete_records(node="item", codes=["PUMP-9"], actor="test")
        send()
        assert there(sandbox, "ITEM", "PUMP-9") is None
        assert not Item.objects.filter(code="PUMP-9").exists()
        assert state_of("PUMP-9").status == IntegrationStatus.NOT_INTEGRATED

    def test_what_documents_name_becomes_inactive_instead(self, save: Save, send: Any, sandbox: SandboxProcess) -> None:
        save("customer", "CUST-01")
        send()
        delete_records(node="customer", codes=["CUST-01"], actor="test")
        send()
        stored = there(sandbox, "CUSTOMER", "CUST-01")
        assert stored is not None
        assert stored["STATUS"] == "inactive"
        assert Customer.objects.get(code="CUST-01").deleted_at is not None

    def test_what_was_never_sent_just_goes(self, save: Save, send: Any, sandbox: SandboxProcess) -> None:
        save("item", "PUMP-9")
        delete_records(node="item", codes=["PUMP-9"], actor="test")
        send()
        assert not Item.objects.exists()
        assert "create" not in functions(sandbox)


class TestWhatCannotBeSent:
    def test_an_unknown_term_is_named_and_the_customer_goes_when_it_arrives(
        self, save: Save, send: Any, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        save("customer", "C-1", payment_term="NET45")
        send()
        state = state_of("C-1")
        assert (state.status, state.waits_for) == (ERROR, "ARTERM NET45")
        assert state.last_message.startswith("Payment term NET45 is not known")
        assert there(sandbox, "CUSTOMER", "C-1") is None
        synchronise(connection=connection, wanted="AR_TERM", started_by="test")
        assert state_of("C-1").is_due
        send()
        assert state_of("C-1").status == SUCCESS

    def test_what_intacct_refuses_is_an_error_in_words_and_the_others_go(
        self, save: Save, send: Any, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        PaymentTermFactory(code="GONE")  # synchronised once, and deleted in Intacct since
        save("customer", "BAD", payment_term="GONE")
        save("customer", "GOOD")
        send()
        assert state_of("GOOD").status == SUCCESS
        bad = state_of("BAD")
        assert bad.status == ERROR
        assert "GONE" in bad.last_message
        assert bad.next_step

    def test_a_child_waits_for_its_parent(self, save: Save, send: Any, sandbox: SandboxProcess) -> None:
        save("customer", "CHILD", parent="MOTHER")
        send()
        assert state_of("CHILD").waits_for == "CUSTOMER MOTHER"
        save("customer", "MOTHER")
        send()
        assert state_of("CHILD").status == SUCCESS
        stored = there(sandbox, "CUSTOMER", "CHILD")
        assert stored is not None
        assert stored["PARENTID"] == "MOTHER"


class TestALostAnswer:
    def test_never_makes_two(
        self, save: Save, send: Any, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        sandbox.arm("reset_after", match={"object": "CUSTOMER", "function": "create"}, times=1)
        save("customer", "C-1")
        send()
        assert state_of("C-1").status == PENDING
        Delivery.objects.update(due_at=timezone.now() - datetime.timedelta(seconds=1))
        send()
        assert [one["CUSTOMERID"] for one in sandbox.objects("CUSTOMER")].count("C-1") == 1
        assert state_of("C-1").status == SUCCESS
        assert functions(sandbox)["create"] == 1

    def test_of_a_change_is_found_out_by_comparing(
        self, save: Save, send: Any, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        save("customer", "C-1")
        send()
        sandbox.arm("reset_after", match={"object": "CUSTOMER", "function": "update"}, times=1)
        save("customer", "C-1", name="Changed")
        send()
        Delivery.objects.filter(state=State.VERIFYING).update(due_at=timezone.now() - datetime.timedelta(seconds=1))
        send()
        assert state_of("C-1").status == SUCCESS
        assert functions(sandbox)["update"] == 1


class TestOff:
    def test_nothing_is_sent_and_nothing_is_lost(self, save: Save, send: Any, sandbox: SandboxProcess) -> None:
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        save("item", "PUMP-9")
        send()
        assert there(sandbox, "ITEM", "PUMP-9") is None
        switch(code=OptionCode.SAGE_INTACCT, on=True, actor="test")
        send()
        assert there(sandbox, "ITEM", "PUMP-9") is not None


def test_a_thousand_records_travel_a_hundred_at_a_time(
    send: Any, sandbox: SandboxProcess, connection: IntacctConfiguration
) -> None:
    records = [RecordInput(f"P-{number:04}", {"name": "Pump"}) for number in range(120)]
    assert len(save_records(node="item", records=records, actor="test")) == 120
    send()
    assert IntegrationState.objects.filter(status=SUCCESS).count() == 120
    assert Supplier.objects.count() == 0
