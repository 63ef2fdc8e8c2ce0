"""Guide, "Attributes and dimensions": types are discovered, values come in, with their hierarchy and their dates."""

import datetime
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.states import IntegrationStatus
from apps.dimensions.models import Attribute, AttributeType, Dimension, DimensionType
from apps.intacct import Record
from apps.mapping.models import ObjectMapping
from apps.masterdata.models import Account
from apps.organisation.models import Company
from apps.synchronisation.models import EventState, IncomingEvent, RunState, SynchronisationRun
from apps.synchronisation.services.event_work import work_due_events
from apps.synchronisation.services.inbound import synchronise
from apps.synchronisation.services.inbound_records import Stored, store
from apps.synchronisation.services.read_again import ReadAgain, read_again
from tests.conftest import ClientOf
from tests.sandbox_process import SandboxProcess

OWN = "LINE_OF_BUSINESS"
Read = Callable[..., SynchronisationRun]


@pytest.fixture
def read(connection: IntacctConfiguration) -> Read:
    """Synchronises an object to its end: `read("DEPARTMENT")`."""

    def work(wanted: str) -> SynchronisationRun:
        return synchronise(connection=connection, wanted=wanted, started_by="test")

    return work


def told(connection: IntacctConfiguration, object_name: str, event: str, record_no: str, record_id: str) -> str:
    """A Smart Event arrives and is worked; what came of it."""
    made = IncomingEvent.objects.create(
        configuration=connection, object_name=object_name, event=event, record_no=record_no, record_id=record_id,
        due_at=timezone.now(),
    )  # fmt: skip
    work_due_events()
    made.refresh_from_db()
    assert made.state in (EventState.DONE, EventState.IGNORED), made.detail
    return made.detail


class TestWhatComesIn:
    def test_departments_and_channels_with_their_hierarchy(self, read: Read) -> None:
        for wanted, number in (("DEPARTMENT", 5), ("CHANNEL", 4)):
            run = read(wanted)
            assert (run.state, run.done, run.failed) == (RunState.FINISHED, number, 0), run.messages
        assert Dimension.objects.get(type_id="department", code="LOGI").parent == "PROD"
        assert Dimension.objects.get(type_id="channel", code="EXPORT").parent == "WHOLESALE"
        state = IntegrationState.objects.get(object_name="DEPARTMENT", key="SALES")
        assert (state.status, state.node) == (IntegrationStatus.SUCCESS, "dimension")

    def test_projects_with_their_dates(self, read: Read) -> None:
        assert read("PROJECT").state == RunState.FINISHED
        project = Attribute.objects.get(type_id="project", code="PRJ-3")
        assert (project.begins_on, project.ends_on) == (datetime.date(2026, 1, 1), datetime.date(2026, 6, 30))
        assert Attribute.objects.get(code="PRJ-1").begins_on is None

    def test_employees_by_name(self, read: Read) -> None:
        assert read("EMPLOYEE").state == RunState.FINISHED
        assert Attribute.objects.get(type_id="employee", code="EMP-1").name == "Ada Berg"

    def test_a_task_is_one_of_its_project(self, read: Read) -> None:
        run = read("TASK")
        assert (run.state, run.done) == (RunState.FINISHED, 4), run.messages
        assert list(Attribute.objects.filter(type_id="task", code="BUILD").values_list("project", flat=True)) == [
            "PRJ-1", "PRJ-2",
        ]  # fmt: skip
        assert IntegrationState.objects.filter(object_name="TASK", key="PRJ-2 › BUILD").exists()

    def test_a_task_that_was_made_anew_there_is_found_by_its_project_and_id(
        self, read: Read, connection: IntacctConfiguration
    ) -> None:
        read("TASK")
        states = IntegrationState.objects.filter(object_name="TASK", key="PRJ-2 › BUILD")
        number = states.get().record_no
        states.update(record_no="99999")
        assert read_again(states=states.all(), connection=connection, actor="test") == ReadAgain(kept=1)
        assert states.get().record_no == number
        assert Attribute.objects.filter(type_id="task", is_active=True).count() == 4

    def test_a_record_whose_date_can_not_be_read_does_not_stop_the_others(
        self, connection: IntacctConfiguration
    ) -> None:
        def row(number: int, code: str, day: str) -> Record:
            fields = {"RECORDNO": str(number), "PROJECTID": code, "STATUS": "active", "BEGINDATE": day}
            return Record.of("PROJECT", fields)

        rows = [row(1, "A", "soon"), row(2, "B", "2026-02-28")]
        kept: Stored = store(rows=rows, object_name="PROJECT", connection=connection, asked_at=timezone.now())
        assert (kept.number, [one.key for one in kept.unread]) == (1, ["A"])
        assert "no date" in kept.unread[0].message
        assert Attribute.objects.get().begins_on == datetime.date(2026, 2, 28)


def test_without_the_delivered_types_it_says_what_to_do(read: Read) -> None:
    AttributeType.objects.filter(code="employee").delete()
    run = read("EMPLOYEE")
    assert run.state == RunState.FAILED
    assert "load_delivered_data" in run.messages[0]


class TestUserDefined:
    def test_they_are_discovered_and_their_values_come_in(self, read: Read) -> None:
        run = read("DIMENSION_TYPE")
        assert (run.state, run.done) == (RunState.FINISHED, 10), run.messages
        type_ = DimensionType.objects.get(code="line_of_business")
        assert (type_.name, type_.intacct_object, type_.slot, type_.is_sent) == ("Line of business", OWN, 3, True)
        assert ObjectMapping.objects.filter(object_name=OWN).exists(), "it has a row on the Mapping page"
        run = read(OWN)
        assert (run.state, run.done, run.failed) == (RunState.FINISHED, 3, 0), run.messages
        values = Dimension.objects.filter(type=type_).values_list("code", "name")
        assert list(values) == [("1", "Pumps"), ("2", "Valves"), ("3", "Service")]

    def test_again_nothing_is_new(self, read: Read) -> None:
        read("DIMENSION_TYPE")
        assert read("DIMENSION_TYPE").messages == []
        assert DimensionType.objects.count() == 3

    def test_an_account_says_which_it_requires(self, read: Read, sandbox: SandboxProcess) -> None:
        sandbox.records("GLACCOUNT", put=[{"ACCOUNTNO": "6000", f"REQUIREGLDIM{OWN}": "true"}])
        read("ACCOUNT")
        assert Account.objects.get(number="6000").required == [], "which flags there are is not known yet"
        read("DIMENSION_TYPE")
        run = read("ACCOUNT")
        assert run.state == RunState.FINISHED, run.messages
        assert Account.objects.get(number="6000").required == ["line_of_business"]
        assert Account.objects.get(number="6300").required == ["department"]
        sandbox.records("GLACCOUNT", put=[{"ACCOUNTNO": "6000", f"REQUIREGLDIM{OWN}": "false"}])
        read("ACCOUNT")
        assert Account.objects.get(number="6000").required == []

    def test_page_by_page_by_their_own_number(self, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
        from apps.mapping import reading

        read("DIMENSION_TYPE")
        monkeypatch.setattr(reading, "PAGE", 2)
        assert read(OWN).done == 3

    def test_one_that_is_gone_becomes_inactive_and_comes_back(self, read: Read, sandbox: SandboxProcess) -> None:
        read("DIMENSION_TYPE")
        read(OWN)
        sandbox.records(OWN, delete=["2"])
        assert read(OWN).removed == 1
        assert not Dimension.objects.get(code="2").is_active
        sandbox.records(OWN, put=[{"id": "2", "name": "Valves again"}])
        read(OWN)
        assert Dimension.objects.get(code="2").is_active

    def test_while_its_type_is_not_linked_there_is_no_such_object(
        self, connection: IntacctConfiguration, company: Company, client_of: ClientOf
    ) -> None:
        rest = client_of(role=Role.OPERATOR)
        refused = rest.post("/api/v1/synchronisations/", {"object": OWN})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/object")
        synchronise(connection=connection, wanted="DIMENSION_TYPE", started_by="test")
        assert rest.post("/api/v1/synchronisations/", {"object": OWN}).status_code == 202

    def test_a_type_that_is_deactivated_meanwhile_ends_the_run(self, read: Read) -> None:
        read("DIMENSION_TYPE")
        from apps.synchronisation.services.inbound import work_to_the_end
        from apps.synchronisation.services.runs import start_run

        run = start_run(
            connection=IntacctConfiguration.objects.get(), wanted=OWN, started_by="test", wakes_worker=False
        )
        DimensionType.objects.filter(intacct_object=OWN).update(is_active=False)
        run = work_to_the_end(run=run)
        assert run.state == RunState.FAILED
        assert "belongs to no type" in run.messages[0]

    def test_the_command_reads_what_it_discovered(self, connection: IntacctConfiguration) -> None:
        call_command("synchronise", "--all")
        assert Dimension.objects.filter(type_id="line_of_business").count() == 3
        with pytest.raises(CommandError, match=OWN):
            call_command("synchronise", "NOTHING")

    def test_the_page_offers_it(self, read: Read, person: Callable[[Role], User], client: Client) -> None:
        client.force_login(person(Role.INTEGRATION_ADMIN))
        read("DIMENSION_TYPE")
        page = client.get("/admin/synchronisation/synchronisationrun/").text
        assert f"synchronise/{OWN}/" in page
        client.post(f"/admin/synchronisation/synchronisationrun/synchronise/{OWN}/", {"mode": "full"})
        run = SynchronisationRun.objects.get(object=OWN)
        assert client.get(f"/admin/synchronisation/synchronisationrun/{run.pk}/change/").status_code == 200
        assert client.get(f"/admin/mapping/objectmapping/of/{OWN}/", follow=True).status_code == 200
        discovery = SynchronisationRun.objects.get(object="DIMENSION_TYPE")
        assert client.get(f"/admin/synchronisation/synchronisationrun/{discovery.pk}/change/").status_code == 200


class TestSmartEvents:
    def test_a_changed_department_is_read_back(
        self, read: Read, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        read("DEPARTMENT")
        sandbox.records("DEPARTMENT", put=[{"DEPARTMENTID": "SALES", "TITLE": "Sales and service"}])
        number = IntegrationState.objects.get(object_name="DEPARTMENT", key="SALES").record_no
        told(connection, "DEPARTMENT", "set", number, "SALES")
        assert Dimension.objects.get(code="SALES").name == "Sales and service"

    def test_a_deleted_task_is_known_by_its_number(
        self, read: Read, connection: IntacctConfiguration, sandbox: SandboxProcess
    ) -> None:
        read("TASK")
        number = IntegrationState.objects.get(object_name="TASK", key="PRJ-2 › TEST").record_no
        sandbox.records("TASK", delete=["TEST"])
        assert "made inactive" in told(connection, "TASK", "delete", number, "TEST")
        assert not Attribute.objects.get(type_id="task", code="TEST").is_active
