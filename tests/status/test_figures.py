"""What the dashboards show is counted from the rows, whoever changes them and whoever counts."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.delivery.states import IntegrationStatus, State
from apps.foundation.wakeups import Wakeup
from apps.masterdata.models import Customer
from apps.masterdata.services.deletion import delete_records, forget_deleted
from apps.organisation.models import Company
from apps.postings.models import Posting
from apps.status.figures import counts_by_day, freshness, posted_by_hour, records_by_status
from apps.status.models import DayFigure, PartnerAmount, PartnerFigure, Recount, RollUp, StaleFigure
from apps.status.services import recount, roll_up
from apps.status.services.roll_up import roll_up_figures, wake_for_figures
from apps.status.tasks import roll_up_figures as task
from tests.factories.documents import (
    purchase_invoice,
    sales_credit_note,
    sales_invoice,
    sales_shipment,
    with_movements,
)
from tests.factories.masterdata import CustomerFactory, IntegrationStateFactory, SupplierFactory
from tests.status.standing import put, submit

pytestmark = pytest.mark.django_db


def today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def counted_today(*companies: Company) -> dict[str, int]:
    (counts,) = counts_by_day([one.pk for one in companies] or None, today(), today())
    named = {name: getattr(counts, name) for name in ("posted", "pending", "in_error", "cancelled")}
    return {name: number for name, number in named.items() if number}


def figure_of(code: str) -> dict[str, Any]:
    figure = PartnerFigure.objects.get(code=code)
    named = {name: getattr(figure, name) for name in ("posted", "pending", "in_error")}
    return {name: number for name, number in named.items() if number}


def amounts_of(code: str) -> dict[str, tuple[Decimal, Decimal]]:
    rows = PartnerAmount.objects.filter(figure__code=code)
    return {row.currency: (row.posted, row.open) for row in rows}


class TestPostings:
    def test_they_are_counted_by_the_day_they_came_and_where_they_stand(self, rest: APIClient) -> None:
        posted, refused, cancelled, _ = submit(rest, *(sales_invoice() for _ in range(4)))
        put(posted, State.POSTED)
        put(refused, State.ERROR)
        put(cancelled, State.CANCELLED)
        roll_up_figures()
        assert counted_today() == {"posted": 1, "pending": 1, "in_error": 1, "cancelled": 1}

    def test_a_posting_stands_where_its_most_telling_document_does(self, rest: APIClient) -> None:
        (pk,) = submit(rest, with_movements(sales_invoice()))
        assert Delivery.objects.count() == 2
        put(pk, State.POSTED)
        roll_up_figures()
        assert counted_today() == {"pending": 1}

    def test_by_company(self, rest: APIClient, company: Company, other_company: Company) -> None:
        submit(rest, sales_invoice())
        roll_up_figures()
        assert counted_today(company) == {"pending": 1}
        assert counted_today(other_company) == {}

    def test_a_day_without_postings_is_a_row_of_noughts(self, company: Company) -> None:
        days = counts_by_day(None, today() - datetime.timedelta(days=29), today())
        assert len(days) == 30
        assert {day.total for day in days} == {0}

    def test_throughput_by_hour(self, rest: APIClient) -> None:
        for pk in submit(rest, sales_invoice(), sales_shipment()):
            put(pk, State.POSTED)
        roll_up_figures()
        now = datetime.datetime.now(datetime.UTC)
        hours = posted_by_hour(now - datetime.timedelta(hours=23), now)
        assert [number for _, number in hours] == [0] * 23 + [2]


class TestCustomersAndSuppliers:
    def test_one_row_each_with_its_documents(self, rest: APIClient) -> None:
        CustomerFactory(code="CUST-01", name="Harbour Tools")
        SupplierFactory(code="QUIET", name="Nothing yet")
        posted, _, _ = submit(rest, sales_invoice(), sales_invoice(), purchase_invoice(supplier="SUPP-01"))
        put(posted, State.POSTED)
        roll_up_figures()
        assert figure_of("CUST-01") == {"posted": 1, "pending": 1}
        assert figure_of("SUPP-01") == {"pending": 1}
        assert figure_of("QUIET") == {}
        known = PartnerFigure.objects.values_list("code", "kind", "name", "is_known").order_by("code")
        assert list(known) == [
            ("CUST-01", "customer", "Harbour Tools", True),
            ("QUIET", "supplier", "Nothing yet", True),
            ("SUPP-01", "supplier", "", False),
        ]

    def test_amounts_are_invoices_less_credit_notes_with_tax_by_currency(self, rest: APIClient) -> None:
        invoice, note = sales_invoice(), sales_credit_note()  # 108.88 each
        euros = sales_invoice(currency="EUR")
        pks = submit(rest, invoice, invoice | {"number": "I-2"}, note, euros)
        for pk in pks[1:3]:
            put(pk, State.POSTED)
        submit(rest, sales_shipment(), purchase_invoice())
        roll_up_figures()
        usd = (Decimal("0.0000"), Decimal("108.8800"))  # the posted invoice and the posted credit note even out
        assert amounts_of("CUST-01") == {"USD": usd, "EUR": (Decimal("0.0000"), Decimal("108.8800"))}
        assert amounts_of("SUPP-01") == {"USD": (Decimal("0.0000"), Decimal("129.9000"))}

    def test_what_moves_with_an_invoice_is_no_claim_and_what_was_cancelled_neither(self, rest: APIClient) -> None:
        moving, cancelled = submit(rest, with_movements(sales_invoice()), sales_invoice())
        put(moving, State.POSTED)
        put(cancelled, State.CANCELLED)
        roll_up_figures()
        assert amounts_of("CUST-01") == {"USD": (Decimal("0.0000"), Decimal("108.8800"))}  # its entry is not there yet

    def test_the_status_is_that_with_the_active_configuration(self, configuration: IntacctConfiguration) -> None:
        CustomerFactory(code="C-1")
        IntegrationStateFactory(connection=configuration, node="customer", object_name="CUSTOMER", key="C-1",
                                status=IntegrationStatus.SUCCESS)  # fmt: skip
        roll_up_figures()
        assert PartnerFigure.objects.get(code="C-1").status == IntegrationStatus.SUCCESS
        assert records_by_status()["customer"] == {"success": 1}
        IntacctConfiguration.objects.update(is_active=False)
        roll_up_figures()
        assert PartnerFigure.objects.get(code="C-1").status == IntegrationStatus.NOT_INTEGRATED
        assert records_by_status()["customer"] == {"not_integrated": 1}

    def test_a_renamed_one_is_renamed_and_a_deleted_one_goes(self, rest: APIClient) -> None:
        CustomerFactory(code="C-1", name="Before")
        roll_up_figures()
        Customer.objects.filter(code="C-1").update(name="After", updated_at=datetime.datetime.now(datetime.UTC))
        roll_up_figures()
        assert PartnerFigure.objects.get(code="C-1").name == "After"
        delete_records(node="customer", codes=["C-1"], actor="test")
        forget_deleted(node="customer", codes=["C-1"])
        call_command("roll_up_figures", "--all")
        assert not PartnerFigure.objects.exists()


def rows() -> list[dict[str, Any]]:
    """All figures of customers and suppliers, without the keys of the rows."""
    written = [*PartnerFigure.objects.values(), *PartnerAmount.objects.values("currency", "posted", "open")]
    return [{name: value for name, value in row.items() if name != "id"} for row in written]


class TestCountingAgain:
    def test_counting_again_changes_nothing(self, rest: APIClient) -> None:
        submit(rest, sales_invoice(), purchase_invoice())
        roll_up_figures()
        before = rows()
        call_command("roll_up_figures", "--all")
        assert rows() == before

    def test_what_a_slow_transaction_wrote_is_noted_when_it_shows(self, rest: APIClient) -> None:
        roll_up_figures()
        submit(rest, sales_invoice())
        # It says a time before changes were noted last: its transaction had not ended then.
        Delivery.objects.update(updated_at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=4))
        roll_up_figures()
        assert counted_today() == {"pending": 1}

    def test_once_a_day_everything_is_counted_anew(self, rest: APIClient) -> None:
        (pk,) = submit(rest, sales_invoice())
        roll_up_figures()
        nothing_changes_any_more()
        Posting.objects.filter(pk=pk).update(customer="CUST-02")  # by hand in the database: nothing notes that
        roll_up_figures()
        assert PartnerFigure.objects.get().code == "CUST-01"
        RollUp.objects.update(noted_until=datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1))
        roll_up_figures()
        assert PartnerFigure.objects.get().code == "CUST-02"

    def test_a_budget_that_is_over_leaves_the_rest_to_the_next(
        self, rest: APIClient, monkeypatch: pytest.MonkeyPatch, rung: list[str], django_capture_on_commit_callbacks: Any
    ) -> None:
        roll_up_figures()
        before = freshness().as_of
        monkeypatch.setattr(roll_up, "AT_ONCE", 1)
        submit(rest, *(sales_invoice(customer=f"CUST-{number}") for number in range(3)))
        with django_capture_on_commit_callbacks(execute=True):
            assert roll_up_figures(budget_seconds=0) == 1
        assert rung[-1] == Wakeup.FIGURES
        assert freshness().left > 0
        assert freshness().as_of == before
        task()
        assert freshness().left == 0
        assert freshness().as_of != before

    def test_one_worker_at_a_time_and_a_dead_one_is_not_waited_for(self, rest: APIClient) -> None:
        submit(rest, sales_invoice())
        now = datetime.datetime.now(datetime.UTC)
        RollUp.objects.create(pk=1, turn_token="another", turn_until=now + datetime.timedelta(minutes=1))
        assert roll_up_figures() == 0
        RollUp.objects.update(turn_until=now - datetime.timedelta(seconds=1))
        assert roll_up_figures() > 0
        assert RollUp.objects.get().turn_until is None

    def test_a_worker_is_woken_for_a_change_once(
        self, rest: APIClient, rung: list[str], django_capture_on_commit_callbacks: Any
    ) -> None:
        def woken() -> bool:
            with django_capture_on_commit_callbacks(execute=True):
                return wake_for_figures()

        assert woken(), "nothing was ever counted"
        assert not woken(), "one is on its way"
        roll_up_figures()
        assert not woken(), "nothing changed"
        submit(rest, sales_invoice())
        RollUp.objects.update(noted_until=datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=20))
        assert woken()

    def test_the_number_of_queries_does_not_grow(self, rest: APIClient) -> None:
        def queries(*customers: str) -> int:
            submit(rest, *(sales_invoice(customer=one) for one in customers))
            with CaptureQueriesContext(connection) as captured:
                roll_up_figures()
            assert not StaleFigure.objects.exists()
            return len(captured)

        roll_up_figures()
        few = queries("CUST-0")
        assert queries(*(f"CUST-{number}" for number in range(1, 12))) <= few
        assert few < 75

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has statistics, and plans by them")
    def test_what_changed_is_found_by_index(self, rest: APIClient) -> None:
        CustomerFactory(code="CUST-01")
        submit(rest, sales_invoice())
        roll_up_figures()
        with CaptureQueriesContext(connection) as captured:
            roll_up_figures()
        asked = [
            one["sql"] for one in captured.captured_queries if "updated_at" in one["sql"] and "SELECT" in one["sql"]
        ]
        with connection.cursor() as cursor:
            plans = [row[3] for sql in asked for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
        assert [plan for plan in plans if plan.startswith("SCAN")] == []
        assert any("delivery_by_change" in plan for plan in plans)


@pytest.fixture
def slices_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "PARTNERS_AT_ONCE", 1)
    monkeypatch.setattr(recount, "DAYS_AT_ONCE", 1)


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a recount that nobody waits for, one slice each time."""
    monkeypatch.setattr(roll_up, "RECOUNT_SECONDS", 0)


def nothing_changes_any_more() -> None:
    """As if all that is there had changed ten minutes ago."""
    for model in (Delivery, Customer):
        model._default_manager.update(updated_at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=10))


def next_day() -> None:
    """As if changes had been noted yesterday."""
    RollUp.objects.update(noted_until=datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1))


def minutes_pass() -> None:
    RollUp.objects.update(noted_until=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=2))


@pytest.mark.usefixtures("slices_of_one")
class TestEverything:
    def test_is_counted_in_slices_each_of_which_is_done_once(self, rest: APIClient) -> None:
        for code in ("CUST-01", "QUIET"):
            CustomerFactory(code=code)
        submit(rest, sales_invoice(), sales_invoice(customer="ELSEWHERE"), purchase_invoice())
        partners = ["CUST-01", "ELSEWHERE", "QUIET", "SUPP-01"]
        nothing_changes_any_more()
        rounds = 0
        while freshness().as_of is None:  # as if each worker had been killed after a slice
            roll_up_figures(budget_seconds=0)
            rounds += 1
            assert rounds < 40
        assert rounds > len(partners)
        assert sorted(PartnerFigure.objects.values_list("code", flat=True)) == partners
        assert counted_today() == {"pending": 3}

    def test_a_slice_ends_where_it_has_postings_enough(self, rest: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recount, "PARTNERS_AT_ONCE", 100)
        monkeypatch.setattr(recount, "POSTINGS_AT_ONCE", 2)
        for code in "ABCDEF":
            CustomerFactory(code=code)
        submit(rest, *(sales_invoice(customer=one) for one in "AABBBDEF"))
        nothing_changes_any_more()
        ends = []
        while freshness().as_of is None:
            roll_up_figures(budget_seconds=0)
            ends += Recount.objects.filter(kind="customer", source="records").values_list("after", flat=True)
        assert list(dict.fromkeys(ends)) == ["", "B", "F"]
        assert [figure_of(code).get("pending", 0) for code in "ABCDEF"] == [2, 3, 0, 1, 1, 1]

    def test_begins_afresh_when_it_is_asked_for_again(self, rest: APIClient) -> None:
        submit(rest, sales_invoice(customer="A"), sales_invoice(customer="B"))
        nothing_changes_any_more()
        while not PartnerFigure.objects.exists():
            roll_up_figures(budget_seconds=0)
        Posting.objects.filter(customer="A").update(customer="C")
        call_command("roll_up_figures", "--all")
        assert sorted(PartnerFigure.objects.values_list("code", flat=True)) == ["B", "C"]
        assert not Recount.objects.exists()

    def test_as_of_waits_for_it_when_another_configuration_is_active(self, configuration: IntacctConfiguration) -> None:
        roll_up_figures()
        before = freshness().as_of
        CustomerFactory(code="C-1")
        IntacctConfiguration.objects.update(is_active=False)
        roll_up_figures(budget_seconds=0)
        assert freshness().as_of == before
        roll_up_figures()
        assert freshness().as_of != before

    def test_finds_amounts_and_days_that_are_wrong(self, rest: APIClient) -> None:
        submit(rest, sales_invoice(), sales_invoice(currency="EUR"))
        roll_up_figures()
        right = rows()
        PartnerAmount.objects.filter(currency="USD").update(currency="GBP")
        PartnerAmount.objects.filter(currency="EUR").update(open=1)
        PartnerFigure.objects.update(posted=7)
        DayFigure.objects.update(cancelled=3)
        call_command("roll_up_figures", "--all")
        assert rows() == right
        assert counted_today() == {"pending": 2}

    def test_writes_only_what_differs(self, rest: APIClient) -> None:
        submit(rest, sales_invoice(), purchase_invoice())
        roll_up_figures()
        with CaptureQueriesContext(connection) as captured:
            call_command("roll_up_figures", "--all")
        written = [one["sql"] for one in captured.captured_queries if one["sql"].startswith(("INSERT", "DELETE"))]
        assert [sql for sql in written if "partner" in sql or "dayfigure" in sql] == []


@pytest.mark.usefixtures("slices_of_one", "no_time")
class TestTheDaysRecount:
    def test_goes_on_beside_what_changes_and_nobody_waits_for_it(self, rest: APIClient) -> None:
        submit(rest, sales_invoice(customer="A"), sales_invoice(customer="B"))
        roll_up_figures()
        nothing_changes_any_more()
        Posting.objects.filter(customer="B").update(customer="D")
        next_day()
        rounds = 0
        submit(rest, sales_invoice(customer="C"))
        roll_up_figures()
        assert figure_of("C") == {"pending": 1}, "what changed comes first"
        while Recount.objects.exists():
            before = freshness().as_of
            roll_up_figures()
            assert freshness().as_of != before
            rounds += 1
        assert rounds > 4
        assert sorted(PartnerFigure.objects.values_list("code", flat=True)) == ["A", "C", "D"]

    def test_one_that_is_under_way_is_not_begun_again(self, rest: APIClient) -> None:
        submit(rest, *(sales_invoice(customer=f"CUST-{number}") for number in range(3)))
        roll_up_figures()
        next_day()
        while not Recount.objects.filter(source="postings", after="CUST-0").exists():
            roll_up_figures()
        left = Recount.objects.get(after="CUST-0")
        next_day()
        roll_up_figures()
        assert Recount.objects.get(pk=left.pk).after == "CUST-1"

    def test_a_worker_is_woken_for_it_each_minute(self, rung: list[str]) -> None:
        roll_up_figures()
        minutes_pass()
        assert not wake_for_figures(), "nothing changed, and no recount is under way"
        next_day()
        assert wake_for_figures()
        roll_up_figures()
        assert Recount.objects.exists()
        assert not wake_for_figures(), "not yet a minute"
        minutes_pass()
        assert wake_for_figures()
