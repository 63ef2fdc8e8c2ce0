"""Direction *Both*: a conflict ends by a rule that is shown; what is in Sage Intacct is taken over when asked for."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.foundation.audit import AuditEntry
from apps.intacct import Client as Gateway
from apps.mapping.models import FieldMapping, MappedKind, ObjectMapping
from apps.mapping.services.object_mapping import ensure_object_mappings
from apps.masterdata.models import Customer, Item
from apps.masterdata.services.save_records import RecordInput, save_record
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.synchronisation.services import take_over as taking
from apps.synchronisation.services.outbound import work
from tests.conftest import Person
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])
LIST = "admin:delivery_integrationstate_changelist"
SUCCESS, DIFFERS = IntegrationStatus.SUCCESS, IntegrationStatus.DESYNCHRONISED
MAIN: dict[str, Any] = {"code": "MAIN", "is_primary": True, "city": "Albany", "country": "US"}
Send = Callable[..., None]


@pytest.fixture(autouse=True)
def both(connection: IntacctConfiguration) -> None:
    """Items and customers go both ways; suppliers go out only, as delivered."""
    ensure_object_mappings()
    ObjectMapping.objects.filter(object_name__in=("ITEM", "CUSTOMER")).update(direction="both")


@pytest.fixture
def sent(connection: IntacctConfiguration, sandbox: SandboxProcess) -> Send:
    """`sent("customer", "C-1", name="…", addresses=[…])`: a record that is in Sage Intacct as it is here."""

    def one(node: str, code: str, addresses: list[dict[str, Any]] | None = None, **values: Any) -> None:
        save_record(node=node, record=RecordInput(code, {"name": "Ours", **values}, addresses), actor="test")
        work(connection=connection, budget_seconds=20)
        assert state_of(code).status == SUCCESS, state_of(code).last_message

    return one


def state_of(key: str) -> IntegrationState:
    return IntegrationState.objects.get(key=key)


def chosen(*keys: str) -> dict[str, Any]:
    return {"action": "take_over_chosen", "index": "0", ACTION_CHECKBOX_NAME: [state_of(key).pk for key in keys]}


def ask(client: Client, *keys: str) -> Any:
    """The page that shows what would change."""
    return client.post(reverse(LIST), chosen(*keys))


def confirm(client: Client, asked: Any) -> str:
    """Its button; gives the page after it."""
    kept: dict[str, list[str]] = {"confirmed": ["yes"]}
    for name, value in asked.context["kept"]:
        kept.setdefault(name, []).append(str(value))
    return str(client.post(reverse(LIST), kept, follow=True).text)


def updates(sandbox: SandboxProcess) -> int:
    return int(sandbox.stats()["functions_by_name"].get("update", 0))


class TestAnItem:
    def test_is_shown_first_and_then_taken_over_and_nothing_is_sent(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        sent("item", "PUMP-9", base_price=Decimal("12.50"), is_taxable=True)
        sandbox.records(
            "ITEM",
            put=[
                {
                    "ITEMID": "PUMP-9",
                    "NAME": "Theirs",
                    "BASEPRICE": "13.7500",
                    "TAXABLE": "false",
                    "SODESCRIPTION": "Sold as",
                    "STATUS": "inactive",
                }
            ],
        )
        asked = ask(admin_client, "PUMP-9")
        assert all(words in asked.text for words in ("PUMP-9", "Ours", "Theirs", "13.7500", "Sold as", "inactive"))
        assert Item.objects.get().name == "Ours"
        assert "1 taken over from Sage Intacct" in confirm(admin_client, asked)
        item = Item.objects.get()
        assert (item.name, item.base_price, item.is_taxable) == ("Theirs", Decimal("13.75"), False)
        assert (item.sales_description, item.is_active) == ("Sold as", False)
        state = state_of("PUMP-9")
        assert (state.status, state.difference, state.is_due) == (SUCCESS, [], False)
        work(connection=connection, budget_seconds=5)
        assert updates(sandbox) == 0

    def test_is_written_down_as_a_change_of_this_person(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess
    ) -> None:
        sent("item", "PUMP-9")
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "NAME": "Theirs"}])
        confirm(admin_client, ask(admin_client, "PUMP-9"))
        entry = AuditEntry.objects.get(action="item_changed")
        assert (entry.actor, entry.detail["changes"]["name"]) == ("admin", {"old": "Ours", "new": "Theirs"})
        assert AuditEntry.objects.filter(action="records_taken_over").count() == 1


class TestACustomer:
    def test_the_primary_address_takes_what_is_in_the_display_contact(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess
    ) -> None:
        sent("customer", "C-1", [MAIN, {"code": "BILLING", "is_bill_to": True, "last_name": "Payer"}])
        there = next(one for one in sandbox.objects("CUSTOMER") if one["CUSTOMERID"] == "C-1")
        display = there["DISPLAYCONTACT"] | {"MAILADDRESS": {"CITY": "Troy", "ISOCOUNTRYCODE": "US"}}
        sandbox.records("CUSTOMER", put=[{"CUSTOMERID": "C-1", "DISPLAYCONTACT": display}])
        confirm(admin_client, ask(admin_client, "C-1"))
        addresses = {one.code: one for one in Customer.objects.get().addresses.all()}
        assert (addresses["MAIN"].city, addresses["MAIN"].country) == ("Troy", "US")
        assert (addresses["BILLING"].last_name, addresses["BILLING"].is_bill_to) == ("Payer", True)
        assert state_of("C-1").status == SUCCESS

    def test_a_changed_name_is_taken_and_what_is_printed_stays_as_it_is_there(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess
    ) -> None:
        sent("customer", "C-1", [MAIN])
        sandbox.records("CUSTOMER", put=[{"CUSTOMERID": "C-1", "NAME": "Theirs"}])
        answer = confirm(admin_client, ask(admin_client, "C-1"))
        customer = Customer.objects.get()
        assert (customer.name, customer.addresses.get().print_as) == ("Theirs", "Ours")
        # One property here, two fields there: it can't be both.
        assert "DISPLAYCONTACT.COMPANYNAME: Theirs here, Ours there; not taken over" in answer
        state = state_of("C-1")
        assert (state.status, [one["field"] for one in state.difference]) == (DIFFERS, ["DISPLAYCONTACT.COMPANYNAME"])

    def test_without_a_primary_address_it_says_what_is_missing(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess
    ) -> None:
        sent("customer", "C-1")
        there = next(one for one in sandbox.objects("CUSTOMER") if one["CUSTOMERID"] == "C-1")
        display = there["DISPLAYCONTACT"] | {"MAILADDRESS": {"CITY": "Troy"}}
        sandbox.records("CUSTOMER", put=[{"CUSTOMERID": "C-1", "COMMENTS": "Call first", "DISPLAYCONTACT": display}])
        assert "no primary address here" in confirm(admin_client, ask(admin_client, "C-1"))
        assert Customer.objects.get().comments == "Call first"

    def test_which_contact_has_a_role_is_left_to_the_addresses(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess
    ) -> None:
        sent("customer", "C-1", [MAIN, {"code": "BILLING", "is_bill_to": True}])
        sandbox.records(
            "CUSTOMER",
            put=[{"CUSTOMERID": "C-1", "COMMENTS": "Call first", "BILLTO": {"CONTACTNAME": "Someone"}}],
        )
        answer = confirm(admin_client, ask(admin_client, "C-1"))
        assert "BILLTO.CONTACTNAME: BILLING(CC-1) here, Someone there; not taken over" in answer
        state = state_of("C-1")
        assert (state.status, [one["field"] for one in state.difference]) == (DIFFERS, ["BILLTO.CONTACTNAME"])
        assert Customer.objects.get().comments == "Call first"

    def test_a_contact_that_differs_is_not_overwritten_in_passing(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        sent("customer", "C-1", [MAIN, {"code": "BILLING", "is_bill_to": True, "last_name": "Payer"}])
        sandbox.records("CONTACT", put=[{"CONTACTNAME": "BILLING(CC-1)", "LASTNAME": "Theirs"}])
        sandbox.records("CUSTOMER", put=[{"CUSTOMERID": "C-1", "COMMENTS": "Call first"}])
        contact = state_of("BILLING(CC-1)").pk
        admin_client.post(reverse(LIST), {"action": "compare_chosen", ACTION_CHECKBOX_NAME: [contact]})
        confirm(admin_client, ask(admin_client, "C-1"))
        work(connection=connection, budget_seconds=5)
        assert (
            next(one for one in sandbox.objects("CONTACT") if one["CONTACTNAME"] == "BILLING(CC-1)")["LASTNAME"]
            == "Theirs"
        )
        assert (state_of("C-1").status, state_of("BILLING(CC-1)").status) == (SUCCESS, DIFFERS)
        assert updates(sandbox) == 0


class TestWhatStays:
    def test_a_constant_and_an_expression_are_named(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess
    ) -> None:
        mapping = ObjectMapping.objects.get(object_name="ITEM")
        for field, kind, value in (
            ("SODESCRIPTION", MappedKind.CONSTANT, "Fixed"),
            ("PODESCRIPTION", MappedKind.EXPRESSION, "upper(name)"),
        ):
            FieldMapping.objects.create(mapping=mapping, field=field, kind=kind, value=value)
        ObjectMapping.objects.filter(pk=mapping.pk).update(revision="test")
        sent("item", "PUMP-9")
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "SODESCRIPTION": "Other", "PODESCRIPTION": "Else"}])
        asked = ask(admin_client, "PUMP-9")
        assert "the mapping gives it the constant Fixed" in asked.text
        assert "the mapping computes it by an expression" in asked.text
        assert "Yes, take it over" not in asked.text
        confirm(admin_client, asked)
        assert {one["field"] for one in state_of("PUMP-9").difference} == {"SODESCRIPTION", "PODESCRIPTION"}

    def test_what_the_record_does_not_accept_is_named_and_the_rest_is_taken(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess
    ) -> None:
        sent("item", "PUMP-9")
        sent("item", "PUMP-10")
        long = "x" * 500
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "NAME": "Theirs", "SODESCRIPTION": long}])
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-10", "NAME": "Theirs too", "BASEPRICE": "-1"}])
        answer = confirm(admin_client, ask(admin_client, "PUMP-9", "PUMP-10"))
        assert "Ensure this value has at most 400 characters" in answer
        assert "Ensure this value is greater than or equal to 0" in answer
        assert sorted(Item.objects.values_list("name", flat=True)) == ["Theirs", "Theirs too"]
        assert {state_of("PUMP-9").status, state_of("PUMP-10").status} == {DIFFERS}
        assert [one["field"] for one in state_of("PUMP-9").difference] == ["SODESCRIPTION"]
        assert "greater than or equal to 0" in state_of("PUMP-10").last_message

    def test_what_was_changed_here_after_it_was_shown(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess, connection: IntacctConfiguration
    ) -> None:
        sent("item", "PUMP-9")
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "NAME": "Theirs"}])
        asked = ask(admin_client, "PUMP-9")
        save_record(node="item", record=RecordInput("PUMP-9", {"name": "Newer"}, is_partial=True), actor="test")
        IntegrationState.objects.update(is_due=False)
        assert "it was changed here meanwhile" in confirm(admin_client, asked)
        assert Item.objects.get().name == "Newer"

    def test_what_is_changed_here_while_intacct_is_asked(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent("item", "PUMP-9")
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "NAME": "Theirs"}])
        asked = ask(admin_client, "PUMP-9")
        question = Gateway.ask

        def slow(*given: Any) -> Any:
            answer = question(*given)
            save_record(node="item", record=RecordInput("PUMP-9", {"name": "Newer"}, is_partial=True), actor="test")
            return answer

        monkeypatch.setattr(Gateway, "ask", slow)
        assert "it was changed here meanwhile" in confirm(admin_client, asked)
        assert Item.objects.get().name == "Newer"
        assert state_of("PUMP-9").is_due, "and it goes out as any change does"

    @pytest.mark.parametrize(
        ("values", "words"),
        [({"is_due": True}, "on its way to Sage Intacct"), ({"is_in_flight": True}, "on its way to Sage Intacct")],
    )
    def test_what_is_on_its_way(
        self, values: dict[str, Any], words: str, sent: Send, admin_client: Client, sandbox: SandboxProcess
    ) -> None:
        sent("item", "PUMP-9")
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "NAME": "Theirs"}])
        IntegrationState.objects.update(**values)
        asked = ask(admin_client, "PUMP-9")
        assert words in asked.text
        confirm(admin_client, asked)
        assert Item.objects.get().name == "Ours"

    def test_what_is_not_there_any_more(self, sent: Send, admin_client: Client, sandbox: SandboxProcess) -> None:
        sent("item", "PUMP-9")
        sandbox.records("ITEM", delete=["PUMP-9"])
        assert "it is not in Sage Intacct" in ask(admin_client, "PUMP-9").text


class TestWhoAndWhere:
    def test_what_goes_out_only_is_refused_with_where_to_change_it(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess
    ) -> None:
        sent("supplier", "S-1")
        sent("item", "PUMP-9")
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "NAME": "Theirs"}])
        answer = admin_client.post(reverse(LIST), chosen("S-1", "PUMP-9"), follow=True).text
        assert "The mapping of VENDOR does not say Both." in answer
        assert "Sage Intacct &gt; Mapping" in answer
        page = reverse("admin:delivery_integrationstate_change", args=[state_of("S-1").pk])
        assert "take-over" not in admin_client.get(page).text

    def test_one_record_from_its_page(self, sent: Send, admin_client: Client, sandbox: SandboxProcess) -> None:
        sent("item", "PUMP-9")
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "NAME": "Theirs"}])
        page = reverse("admin:delivery_integrationstate_change", args=[state_of("PUMP-9").pk])
        address = reverse("admin:delivery_integrationstate_take_over", args=[state_of("PUMP-9").pk])
        assert address in admin_client.get(page).text
        assert admin_client.get(address).status_code == 405
        asked = admin_client.post(address)
        assert "Theirs" in asked.text
        kept = {name: str(value) for name, value in asked.context["kept"]}
        answer = admin_client.post(address, {**kept, "confirmed": "yes"})
        assert answer["Location"] == page
        assert Item.objects.get().name == "Theirs"

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR])
    def test_who_may_not_change_master_data_takes_nothing_over(
        self, role: Role, sent: Send, client: Client, person: Person, sandbox: SandboxProcess
    ) -> None:
        sent("item", "PUMP-9")
        sandbox.records("ITEM", put=[{"ITEMID": "PUMP-9", "NAME": "Theirs"}])
        client.force_login(person(role))
        pk = state_of("PUMP-9").pk
        address = reverse("admin:delivery_integrationstate_take_over", args=[pk])
        assert client.post(address, {"confirmed": "yes"}).status_code == 403
        client.post(reverse(LIST), {**chosen("PUMP-9"), "confirmed": "yes"})
        assert address not in client.get(reverse("admin:delivery_integrationstate_change", args=[pk])).text
        assert Item.objects.get().name == "Ours"

    def test_off_says_why(self, sent: Send, admin_client: Client, sandbox: SandboxProcess) -> None:
        sent("item", "PUMP-9")
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        assert "option" in admin_client.post(reverse(LIST), chosen("PUMP-9"), follow=True).text

    def test_many_are_asked_for_in_pages(
        self, sent: Send, admin_client: Client, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keys = [f"P-{number}" for number in range(3)]
        for key in keys:
            sent("item", key)
            sandbox.records("ITEM", put=[{"ITEMID": key, "NAME": f"Theirs {key}"}])
        monkeypatch.setattr(taking, "AT_ONCE", 2)
        assert "3 taken over" in confirm(admin_client, ask(admin_client, *keys))
        assert Item.objects.filter(name__startswith="Theirs").count() == 3
