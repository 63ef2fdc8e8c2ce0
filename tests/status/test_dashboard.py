"""The admin's first page: what needs a person first, and a list behind each figure."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import ConnectionTestResult, IntacctConfiguration
from apps.delivery.models import ConnectionHealth, Delivery, WorkerHeartbeat
from apps.delivery.models.connection_health import Flow
from apps.delivery.states import IntegrationStatus, State
from apps.notifications.models import WebhookEndpoint
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.status.services.roll_up import roll_up_figures
from apps.synchronisation.models import RunState, SynchronisationRun
from tests.factories.documents import sales_invoice
from tests.factories.masterdata import CustomerFactory, IntegrationStateFactory
from tests.factories.webhooks import webhook
from tests.status.standing import put, submit

pytestmark = pytest.mark.django_db
Person = Callable[[Role], User]
PAGE = "/admin/"


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@pytest.fixture
def alive(db: None) -> None:
    WorkerHeartbeat.objects.create(worker="test", beaten_at=now())


@pytest.fixture
def admin(person: Person, client: Client) -> Client:
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def text_of(client: Client, page: str = PAGE) -> str:
    return re.sub(r"\s+", " ", client.get(page).text)


def listed(client: Client, link: str) -> int:
    """How many rows the list behind a figure has."""
    changes: Any = client.get(link).context["cl"]
    return int(changes.result_count)


class TestNeedsAPerson:
    def test_nothing_does(self, admin: Client, configuration: IntacctConfiguration, alive: None) -> None:
        assert "Nothing does. No posting is in error." in text_of(admin)

    def test_what_stands_still_is_said_with_the_way_to_what_helps(
        self, admin: Client, configuration: IntacctConfiguration
    ) -> None:
        ConnectionHealth.objects.create(
            connection=configuration, flow=Flow.PAUSED, reason="Signing in failed.", next_step="Check the password."
        )
        IntacctConfiguration.objects.update(last_test_at=now(), last_test_result=ConnectionTestResult.FAILED)
        switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        page = admin.get(PAGE)
        said = [matter.words for matter in page.context["now"].matters]
        assert said == [
            "Sage Intacct is turned off, so nothing is sent. What is waiting is held.",
            "The connection is paused, so nothing is sent.",
            "No worker is running, so nothing is sent.",
            "The last connection test failed.",
        ]
        for matter in page.context["now"].matters:
            if matter.link:
                assert matter.link in page.text
                assert admin.get(matter.link).status_code == 200

    def test_an_operator_is_told_but_not_sent_where_he_may_not_go(
        self, person: Person, client: Client, configuration: IntacctConfiguration, alive: None
    ) -> None:
        client.force_login(person(Role.OPERATOR))
        IntacctConfiguration.objects.update(last_test_at=now(), last_test_result=ConnectionTestResult.FAILED)
        page = client.get(PAGE)
        assert "The last connection test failed." in page.text
        assert "/admin/configuration/intacctconfiguration/" not in page.text
        assert page.context["dashboard"].set_up is None

    def test_what_went_wrong(self, admin: Client, rest: APIClient, alive: None) -> None:
        configuration = IntacctConfiguration.objects.get()
        (unclear,) = submit(rest, sales_invoice())
        put(unclear, State.VERIFYING)
        Delivery.objects.update(last_sent_at=now() - datetime.timedelta(hours=2))
        SynchronisationRun.objects.create(
            connection=configuration, object="ACCOUNT", state=RunState.FAILED, messages=["No answer."],
            started_at=now(), finished_at=now(),
        )  # fmt: skip
        IntegrationStateFactory(
            connection=configuration, node="customer", object_name="CUSTOMER", key="C-1",
            status=IntegrationStatus.ERROR, last_message="Refused.",
        )  # fmt: skip
        webhook("https://erp.example/hook")
        WebhookEndpoint.objects.update(failing_since=now())
        roll_up_figures()
        said = [matter.words for matter in admin.get(PAGE).context["now"].matters]
        assert said == [
            "Of 1 document it is unclear for more than an hour whether Sage Intacct has it.",
            "The last synchronisation of Accounts failed.",
            "1 customer is in error.",
            f"The webhook {WebhookEndpoint.objects.get()} does not take messages.",
        ]

    def test_the_oldest_errors_are_on_the_page_and_the_rest_behind_a_link(
        self, admin: Client, rest: APIClient, alive: None
    ) -> None:
        for pk in submit(rest, *(sales_invoice(number=f"SI-{number}") for number in range(7))):
            put(pk, State.ERROR)
        page = text_of(admin)
        assert "SI-0" in page
        assert "Mend it." in page
        assert "2 more in error" in page


class TestFigures:
    def test_each_figure_of_a_day_is_the_length_of_the_list_behind_it(self, admin: Client, rest: APIClient) -> None:
        pks = submit(rest, *(sales_invoice() for _ in range(7)))
        for pk, state in zip(pks, [State.POSTED, State.POSTED, State.ERROR, State.CANCELLED], strict=False):
            put(pk, state)
        roll_up_figures()
        (day,) = admin.get(PAGE).context["dashboard"].days
        assert (day.counts.posted, day.counts.in_error, day.counts.cancelled, day.counts.pending) == (2, 1, 1, 3)
        lists = {
            state: listed(admin, f"{day.link}&state={state}") for state in ("posted", "error", "cancelled", "open")
        }
        assert lists == {"posted": 2, "error": 1, "cancelled": 1, "open": 3}
        assert listed(admin, day.link) == 7
        assert listed(admin, "/admin/postings/posting/?submitted=2020-01-01") == 0
        assert listed(admin, "/admin/postings/posting/?submitted=nonsense") == 7

    def test_each_tile_is_the_length_of_the_list_behind_it(self, admin: Client, rest: APIClient) -> None:
        pks = submit(rest, *(sales_invoice() for _ in range(4)))
        for pk, state in zip(pks, [State.POSTED, State.ERROR], strict=False):
            put(pk, state)
        tiles = admin.get(PAGE).context["now"].tiles
        assert {tile.state: listed(admin, tile.link) for tile in tiles} == {tile.state: tile.number for tile in tiles}

    def test_master_data_by_status_with_its_list(self, admin: Client, configuration: IntacctConfiguration) -> None:
        for code, status in (("C-1", "success"), ("C-2", "success"), ("C-3", "pending")):
            CustomerFactory(code=code)
            IntegrationStateFactory(
                connection=configuration, node="customer", object_name="CUSTOMER", key=code, status=status
            )
        CustomerFactory(code="C-4")
        roll_up_figures()
        kinds = {kind.title: kind for kind in admin.get(PAGE).context["dashboard"].kinds}
        counts = {count.status: count for count in kinds["Customers"].counts}
        assert {status: count.number for status, count in counts.items() if count.number} == {
            "success": 2, "pending": 1, "not_integrated": 1,
        }  # fmt: skip
        assert listed(admin, counts[IntegrationStatus.SUCCESS].link) == 2

    def test_the_oldest_open_posting_is_a_link_to_it(self, admin: Client, rest: APIClient) -> None:
        first, _second = submit(rest, sales_invoice(number="OLD-1"), sales_invoice())
        page = admin.get(PAGE)
        assert page.context["dashboard"].oldest.posting.number == "OLD-1"
        assert f"/admin/postings/posting/{first}/change/" in page.text

    def test_before_anything_was_counted_it_says_so(self, admin: Client, rest: APIClient) -> None:
        submit(rest, sales_invoice())
        assert "Not counted yet: a worker does that within a minute." in text_of(admin)

    def test_the_drawing_has_its_table(self, admin: Client, rest: APIClient) -> None:
        submit(rest, sales_invoice())
        roll_up_figures()
        page = text_of(admin)
        assert 'class="portal-bar-pending"' in page
        assert "As a table" in page

    def test_the_steps_of_the_set_up_that_are_left(self, admin: Client, configuration: IntacctConfiguration) -> None:
        page = text_of(admin)
        assert "Guided set-up" in page
        assert "/admin/configuration/intacctconfiguration/set-up/" in page


class TestKeptFresh:
    def test_nothing_is_exchanged_until_something_changed(self, admin: Client, rest: APIClient, alive: None) -> None:
        (pk,) = submit(rest, sales_invoice(number="SI-1"))
        part = admin.get(PAGE).context["now"].live
        assert admin.get(part.address).status_code == 204
        put(pk, State.ERROR)
        answer = admin.get(part.address)
        assert answer.status_code == 200
        assert "SI-1" in answer.text
        assert "<html" not in answer.text
        assert "1 posting is in error." in answer.text

    def test_whoever_may_not_see_postings_is_told_so_and_asks_no_more(self, person: Person, client: Client) -> None:
        client.force_login(person(Role.PARTNER))
        assert client.get("/admin/status/now/").status_code == 286


def test_the_page_costs_as_many_queries_for_many_rows_as_for_a_few(admin: Client, rest: APIClient, alive: None) -> None:
    def queries(number: int) -> int:
        for pk in submit(rest, *(sales_invoice(customer=f"CUST-{index}") for index in range(number)))[::3]:
            put(pk, State.ERROR)
        roll_up_figures()
        admin.get(PAGE)
        with CaptureQueriesContext(database) as captured:
            admin.get(PAGE)
        return len(captured)

    few = queries(3)
    assert queries(12) == few
    assert few <= 60
