"""Smart Events come in: who may send them; stored before worked, read back, harmless in any number and order."""

import base64
import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.configuration.models import IntacctConfiguration
from apps.masterdata.models import Account
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.synchronisation.models import EventState, IncomingEvent
from apps.synchronisation.services.event_work import work_due_events
from apps.synchronisation.services.incoming_events import KEPT, forget_old_events
from apps.synchronisation.tasks import work_event
from tests.factories.masterdata import AccountFactory
from tests.sandbox_process import SandboxProcess

ADDRESS = "/intacct/events/SANDBOX/"
pytestmark = pytest.mark.django_db


def event(configuration: IntacctConfiguration, **changes: str) -> dict[str, str]:
    """The arguments that the custom package has Sage Intacct send for account 4000."""
    arguments = {"object": "GLACCOUNT", "event": "set", "recordno": "", "id": "4000"}
    return {**arguments, "token": configuration.callback_secret, **changes}


def only() -> IncomingEvent:
    return IncomingEvent.objects.get()


class TestWhoMaySend:
    def test_the_token_of_the_package(self, client: Client, configuration: IntacctConfiguration) -> None:
        answer = client.post(ADDRESS, event(configuration))
        assert (answer.status_code, answer.content) == (200, b"Taken.")
        assert (only().object_name, only().event, only().record_id, only().state) == (
            "GLACCOUNT",
            "set",
            "4000",
            EventState.WAITING,
        )

    def test_basic_sign_in_and_json(self, client: Client, configuration: IntacctConfiguration) -> None:
        signed = base64.b64encode(f"SANDBOX:{configuration.callback_secret}".encode()).decode()
        body = {"object": "GLACCOUNT", "event": "add", "recordno": 12, "id": "4000"}
        answer = client.post(
            ADDRESS, body, content_type="application/json", headers={"Authorization": f"Basic {signed}"}
        )
        assert answer.status_code == 200
        assert only().record_no == "12"

    @pytest.mark.parametrize("token", ["", "wrong", "é"])
    def test_a_forged_one_is_refused(self, client: Client, configuration: IntacctConfiguration, token: str) -> None:
        assert client.post(ADDRESS, event(configuration, token=token)).status_code == 401
        assert not IncomingEvent.objects.exists()

    def test_a_configuration_that_is_not_there(self, client: Client, configuration: IntacctConfiguration) -> None:
        assert client.post("/intacct/events/NOBODY/", event(configuration)).status_code == 401
        assert client.post("/intacct/events/NOBODY/", event(configuration, token="")).status_code == 401

    def test_only_post(self, client: Client, configuration: IntacctConfiguration) -> None:
        assert client.get(ADDRESS, event(configuration)).status_code == 405

    def test_the_secret_is_not_kept(self, client: Client, configuration: IntacctConfiguration) -> None:
        client.post(ADDRESS, event(configuration))
        assert configuration.callback_secret not in str(IncomingEvent.objects.values().get())

    def test_while_the_option_is_off_it_is_refused(self, client: Client, configuration: IntacctConfiguration) -> None:
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        answer = client.post(ADDRESS, event(configuration))
        assert (answer.status_code, answer.json()["code"]) == (503, "option_off")
        assert not IncomingEvent.objects.exists()


BAD: list[tuple[str, dict[str, str]]] = [
    ("no object", {"object": ""}),
    ("no event", {"event": ""}),
    ("no record", {"id": "", "recordno": ""}),
    ("a long object", {"object": "X" * 61}),
    ("a line break", {"id": "a\nb"}),
]


@pytest.mark.parametrize("changes", [one[1] for one in BAD], ids=[one[0] for one in BAD])
def test_what_is_no_event_is_refused(
    client: Client, configuration: IntacctConfiguration, changes: dict[str, str]
) -> None:
    assert client.post(ADDRESS, event(configuration, **changes)).status_code == 400
    assert not IncomingEvent.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]", b'"a"', b"null", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(client: Client, configuration: IntacctConfiguration, body: bytes) -> None:
    signed = base64.b64encode(f"SANDBOX:{configuration.callback_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {signed}"}
    answer = client.post(ADDRESS, body, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 413)


def test_a_large_body_is_refused(client: Client, configuration: IntacctConfiguration) -> None:
    assert client.post(ADDRESS, event(configuration, id="x" * 70_000)).status_code == 413


class TestRepeats:
    def test_a_record_that_waits_is_read_once_however_often_it_changes(
        self, client: Client, configuration: IntacctConfiguration
    ) -> None:
        for _ in range(3):
            assert client.post(ADDRESS, event(configuration)).status_code == 200
        assert only().times == 3

    def test_a_replay_of_a_known_key_is_not_worked_again(
        self, client: Client, configuration: IntacctConfiguration
    ) -> None:
        client.post(ADDRESS, event(configuration, key="e-1"))
        IncomingEvent.objects.update(state=EventState.DONE)
        assert client.post(ADDRESS, event(configuration, key="e-1")).content == b"Known already."
        assert only().state == EventState.DONE

    def test_another_event_about_a_record_that_was_read_is_worked(
        self, client: Client, configuration: IntacctConfiguration
    ) -> None:
        client.post(ADDRESS, event(configuration))
        IncomingEvent.objects.update(state=EventState.DONE)
        assert client.post(ADDRESS, event(configuration)).content == b"Taken."
        assert IncomingEvent.objects.count() == 2

    def test_finished_events_are_forgotten_after_thirty_days(
        self, client: Client, configuration: IntacctConfiguration
    ) -> None:
        client.post(ADDRESS, event(configuration))
        IncomingEvent.objects.update(received_at=timezone.now() - KEPT - datetime.timedelta(minutes=1))
        assert forget_old_events() == 0, "what waits stays"
        IncomingEvent.objects.update(state=EventState.DONE)
        assert forget_old_events() == 1


class TestWork:
    @pytest.fixture
    def sent(self, client: Client, connection: IntacctConfiguration) -> Any:
        """Sends an event to the connection that the sandbox answers."""

        def send(**changes: str) -> IncomingEvent:
            assert client.post(ADDRESS, event(connection, **changes)).content == b"Taken."
            return IncomingEvent.objects.first()

        return send

    def test_the_record_is_kept_as_it_is_in_intacct_now(self, sent: Any, sandbox: SandboxProcess) -> None:
        AccountFactory(number="4000", name="An old name")
        (there,) = [one for one in sandbox.objects("GLACCOUNT") if one["ACCOUNTNO"] == "4000"]
        told = sent(recordno=there["RECORDNO"])
        work_event(told.pk)
        told.refresh_from_db()
        assert (told.state, told.detail) == (EventState.DONE, "Read, and kept as it is in Sage Intacct.")
        assert Account.objects.get(number="4000").name == there["TITLE"]

    def test_a_new_record_is_created(self, sent: Any) -> None:
        sent(event="add")
        assert work_due_events() == 1
        assert Account.objects.filter(number="4000", is_active=True).exists()

    def test_a_deleted_record_becomes_inactive(self, sent: Any) -> None:
        AccountFactory(number="4999")
        sent(event="delete", id="4999")
        work_due_events()
        assert only().detail == "No longer in Sage Intacct: made inactive."
        assert not Account.objects.get(number="4999").is_active

    def test_a_late_event_about_a_deleted_record_does_not_bring_it_back(self, sent: Any) -> None:
        AccountFactory(number="4999", is_active=False)
        sent(event="set", id="4999")
        work_due_events()
        assert only().state == EventState.IGNORED
        assert not Account.objects.get(number="4999").is_active

    def test_an_object_that_does_not_come_in(self, sent: Any) -> None:
        sent(object="COFFEE")
        work_due_events()
        assert (only().state, only().detail) == (EventState.IGNORED, "COFFEE does not come in from Sage Intacct.")

    def test_worked_twice_by_the_queue_it_is_read_once(self, sent: Any, sandbox: SandboxProcess) -> None:
        told = sent()
        before = sandbox.stats()["functions_by_name"].get("query", 0)
        for _ in range(3):
            work_event(told.pk)
        assert sandbox.stats()["functions_by_name"]["query"] == before + 1

    def test_a_failing_call_is_tried_again_later_and_ends_with_words(self, sent: Any, sandbox: SandboxProcess) -> None:
        told = sent()
        sandbox.arm("http_status", status=503, times=50)
        work_due_events()
        told.refresh_from_db()
        assert told.state == EventState.WAITING
        assert told.due_at > timezone.now()
        assert "nothing was sent" in told.detail
        for _ in range(10):
            IncomingEvent.objects.update(due_at=timezone.now())
            work_due_events()
        told.refresh_from_db()
        assert told.state == EventState.FAILED
        assert told.detail.endswith("Synchronise the object by hand.")
        assert told.tries == 6

    def test_a_worker_that_died_over_it_costs_ten_minutes(self, sent: Any) -> None:
        told = sent()
        IncomingEvent.objects.update(state=EventState.WORKING)
        assert work_due_events() == 0
        IncomingEvent.objects.update(due_at=timezone.now() - datetime.timedelta(minutes=11))
        assert work_due_events() == 1
        told.refresh_from_db()
        assert told.state == EventState.DONE

    def test_nothing_is_called_while_the_option_is_off(self, sent: Any) -> None:
        sent()
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        assert work_due_events() == 0
        assert only().state == EventState.WAITING


def test_an_inactive_configuration_takes_no_event(client: Client, configuration: IntacctConfiguration) -> None:
    configuration.callback_secret, configuration.is_active = "a-secret", False
    configuration.save()
    told = {"object": "GLACCOUNT", "event": "set", "id": "4000", "token": "a-secret"}
    answer = client.post(f"/intacct/events/{configuration.code}/", told)
    assert (answer.status_code, answer.json()["code"]) == (409, "configuration_inactive")
    assert not IncomingEvent.objects.exists()
