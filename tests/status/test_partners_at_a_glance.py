"""*Customers at a glance* and suppliers: the list, one of them, and what is exported."""

import csv
import datetime
import io
from collections.abc import Callable

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.states import State
from apps.foundation.audit import AuditEntry
from apps.masterdata.models import Customer, CustomerAddress
from apps.status.models import PartnerFigure
from apps.status.services.roll_up import roll_up_figures
from tests.factories.documents import purchase_invoice, sales_credit_note, sales_invoice
from tests.factories.masterdata import CustomerFactory, IntegrationStateFactory, SupplierFactory
from tests.status.standing import put, submit

CUSTOMERS, SUPPLIERS = "/admin/status/customerfigure/", "/admin/status/supplierfigure/"
Person = Callable[[Role], User]
ORDERS = {
    "": ["ELSEWHERE", "HARBOUR", "QUIET"],
    "o=-0": ["QUIET", "HARBOUR", "ELSEWHERE"],
    "o=1": ["ELSEWHERE", "QUIET", "HARBOUR"],
    "o=-3": ["HARBOUR", "ELSEWHERE", "QUIET"],
    "o=-5": ["HARBOUR", "ELSEWHERE", "QUIET"],
    "o=8": ["ELSEWHERE", "HARBOUR", "QUIET"],
    "o=-8.0": ["HARBOUR", "ELSEWHERE", "QUIET"],
    "documents=in_error": ["HARBOUR"],
    "documents=pending": ["ELSEWHERE", "HARBOUR"],
    "documents=none": ["QUIET"],
    "status__exact=success": ["HARBOUR"],
    "q=harb": ["HARBOUR"],
    "q=Harbour%20t": ["HARBOUR"],
    "q=tools": [],
    "q=%3DQUI": ["QUIET"],
}
"""By what is asked for: the IDs of the list, in its order. Columns are counted from 0; of two that are equal,
the one that was first counted later comes first, and those of the master data are counted first."""


@pytest.fixture
def operator(person: Person, client: Client) -> Client:
    client.force_login(person(Role.OPERATOR))
    return client


@pytest.fixture
def harbour(rest: APIClient, configuration: IntacctConfiguration) -> Customer:
    """A customer in Sage Intacct with a posted invoice, a pending one, a credit note in error, and two others."""
    made = CustomerFactory(code="HARBOUR", name="Harbour Tools")
    CustomerAddress.objects.create(owner=made, code="MAIN", is_primary=True, city="Reno", email="buy@harbour.example")
    IntegrationStateFactory(connection=configuration, node="customer", object_name="CUSTOMER", key="HARBOUR")
    CustomerFactory(code="QUIET", name="=Quiet Waters")
    posted, _, failed, _, _ = submit(
        rest,
        sales_invoice(customer="HARBOUR", number="SI-1"),
        sales_invoice(customer="HARBOUR", number="SI-2", currency="EUR"),
        sales_credit_note(customer="HARBOUR", number="CN-1"),
        sales_invoice(customer="ELSEWHERE", number="SI-3"),
        purchase_invoice(supplier="SUPPLY", number="PI-1"),
    )
    put(posted, State.POSTED)
    put(failed, State.ERROR)
    roll_up_figures()
    return made


def shown(client: Client, asked: str = "", page: str = CUSTOMERS) -> list[str]:
    """The IDs of a list, in its order."""
    return [figure.code for figure in client.get(f"{page}?{asked}").context["cl"].result_list]


class TestTheList:
    def test_says_where_each_customer_stands(self, operator: Client, harbour: Customer) -> None:
        page = operator.get(CUSTOMERS).text
        figure = PartnerFigure.objects.get(code="HARBOUR")
        assert f'href="/admin/masterdata/customer/{harbour.pk}/change/"' in page
        assert f'href="{CUSTOMERS}{figure.pk}/change/' in page
        state = IntegrationState.objects.get(key="HARBOUR")
        assert f'href="/admin/delivery/integrationstate/{state.pk}/change/"' in page
        for words in ("Harbour Tools", "Success", "108.88", "USD", "EUR", "Not in the master data"):
            assert words in page
        assert "Figures as of" in page

    def test_each_number_is_a_link_to_its_postings(self, operator: Client, harbour: Customer) -> None:
        page = operator.get(CUSTOMERS).text
        for state, numbers in {"posted": ["SI-1"], "open": ["SI-2"], "error": ["CN-1"]}.items():
            link = f"/admin/postings/posting/?customer=HARBOUR&state={state}"
            assert link.replace("&", "&amp;") in page
            assert [one.number for one in operator.get(link).context["cl"].result_list] == numbers
        every = operator.get("/admin/postings/posting/?customer=HARBOUR").context["cl"].result_list
        assert [one.number for one in every] == ["CN-1", "SI-2", "SI-1"]

    def test_suppliers_have_a_list_of_their_own(self, operator: Client, harbour: Customer) -> None:
        SupplierFactory(code="SUPPLY-2")
        roll_up_figures()
        assert shown(operator, page=SUPPLIERS) == ["SUPPLY", "SUPPLY-2"]
        assert "/admin/postings/posting/?supplier=SUPPLY&amp;state=open" in operator.get(SUPPLIERS).text

    def test_is_sorted_filtered_and_searched(self, operator: Client, harbour: Customer) -> None:
        assert {asked: shown(operator, asked) for asked in ORDERS} == ORDERS

    def test_says_what_to_do_before_anything_was_counted(self, operator: Client) -> None:
        page = operator.get(CUSTOMERS).text
        assert "manage.py roll_up_figures" in page
        assert "Not everything was counted yet." in page

    @pytest.mark.parametrize(("role", "status"), [(Role.PARTNER, 302), (Role.REST_CLIENT, 403)])
    def test_is_closed_to_who_is_not_of_the_house(
        self, person: Person, client: Client, role: Role, status: int
    ) -> None:
        client.force_login(person(role))
        assert client.get(CUSTOMERS).status_code == status
        assert client.post(f"{CUSTOMERS}export/csv/").status_code == status


class TestOneOfThem:
    def page(self, client: Client, code: str) -> str:
        return client.get(f"{CUSTOMERS}{PartnerFigure.objects.get(code=code).pk}/change/").text

    def test_shows_figures_amounts_documents_and_what_fails(self, operator: Client, harbour: Customer) -> None:
        page = self.page(operator, "HARBOUR")
        for words in ("Harbour Tools", "Mend it.", "buy@harbour.example", "SI-1", "SI-2", "CN-1", "108.88"):
            assert words in page
        assert f"/admin/masterdata/customer/{harbour.pk}/change/" in page
        assert "SI-3" not in page

    def test_one_that_only_documents_name(self, operator: Client, harbour: Customer) -> None:
        page = self.page(operator, "ELSEWHERE")
        assert "kept in Sage Intacct only" in page
        assert "Open the record" not in page


class TestExport:
    def test_csv_has_what_the_list_shows_and_runs_nothing(self, operator: Client, harbour: Customer) -> None:
        answer = operator.post(f"{CUSTOMERS}export/csv/")
        assert answer["Content-Disposition"].startswith('attachment; filename="customers-')
        rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer.getvalue().decode()))}
        assert list(rows) == ["ELSEWHERE", "HARBOUR", "QUIET"]
        wanted = {
            "name": "Harbour Tools", "in_master_data": "yes", "integration_status": "success", "posted": "1",
            "pending": "1", "in_error": "1", "posted_USD": "108.88", "not_posted_USD": "-108.88",
            "not_posted_EUR": "108.88",
        }  # fmt: skip
        assert {name: rows["HARBOUR"][name] for name in wanted} == wanted
        assert rows["QUIET"]["name"] == "'=Quiet Waters"
        entry = AuditEntry.objects.get(action="figures_exported")
        assert entry.detail == {"rows": 3, "filter": ""}

    def test_xlsx_has_the_same_filtered(self, operator: Client, harbour: Customer) -> None:
        answer = operator.post(f"{CUSTOMERS}export/xlsx/?documents=in_error")
        (head, row) = openpyxl.load_workbook(io.BytesIO(answer.content)).active.values
        values = dict(zip(head, row, strict=True))
        assert values["id"] == "HARBOUR"
        assert values["posted_USD"] == 108.88

    def test_a_workbook_can_be_added_up_and_sorted_by_time(self, operator: Client, harbour: Customer) -> None:
        answer = operator.post(f"{CUSTOMERS}export/xlsx/?documents=in_error")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        row = {head.value: cell for head, cell in zip(*sheet.iter_rows(), strict=True)}
        assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Customers", "B2", sheet.dimensions)
        assert (row["in_error"].value, row["posted_USD"].data_type) == (1, "n")
        assert row["posted_USD"].number_format == "#,##0.00"
        assert isinstance(row["last_activity_at"].value, datetime.datetime)
        assert all(sheet.column_dimensions[cell.column_letter].width >= 10 for cell in row.values())

    def test_a_workbook_has_a_bound(self, operator: Client, harbour: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("apps.status.admin.partner_figure.MOST_IN_XLSX", 2)
        answer = operator.post(f"{CUSTOMERS}export/xlsx/", follow=True)
        assert "A workbook has 2 rows at the most, and these are 3. Take CSV, or filter." in answer.text
        assert not AuditEntry.objects.filter(action="figures_exported").exists()

    def test_is_not_made_by_following_a_link(self, operator: Client, harbour: Customer) -> None:
        assert operator.get(f"{CUSTOMERS}export/csv/").status_code == 405
