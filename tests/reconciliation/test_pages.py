"""The *Reconciliation* page: choose days, a worker compares, the result is there whenever one comes back."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.delivery.states import RunState
from apps.foundation.models import AuditEntry
from apps.intacct import Delete, Function
from apps.organisation.models import Company
from apps.reconciliation.models import ReconciliationRun
from apps.reconciliation.services.work import work_due_runs
from tests.conftest import Person
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.reconciliation.by_hand import change, entry_by_hand
from tests.sandbox_process import SandboxProcess

PAGE = "/admin/reconciliation/reconciliationrun/"
ASKED = {"from": "2026-10-01", "to": "2026-10-31", "company": "", "compare": "yes"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(person: Person, client: Browser) -> Browser:
    client.force_login(person(Role.AUDITOR))
    return client


def started(browser: Browser, **asked: str) -> str:
    """The address of the comparison that was started."""
    answer = browser.post(PAGE, {**ASKED, **asked})
    assert answer.status_code == 302, answer.context["form"].errors
    return str(answer["Location"])


def worked(browser: Browser, **asked: str) -> str:
    """The page of a comparison that a worker has ended."""
    address = started(browser, **asked)
    work_due_runs()
    return browser.get(address).text


def test_nothing_is_asked_before_a_worker_takes_it_and_the_page_follows(
    post: Any, auditor: Browser, sandbox: SandboxProcess
) -> None:
    post(sales_shipment())
    before = sandbox.stats()["functions"]
    assert "Nothing compared yet" in auditor.get(PAGE).text
    address = started(auditor)
    page = auditor.get(address).text
    assert "Waits for a worker, which takes it within a minute." in page
    assert "Started by auditor." in page
    assert 'hx-trigger="every 2s"' in page
    assert sandbox.stats()["functions"] == before

    poll = address.replace("/change/", "/progress/")
    assert auditor.get(poll).status_code == 200
    work_due_runs()
    ended = auditor.get(poll)
    assert (ended.status_code, "Portal and Intacct agree" in ended.text, "hx-get" in ended.text) == (286, True, False)
    assert AuditEntry.objects.get(action="period_compared").actor == "auditor"


def test_the_result_shows_both_sides_of_what_differs(
    post: Any, auditor: Browser, in_intacct: Callable[[Function], Any]
) -> None:
    gone, changed, kept = post(sales_invoice(), purchase_invoice(), sales_shipment())
    in_intacct(Delete("by-hand", gone.object_name, [gone.record_no]))
    in_intacct(change(changed, WHENPOSTED="10/22/2026"))
    in_intacct(entry_by_hand())
    page = worked(auditor)
    assert "1 document agrees, 1 is missing in Intacct, 1 is different." in page
    assert "1 was made in Intacct itself." in page
    for delivery in (gone, changed):
        assert f'href="/admin/postings/posting/{delivery.target_document.posting_id}/change/"' in page
    assert kept.number not in page
    assert f'href="{changed.record_url}"' in page
    assert "the posting date is 2026-10-22, not 2026-10-21" in page
    assert "Find out who deleted it in Intacct" in page
    assert "A copy is reversed in Intacct." not in page, "there is none"


def test_the_last_result_is_there_at_once_with_all_that_came_before(
    post: Any, auditor: Browser, in_intacct: Callable[[Function], Any], sandbox: SandboxProcess
) -> None:
    (gone,) = post(sales_shipment())
    worked(auditor)
    in_intacct(Delete("by-hand", "GLBATCH", [gone.record_no]))
    worked(auditor)
    before = sandbox.stats()["functions"]
    page = auditor.get(PAGE).text
    assert "Last result:" in page
    assert "0 documents agree, 1 is missing in Intacct." in page
    assert page.count("Portal and Intacct differ") == 2, "the last result, and its row"
    assert page.count("Portal and Intacct agree") == 1
    assert sandbox.stats()["functions"] == before


def test_the_csv_has_every_row_and_runs_no_formula(
    post: Any, auditor: Browser, in_intacct: Callable[[Function], Any]
) -> None:
    (bill,) = post(purchase_invoice(number="-2+3"))
    in_intacct(Delete("by-hand", bill.object_name, [bill.record_no]))
    in_intacct(entry_by_hand(number="=1+1"))
    address = started(auditor)
    early = auditor.get(address.replace("/change/", "/csv/"), follow=True)
    assert "This comparison has no result yet." in early.text
    work_due_runs()
    answer = auditor.get(address.replace("/change/", "/csv/"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="reconciliation-2026-10-01-2026-10-31.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [
        (one["section"], one["number"], one["portal_amount"], one["difference"], one["made_in_intacct_amount"])
        for one in rows
    ] == [
        ("total", "", "129.90", "-129.90", "0.00"),
        ("total", "", "0.00", "0.00", "12.34"),
        ("grand_total", "", "129.90", "-129.90", "12.34"),
        ("missing", "'-2+3", "129.90", "", ""),
        ("not_from_portal", "'=1+1", "", "", "12.34"),
    ]


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ({"from": "2026-10-31", "to": "2026-10-01"}, "before it begins"),
        ({"from": "2026-01-01", "to": "2027-12-31"}, "400 can be compared at once"),
        ({"from": "yesterday", "to": ""}, "Enter a valid date."),
        ({"from": "2026-10-01", "to": "2026-10-31", "company": "X"}, "Select a valid choice."),
    ],
)
def test_the_form_says_what_is_wrong_with_it(
    period: dict[str, str], words: str, auditor: Browser, company: Company, configuration: IntacctConfiguration
) -> None:
    page = auditor.post(PAGE, {**ASKED, **period})
    assert (page.status_code, words in page.text) == (200, True)
    assert not ReconciliationRun.objects.exists()


def test_a_second_one_is_refused_in_words(
    auditor: Browser, company: Company, configuration: IntacctConfiguration
) -> None:
    started(auditor)
    page = auditor.post(PAGE, ASKED)
    assert (page.status_code, "is being compared with Sage Intacct already" in page.text) == (200, True)
    assert ReconciliationRun.objects.count() == 1


def test_it_can_be_cancelled_and_compared_again(post: Any, auditor: Browser) -> None:
    post(sales_shipment())
    address = started(auditor, company="100")
    cancel = address.replace("/change/", "/cancel/")
    assert auditor.get(cancel).status_code == 405
    page = auditor.post(cancel, follow=True).text
    assert "Cancelled. What was compared before stays." in page
    assert '<input type="hidden" name="company" value="100">' in page
    assert "has ended" in auditor.post(cancel, follow=True).text
    assert "1 document agrees." in worked(auditor, company="100")


def test_an_intacct_that_can_t_be_asked_is_said_in_words(
    auditor: Browser, company: Company, connection: IntacctConfiguration
) -> None:
    connection.user_password = "wrong"
    connection.save()
    page = worked(auditor)
    assert ReconciliationRun.objects.get().state == RunState.FAILED
    assert "Intacct can&#x27;t be asked" in page
    assert "Compare again" in page


@pytest.mark.parametrize(("role", "status"), [(Role.OPERATOR, 200), (Role.REST_CLIENT, 403), (Role.PARTNER, 302)])
def test_who_may_see_postings_may_compare_them(
    role: Role, status: int, person: Person, client: Browser, company: Company, configuration: IntacctConfiguration
) -> None:
    client.force_login(person(role))
    assert client.get(PAGE).status_code == status
    client.post(PAGE, ASKED)
    assert ReconciliationRun.objects.exists() == (status == 200)


def test_who_may_not_see_postings_gets_no_result(post: Any, auditor: Browser, person: Person, company: Company) -> None:
    post(sales_shipment())
    address = started(auditor)
    work_due_runs()
    other = Browser()
    other.force_login(person(Role.REST_CLIENT))
    for place in ("change", "progress", "csv", "cancel"):
        answer = other.post if place == "cancel" else other.get
        assert answer(address.replace("/change/", f"/{place}/")).status_code in (403, 286), place
    assert "agree" not in other.get(address.replace("/change/", "/progress/")).text


def test_the_page_is_read_in_french_too(post: Any, auditor: Browser, in_intacct: Callable[[Function], Any]) -> None:
    (gone,) = post(sales_shipment())
    in_intacct(Delete("by-hand", "GLBATCH", [gone.record_no]))
    address = started(auditor)
    work_due_runs()
    page = auditor.get(PAGE, headers={"accept-language": "fr"}).text
    assert "400 jours au plus." in page
    assert "Le portail et Intacct diffèrent" in page
    result = auditor.get(address, headers={"accept-language": "fr"}).text
    assert f"Intacct n’a plus l’enregistrement {gone.record_no}" in result
