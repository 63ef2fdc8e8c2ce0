"""Prepayments are read back: what is paid on a posted AR invoice, from the real sandbox, after posting and later."""

import datetime
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.delivery.models import Attempt, Delivery
from apps.delivery.services import health
from apps.delivery.services.slots import slot
from apps.delivery.states import State
from apps.foundation.wakeups import Wakeup
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.organisation.models import Company
from apps.postings.models import PaymentStanding
from apps.postings.payment_states import PaymentState
from apps.postings.services import payments
from apps.postings.tasks import read_payments
from apps.synchronisation.models import EventState, IncomingEvent
from apps.synchronisation.services.event_work import work_due_events
from tests.conftest import ClientOf, Person
from tests.factories.documents import purchase_invoice, sales_invoice
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db
URL = "/api/v1/postings/"
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
Invoiced = Callable[..., str]


@pytest.fixture
def rest(company: Company, connection: IntacctConfiguration, client_of: ClientOf) -> APIClient:
    return client_of(company)


@pytest.fixture
def invoiced(rest: APIClient, drained: Callable[..., Any]) -> Invoiced:
    """Submits a sales invoice of 108.88 USD and posts it; gives its posting's ID."""

    def make(**changes: Any) -> str:
        answer = rest.post(URL, sales_invoice(**changes))
        assert answer.status_code == 201, answer.json()
        drained()
        return str(answer.json()["id"])

    return make


@pytest.fixture
def invoice(invoiced: Invoiced) -> str:
    return invoiced()


def payment_of(rest: APIClient, posting: str) -> tuple[Any, ...]:
    (document,) = rest.get(f"{URL}{posting}/").json()["documents"]
    return document["prepaid_amount"], document["total_due"], document["payment_state"]


def record_of(posting: str) -> str:
    return Delivery.objects.get(target_document__posting=posting).record_no


def make_due() -> None:
    """Time passes: what would be read later is due now."""
    PaymentStanding.objects.filter(due_at__isnull=False).update(due_at=timezone.now())


def queries(sandbox: SandboxProcess) -> int:
    return int(sandbox.stats()["functions_by_name"].get("query", 0))


class TestReading:
    def test_after_posting_the_prepaid_amount_comes_back(self, rest: APIClient, invoice: str) -> None:
        assert payment_of(rest, invoice) == (None, None, None)
        read_payments()
        assert payment_of(rest, invoice) == ("0.00", "108.88", "not_paid")
        shown = rest.get(f"{URL}{invoice}/").json()
        assert shown["documents"][0]["payment_read_at"] is not None
        assert shown["state"] == "posted"

    def test_a_drain_that_posted_wakes_the_reading(
        self, invoiced: Invoiced, rung: list[str], django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            invoiced()
        assert Wakeup.READ_PAYMENTS.value in rung

    def test_it_is_kept_fresh_until_it_is_paid(self, rest: APIClient, invoice: str, sandbox: SandboxProcess) -> None:
        read_payments()
        assert sandbox.pay(record_of(invoice), "25.00").status_code == 200
        read_payments()
        assert payment_of(rest, invoice)[0] == "0.00", "not due yet"
        make_due()
        read_payments()
        assert payment_of(rest, invoice) == ("25.00", "83.88", "partially_paid")
        sandbox.pay(record_of(invoice), "83.88")
        make_due()
        read_payments()
        assert payment_of(rest, invoice) == ("108.88", "0.00", "paid")
        assert PaymentStanding.objects.get().due_at is None
        before = queries(sandbox)
        read_payments()
        assert queries(sandbox) == before, "nothing is asked any more"

    def test_many_are_read_in_one_question(
        self, rest: APIClient, drained: Callable[..., Any], sandbox: SandboxProcess
    ) -> None:
        for _ in range(4):
            rest.post(URL, sales_invoice())
        drained()
        before = queries(sandbox)
        read_payments()
        assert queries(sandbox) == before + 1
        assert PaymentStanding.objects.filter(state=PaymentState.NOT_PAID).count() == 4

    def test_what_cannot_be_paid_has_no_standing(self, rest: APIClient, drained: Callable[..., Any]) -> None:
        posting = rest.post(URL, purchase_invoice()).json()["id"]
        drained()
        read_payments()
        assert not PaymentStanding.objects.exists()
        assert payment_of(rest, posting) == (None, None, None)

    def test_a_credit_keeps_intaccts_sign(self, rest: APIClient, invoiced: Invoiced) -> None:
        credit = {"account": "4000", "amount": "40.00", "side": "debit", "dimensions": {"department": "SALES"}}
        posting = invoiced(lines=[credit])
        read_payments()
        assert payment_of(rest, posting) == ("0.00", "-40.00", "not_paid")

    def test_each_entitys_own_invoices_are_read(
        self,
        connection: IntacctConfiguration,
        company: Company,
        other_company: Company,
        client_of: ClientOf,
        drained: Callable[..., Any],
        sandbox: SandboxProcess,
    ) -> None:
        IntacctConfiguration.objects.update(integration_level=IntegrationLevel.ENTITY)
        both = client_of(company, other_company)
        british = {**sales_invoice(), "company": "200", "financial_site": "200", "currency": "GBP"}
        british["lines"] = [{"account": "4000", "amount": "60.00", "site": "200-WH1"}]
        british["lines"][0]["dimensions"] = {"department": "SALES"}
        first, second = (both.post(URL, one).json()["id"] for one in (sales_invoice(), british))
        drained()
        assert {one["MEGAENTITYID"] for one in sandbox.objects("ARINVOICE")} == {"100", "200"}
        sandbox.pay(record_of(second), "10.00")
        read_payments()
        assert payment_of(both, first) == ("0.00", "108.88", "not_paid")
        assert payment_of(both, second) == ("10.00", "50.00", "partially_paid")

    def test_a_backlog_is_noticed_whole_however_much_was_posted_since(
        self, rest: APIClient, drained: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(5):
            rest.post(URL, sales_invoice())
        drained()
        monkeypatch.setattr(payments, "NOTED_AT_ONCE", 2)
        read_payments()
        assert PaymentStanding.objects.exclude(state="").count() == 5


def test_without_a_queue_a_command_reads_what_is_due(invoice: str) -> None:
    said = StringIO()
    call_command("read_payments", stdout=said)
    assert said.getvalue() == "Asked about 1 document(s).\n"
    assert PaymentStanding.objects.get().state == PaymentState.NOT_PAID


class TestFailures:
    def test_a_failure_keeps_the_figures_and_is_tried_again(
        self, rest: APIClient, invoice: str, sandbox: SandboxProcess
    ) -> None:
        sandbox.pay(record_of(invoice), "25.00")
        read_payments()
        make_due()
        sandbox.arm("http_status", status=503, times=5)
        read_payments()
        standing = PaymentStanding.objects.get()
        assert (standing.tries, standing.state) == (1, PaymentState.PARTIALLY_PAID)
        assert standing.last_message
        assert standing.due_at is not None
        assert standing.due_at > timezone.now()
        assert payment_of(rest, invoice) == ("25.00", "83.88", "partially_paid")
        assert Delivery.objects.get().state == State.POSTED
        assert Attempt.objects.count() == 1
        sandbox.disarm()
        make_due()
        read_payments()
        standing.refresh_from_db()
        assert (standing.tries, standing.last_message) == (0, "")

    def test_a_record_that_is_gone_is_said_so(self, invoice: str, sandbox: SandboxProcess) -> None:
        read_payments()
        sandbox.forget_documents()
        make_due()
        read_payments()
        standing = PaymentStanding.objects.get()
        assert (standing.last_message, standing.tries) == ("Sage Intacct has no record 1 any more.", 1)
        assert standing.state == PaymentState.NOT_PAID

    def test_wrong_credentials_are_not_tried_on_and_on(
        self, connection: IntacctConfiguration, invoice: str, sandbox: SandboxProcess
    ) -> None:
        sandbox.set(user_password="another")
        read_payments()
        before = sandbox.stats()["requests"]
        make_due()
        read_payments()
        assert sandbox.stats()["requests"] == before
        assert health.health_of(connection).flow == "paused"

    @pytest.mark.parametrize("why", ["the option is off", "the connection is paused", "the connection is inactive"])
    def test_nothing_is_asked_while(
        self, why: str, connection: IntacctConfiguration, invoice: str, sandbox: SandboxProcess
    ) -> None:
        if "option" in why:
            switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test")
        elif "paused" in why:
            health.pause(connection=connection, reason="A test.", next_step="Resume it.")
        else:
            IntacctConfiguration.objects.update(is_active=False)
        before = sandbox.stats()["requests"]
        read_payments()
        assert sandbox.stats()["requests"] == before
        standing = PaymentStanding.objects.get()
        assert (standing.state, standing.tries) == ("", 0), "stays due"

    def test_while_documents_take_every_slot_it_waits(
        self, connection: IntacctConfiguration, invoice: str, sandbox: SandboxProcess
    ) -> None:
        before = sandbox.stats()["requests"]
        with slot(connection, hold_for=HOUR), slot(connection, hold_for=HOUR):
            read_payments()
        assert sandbox.stats()["requests"] == before
        read_payments()
        assert PaymentStanding.objects.get().state == PaymentState.NOT_PAID

    def test_what_intacct_told_of_meanwhile_is_read_anew(
        self,
        connection: IntacctConfiguration,
        invoice: str,
        rest: APIClient,
        sandbox: SandboxProcess,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        asked, before = payments._ask, queries(sandbox)

        def and_told(*arguments: Any) -> Any:
            figures = asked(*arguments)
            sandbox.pay(record_of(invoice), "25.00")
            payments.take_hint(connection, "ARINVOICE", record_of(invoice), "")
            monkeypatch.setattr(payments, "_ask", asked)
            return figures

        monkeypatch.setattr(payments, "_ask", and_told)
        read_payments()
        assert queries(sandbox) == before + 2
        assert payment_of(rest, invoice) == ("25.00", "83.88", "partially_paid")


class TestSmartEvent:
    @pytest.fixture
    def tell(self, client: Client, connection: IntacctConfiguration) -> Callable[..., IncomingEvent]:
        """What Intacct posts here for a changed invoice, worked at once."""

        def send(**changes: str) -> IncomingEvent:
            arguments = {"object": "ARINVOICE", "event": "set", "recordno": "", "id": "", **changes}
            url = f"/intacct/events/{connection.code}/"
            assert client.post(url, {**arguments, "token": connection.callback_secret}).content == b"Taken."
            work_due_events()
            return IncomingEvent.objects.get()

        return send

    @pytest.mark.parametrize("named", ["recordno", "id"])
    def test_a_payment_over_there_is_read_at_once(
        self, named: str, tell: Callable[..., IncomingEvent], rest: APIClient, invoice: str, sandbox: SandboxProcess
    ) -> None:
        read_payments()
        sandbox.pay(record_of(invoice), "25.00")
        number = rest.get(f"{URL}{invoice}/").json()["number"]
        told = tell(**{named: record_of(invoice) if named == "recordno" else number})
        assert (told.state, told.detail) == (EventState.DONE, "Its payment is read again.")
        read_payments()
        assert payment_of(rest, invoice) == ("25.00", "83.88", "partially_paid")

    def test_an_invoice_that_was_not_posted_from_here_is_ignored(
        self, tell: Callable[..., IncomingEvent], invoice: str
    ) -> None:
        told = tell(recordno="99999")
        assert (told.state, told.detail) == (EventState.IGNORED, "Not posted from here.")

    def test_the_whole_way_from_the_sandboxs_event(
        self, connection: IntacctConfiguration, invoice: str, sandbox: SandboxProcess
    ) -> None:
        from apps.mapping.services.custom_package import make_package

        sandbox.import_package(make_package(configuration=connection, actor="test").content)
        sandbox.pay(record_of(invoice), "25.00")
        (event,) = sandbox.events()
        assert (event["topic"], event["arguments"]["recordno"]) == ("SET_ARINVOICE", record_of(invoice))


class TestOverRest:
    def test_other_figures_count_as_an_update_and_the_same_do_not(
        self, rest: APIClient, invoice: str, sandbox: SandboxProcess
    ) -> None:
        def changed_since(moment: str) -> int:
            return len(rest.get(URL, {"updated_after": moment}).json()["results"])

        posted = rest.get(f"{URL}{invoice}/").json()["updated_at"]
        read_payments()
        read = rest.get(f"{URL}{invoice}/").json()["updated_at"]
        assert (changed_since(posted), changed_since(read)) == (1, 0)
        make_due()
        read_payments()
        assert changed_since(read) == 0, "read again, and the same"
        sandbox.pay(record_of(invoice), "1.00")
        make_due()
        read_payments()
        assert changed_since(read) == 1

    def test_a_list_costs_the_same_queries_with_payments(self, rest: APIClient, invoiced: Invoiced) -> None:
        def cost() -> int:
            with CaptureQueriesContext(database) as captured:
                assert rest.get(URL).status_code == 200
            return len(captured)

        invoiced()
        without = cost()
        invoiced()
        invoiced()
        read_payments()
        assert cost() == without


class TestPage:
    @pytest.fixture
    def open_as(self, person: Person) -> Callable[[Role], Client]:
        def sign_in(role: Role) -> Client:
            user: User = person(role)
            client = Client()
            client.force_login(user)
            return client

        return sign_in

    def test_it_shows_what_is_paid_and_reads_now(
        self, open_as: Callable[[Role], Client], invoice: str, sandbox: SandboxProcess
    ) -> None:
        operator = open_as(Role.OPERATOR)
        page = reverse("admin:postings_posting_change", args=[invoice])
        assert "Not read yet" in operator.get(page).text
        sandbox.pay(record_of(invoice), "25.00")
        answer = operator.post(reverse("admin:postings_posting_read_payment", args=[invoice]), follow=True)
        assert "The payment is as it is in Sage Intacct now." in answer.text
        assert "Partially paid" in answer.text
        assert "83.88 USD" in answer.text

    def test_a_failure_is_said_and_the_figures_stay(
        self, open_as: Callable[[Role], Client], invoice: str, sandbox: SandboxProcess
    ) -> None:
        read_payments()
        sandbox.arm("http_status", status=503, times=5)
        button = reverse("admin:postings_posting_read_payment", args=[invoice])
        answer = open_as(Role.OPERATOR).post(button, follow=True)
        assert "was not read" in answer.text
        assert "The last reading failed" in answer.text
        assert "108.88 USD" in answer.text

    def test_an_auditor_reads_nothing_and_get_changes_nothing(
        self, open_as: Callable[[Role], Client], invoice: str
    ) -> None:
        button = reverse("admin:postings_posting_read_payment", args=[invoice])
        assert open_as(Role.AUDITOR).post(button).status_code == 403
        assert open_as(Role.OPERATOR).get(button).status_code == 405
        assert not PaymentStanding.objects.exists()
