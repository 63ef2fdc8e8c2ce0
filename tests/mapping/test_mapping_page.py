"""Guide, "GL account mapping", and the *Mapping* page (dmo-facts 3.3): fields, properties, clearing, reset."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.foundation.audit import AuditEntry
from apps.mapping.models import ObjectMapping
from apps.masterdata.models import Account
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.synchronisation.models import RunState
from apps.synchronisation.services.inbound import synchronise
from apps.synchronisation.services.outbound import work
from tests.factories.masterdata import ItemFactory
from tests.mapping.mapping_page import MappingPage
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db

PROJECT = "property:REQUIREPROJECT"
TASK = "property:REQUIRETASK"


class TestWithoutTheProjectModule:
    """ "If you do not have the Project module in Sage Intacct, you need to modify the GL account …"."""

    def test_without_the_change_it_is_a_synchronisation_error_that_leads_to_the_page(
        self, admin: Client, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.set(modules={"projects": False})
        run = synchronise(connection=connection, wanted="ACCOUNT", started_by="test")
        assert run.state == RunState.FAILED
        assert "Synchronisation error" in run.messages[0]
        assert "delete isRequiredProject and isRequiredTask" in run.messages[0]
        page = admin.get(reverse("admin:synchronisation_synchronisationrun_change", args=[run.pk])).text
        address = reverse("admin:mapping_objectmapping_of", args=["GLACCOUNT"])
        assert f'href="{address}"' in page
        assert "Fields" in admin.get(address, follow=True).text

    def test_in_the_fields_grid_delete_is_required_project(
        self, admin: Client, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.set(modules={"projects": False})
        grid = MappingPage(admin, "GLACCOUNT")
        assert grid.cells()[PROJECT] == "isRequiredProject"
        grid.press("inspect")
        assert "Sage Intacct does not know this field" in admin.get(grid.address).text
        grid.save(**{PROJECT: "", TASK: ""})
        run = synchronise(connection=connection, wanted="ACCOUNT", started_by="test")
        assert (run.state, run.failed) == (RunState.FINISHED, 0), run.messages
        assert Account.objects.filter(is_required_project=False).exists()
        (entry,) = AuditEntry.objects.filter(action="mapping_changed")
        assert entry.detail["changes"]["REQUIREPROJECT"] == {"old": "as delivered", "new": "Cleared"}


class TestTheGrid:
    def test_one_row_an_object_in_the_guides_order(self, admin: Client) -> None:
        page = admin.get(reverse("admin:mapping_objectmapping_changelist"))
        names = [row.object_name for row in page.context["cl"].result_list]
        assert names[:4] == ["CUSTOMER", "VENDOR", "ITEM", "CONTACT"]
        assert set(names) >= {"LOCATIONENTITY", "APTERM", "ARTERM", "GLJOURNAL", "GLACCOUNT", "TAXDETAIL"}

    def test_is_read_from_intacct_custom_fields_included(
        self, admin: Client, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.set(custom_fields={"CUSTOMER": ["SHOE_SIZE"]})
        grid = MappingPage(admin, "CUSTOMER")
        assert "fields read from Sage Intacct" in grid.press("inspect")
        row = next(row for row in admin.get(grid.address).context["rows"] if row.path == "SHOE_SIZE")
        assert (row.is_custom, row.now, row.data_type) == (True, None, "TEXT")
        assert {"path": "ARTERM", "object": "ARTERM"}.items() <= grid_relationship(grid).items()
        assert "Relationships" in admin.get(grid.address).text

    def test_off_says_why(self, admin: Client, connection: IntacctConfiguration) -> None:
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        assert "option" in MappingPage(admin, "CUSTOMER").press("inspect")

    def test_an_auditor_reads_it_and_changes_nothing(self, person: Callable[[Role], User], client: Client) -> None:
        client.force_login(person(Role.AUDITOR))
        grid = MappingPage(client, "GLACCOUNT")
        assert client.get(grid.address).status_code == 200
        assert client.post(grid.address, {"direction": "not"}).status_code == 403


class TestChanging:
    def test_a_custom_field_gets_a_constant_and_is_sent(
        self, admin: Client, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        sandbox.set(custom_fields={"ITEM": ["MADE_BY"]})
        grid = MappingPage(admin, "ITEM")
        grid.press("inspect")
        assert "Saved" in grid.save(**{"constant:MADE_BY": "Northfield", "property:SODESCRIPTION": ""}).text
        ItemFactory(code="PUMP-9", sales_description="A pump")
        work_all(connection)
        (stored,) = [one for one in sandbox.objects("ITEM") if one["ITEMID"] == "PUMP-9"]
        assert stored["MADE_BY"] == "Northfield"
        assert "SODESCRIPTION" not in stored

    def test_a_field_is_filled_by_an_expression(
        self, admin: Client, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        cells = {"property:PODESCRIPTION": "", "constant:PODESCRIPTION": '=concat(upper(id), ": ", name)'}
        assert "Saved" in MappingPage(admin, "ITEM").save(**cells).text
        assert MappingPage(admin, "ITEM").cells()["constant:PODESCRIPTION"] == cells["constant:PODESCRIPTION"]
        ItemFactory(code="PUMP-9", name="Pump")
        work_all(connection)
        (stored,) = [one for one in sandbox.objects("ITEM") if one["ITEMID"] == "PUMP-9"]
        assert stored["PODESCRIPTION"] == "PUMP-9: Pump"

    @pytest.mark.parametrize(
        ("object_name", "changes", "words"),
        [
            ("ITEM", {"constant:SODESCRIPTION": "=shoeSize"}, "is not known"),
            ("ITEM", {"constant:PODESCRIPTION": "=name.upper()"}, "has properties, functions"),
            ("GLACCOUNT", {"property:TITLE": "isRequiredItem"}, "another type of value"),
            ("GLACCOUNT", {"property:TITLE": "shoeSize"}, "is no property of"),
            ("GLACCOUNT", {"property:TITLE": "entity"}, "fills that property already"),
            ("GLACCOUNT", {"direction": "outbound"}, "can be: Inbound, Not sent"),
            ("CUSTOMER", {"direction": "inbound"}, "can be: Outbound, Both, Not sent"),
            ("CUSTOMER", {"property:COMMENTS": "nothingLikeIt"}, "is no property of"),
        ],
    )
    def test_what_could_not_work_is_refused_at_its_field(
        self, admin: Client, object_name: str, changes: dict[str, str], words: str
    ) -> None:
        grid = MappingPage(admin, object_name)
        assert words in grid.save(**changes).text
        assert ObjectMapping.objects.get(object_name=object_name).revision == ""

    def test_what_identifies_a_record_has_no_cell_to_clear(self, admin: Client) -> None:
        assert "property:ACCOUNTNO" not in MappingPage(admin, "GLACCOUNT").cells()
        assert "property:CUSTOMERID" not in MappingPage(admin, "CUSTOMER").cells()

    def test_what_is_posted_for_it_all_the_same_is_left_out(self, admin: Client) -> None:
        MappingPage(admin, "GLACCOUNT").save(**{"property:ACCOUNTNO": "name"})
        assert ObjectMapping.objects.get(object_name="GLACCOUNT").revision == ""

    def test_what_intacct_requires_cannot_be_cleared(
        self, admin: Client, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        grid = MappingPage(admin, "ITEM")
        grid.press("inspect")
        mapping = ObjectMapping.objects.get(object_name="ITEM")
        mapping.inspected = [
            {**one, "required": True} if one["name"] == "TAXABLE" else one for one in mapping.inspected
        ]
        mapping.save()
        assert "Sage Intacct requires it" in grid.save(**{"property:TAXABLE": ""}).text

    def test_a_page_that_is_out_of_date_undoes_nobodys_change(self, admin: Client) -> None:
        grid = MappingPage(admin, "GLACCOUNT")
        stale = grid.cells()
        grid.save(**{PROJECT: ""})
        assert "Somebody changed the mapping" in admin.post(grid.address, {**stale, TASK: ""}, follow=True).text
        assert grid.cells()[TASK] == "isRequiredTask"

    def test_not_sent_is_not_synchronised_and_says_where_to_change_it(
        self, admin: Client, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        MappingPage(admin, "GLJOURNAL").save(direction="not")
        MappingPage(admin, "ITEM").save(direction="not")
        address = reverse("admin:synchronisation_synchronisationrun_start", args=["JOURNAL"])
        assert "says Not sent" in admin.post(address, follow=True).text
        address = reverse("admin:synchronisation_synchronisationrun_start", args=["ITEM"])
        assert "says Not sent" in admin.post(address, follow=True).text


class TestReset:
    def test_shows_the_difference_first_and_makes_it_as_delivered(self, admin: Client) -> None:
        grid = MappingPage(admin, "GLACCOUNT")
        assert "Reset to delivered settings" not in admin.get(grid.address).text
        grid.save(**{PROJECT: ""})
        asked = grid.press("reset")
        assert "REQUIREPROJECT: cleared → isRequiredProject" in asked
        assert grid.cells()[PROJECT] == ""
        grid.press("reset", confirmed="yes")
        assert grid.cells()[PROJECT] == "isRequiredProject"
        assert AuditEntry.objects.filter(action="mapping_reset").count() == 1


def grid_relationship(grid: MappingPage) -> dict[str, str]:
    """The relationship to the payment term."""
    grid.mapping.refresh_from_db()
    return next(one for one in grid.mapping.relationships if one["object"] == "ARTERM")


def work_all(connection: IntacctConfiguration) -> None:
    from apps.synchronisation.services.outbound import mark_records_due

    mark_records_due(connection=connection, node="item", codes=["PUMP-9"])
    work(connection=connection, budget_seconds=20)
