"""A posting's page as a story: its way, T-accounts, timeline, attempts side by side; and live while it is open."""

import datetime
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.delivery.exchange import MOST_LINES
from apps.delivery.models import Attempt, Delivery, Probe, WorkerHeartbeat
from apps.delivery.models.probe import Verdict
from apps.delivery.states import Outcome, State
from apps.options.models import Option
from apps.postings.models import Posting
from tests.factories.documents import sales_invoice

STOP = 286
LIST = "/admin/postings/posting/"


@pytest.fixture
def signed_in(person: Callable[[Role], User]) -> Callable[[Role], Client]:
    def make(role: Role) -> Client:
        browser = Client()
        browser.force_login(person(role))
        return browser

    return make


@pytest.fixture
def admin(signed_in: Callable[[Role], Client]) -> Client:
    return signed_in(Role.INTEGRATION_ADMIN)


@pytest.fixture
def posting(intacct_on: Option, rest: APIClient) -> Posting:
    """A sales invoice of 100.00 with 8.88 of tax, which a worker may take at once."""
    WorkerHeartbeat.objects.create(worker="host:1", beaten_at=timezone.now())
    answer = rest.post("/api/v1/postings/", sales_invoice(), format="json")
    assert answer.status_code == 201, answer.json()
    return Posting.objects.get()


def delivery_of(posting: Posting) -> Delivery:
    return Delivery.objects.get(target_document__posting=posting)


def attempt(posting: Posting, number: int, **more: Any) -> Attempt:
    delivery, now = delivery_of(posting), timezone.now()
    return Attempt.objects.create(**{
        "delivery": delivery, "number": number, "epoch": 1, "control_id": delivery.control_id,
        "payload_sha256": "0" * 64, "batch_id": f"b-{number}", "worker": "host:1", "started_at": now,
        "deadline_at": now, "finished_at": now + datetime.timedelta(seconds=2), "outcome": Outcome.REFUSED,
        "note": f"Refused the {number}. time.", "request_xml": f"<a>\n  <b>same</b>\n  <c>{number}</c>\n</a>\n",
        "response_xml": f"<answer>{number}</answer>\n", **more,
    })  # fmt: skip


def to(posting: Posting, *states: State, **more: Any) -> None:
    """Move it as a worker would, step by step; the values belong to the last step."""
    rows = Delivery.objects.filter(target_document__posting=posting)
    for state in states:
        is_sent = state == State.SENDING
        lease = {"lease_token": "t" if is_sent else "", "lease_until": timezone.now() if is_sent else None}
        rows.update(state=state, updated_at=timezone.now(), **lease, **(more if state == states[-1] else {}))


def page_of(client: Client, posting: Posting) -> str:
    return client.get(f"{LIST}{posting.pk}/change/").text


def words(html: str) -> str:
    html = re.sub(r'<span class="material-symbols[^>]*>.*?</span>', "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def part(html: str, start: str, end: str = "</section>") -> str:
    return words(html[html.index(start) : html.index(end, html.index(start))])


def polled(html: str) -> str:
    found = re.search(r'hx-get="([^"]+)" hx-trigger', html)
    return unescape(found[1]) if found else ""


def test_the_way_says_where_it_is_and_what_is_to_come(admin: Client, posting: Posting) -> None:
    steps = part(page_of(admin, posting), 'id="way-heading"')
    assert re.search(r"Source document Done Sales invoice \S+, submitted by client .*\. \d", steps)
    assert "Checked Done It was complete" in steps
    assert "Waits Now Its turn comes within a minute." in steps
    assert "Sent To come Record in Sage Intacct To come" in steps

    attempt(posting, 1, outcome=Outcome.SUCCESS)
    to(posting, State.SENDING, State.POSTED, record_no="12", posted_at=timezone.now(), last_sent_at=timezone.now())
    steps = part(page_of(admin, posting), 'id="way-heading"')
    assert "Waits Done" in steps
    assert "Sent Done 1 attempt." in steps
    assert "Record in Sage Intacct Done Record 12" in steps


def test_each_account_is_a_t_with_sums_and_balance(admin: Client, posting: Posting) -> None:
    accounts = part(page_of(admin, posting), 'id="t-accounts-heading"')
    assert re.search(
        r"4000 \S.* USD Debit Credit Line 1 100\.00 Sum 0\.00 Sum 100\.00 Balance: 100\.00 credit", accounts
    )
    assert re.search(r"Tax \S+ of line 1 8\.88 Sum 0\.00 Sum 8\.88 Balance: 8\.88 credit", accounts)
    assert "Control account of the AR invoice 108.88 Sum 108.88 Sum 0.00 Balance: 108.88 debit" in accounts


def test_the_timeline_is_one_list_newest_first_and_folds_what_is_earlier(admin: Client, posting: Posting) -> None:
    attempt(posting, 1)
    Probe.objects.create(
        delivery=delivery_of(posting), asked_at=timezone.now() + datetime.timedelta(seconds=5), scope="top",
        looked_for="x", verdict=Verdict.ABSENT, note="Not there.",
    )  # fmt: skip
    happened = part(page_of(admin, posting), 'id="timeline-heading"')
    in_order = [
        "AR invoice looked up in Intacct: Not found, after the horizon", "AR invoice, attempt 1: Refused", "Submitted",
    ]  # fmt: skip
    places = [happened.index(one) for one in in_order]
    assert places == sorted(places)
    assert "Show all" not in happened
    for number in range(2, 32):
        attempt(posting, number)
    assert "Show all: 13 earlier entries" in part(page_of(admin, posting), 'id="timeline-heading"')


def test_attempts_stand_side_by_side_with_what_is_new_marked(admin: Client, posting: Posting) -> None:
    first, second = attempt(posting, 1), attempt(posting, 2)
    page = page_of(admin, posting)
    assert "Lines with a + are new since attempt 1." in page
    assert "<ins>  &lt;c&gt;2&lt;/c&gt;</ins>" in page
    assert "<ins>  &lt;b&gt;same" not in page
    assert f'id="answer-{first.pk}"' in page
    assert words(page).count("Answered after 2.0 s") == 2
    alone = admin.get(f"/admin/delivery/attempt/{second.pk}/change/").text
    assert "<ins>  &lt;c&gt;2&lt;/c&gt;</ins>" in alone
    told = admin.get(f"/admin/delivery/delivery/{second.delivery_id}/change/").text
    assert "AR invoice, attempt 2: Refused" in words(told)
    assert "<ins>  &lt;c&gt;2&lt;/c&gt;</ins>" in told


def test_a_large_message_is_cut_and_can_be_downloaded_whole(
    admin: Client, posting: Posting, signed_in: Callable[[Role], Client]
) -> None:
    whole = "<a>\n" + "  <b/>\n" * (MOST_LINES + 50) + "</a>\n"
    made = attempt(posting, 1, request_xml=whole, response_xml="")
    page = page_of(admin, posting)
    assert "52 more lines: download the whole text." in words(page)
    assert page.count("&lt;b/&gt;") < MOST_LINES
    address = f"/admin/delivery/attempt/{made.pk}/request.xml"
    assert address in page
    file = admin.get(address)
    assert (file.text, file["Content-Type"]) == (whole, "text/xml; charset=utf-8")
    assert "attachment" in file["Content-Disposition"]
    assert admin.get(f"/admin/delivery/attempt/{made.pk}/answer.xml").status_code == 404

    operator = signed_in(Role.OPERATOR)
    assert operator.get(address).status_code == 403
    assert address not in page_of(operator, posting)


def test_where_no_worker_works_the_page_says_so(admin: Client, posting: Posting) -> None:
    assert "Why nothing moves" not in page_of(admin, posting)
    WorkerHeartbeat.objects.update(beaten_at=timezone.now() - datetime.timedelta(minutes=7))
    assert "No worker has worked for 7 minutes." in page_of(admin, posting)


def test_the_story_is_fresh_while_it_is_open_and_ends_when_it_is_posted(
    admin: Client, posting: Posting, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    address = polled(page_of(admin, posting))
    with django_assert_max_num_queries(16):
        assert admin.get(address).status_code == 204
    to(posting, State.SENDING)
    moved = admin.get(address)
    assert (moved.status_code, "It is on its way." in moved.text) == (200, True)
    to(posting, State.POSTED, record_no="12", posted_at=timezone.now())
    ended = admin.get(polled(moved.text))
    assert ended.status_code == STOP
    assert "Record 12" in ended.text
    assert re.search(r'data-said="Sales invoice \S+: Posted\."', ended.text)
    assert polled(ended.text) == ""


def test_the_list_exchanges_the_cells_of_its_open_rows(
    admin: Client, posting: Posting, rest: APIClient, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for _ in range(5):
        assert rest.post("/api/v1/postings/", sales_invoice(), format="json").status_code == 201
    address = polled(admin.get(LIST).text)
    with django_assert_max_num_queries(12):
        assert admin.get(address).status_code == 204
    to(posting, State.SENDING, State.ERROR, problem={"kind": "refused", "detail": "Closed.", "next_step": "Open it."})
    with django_assert_max_num_queries(12):
        answer = admin.get(address)
    assert answer.status_code == 200
    assert re.search(rf'<div id="state-{posting.pk}" hx-swap-oob="true">.*?Error', answer.text, re.DOTALL)
    assert re.search(rf'<div id="result-{posting.pk}" hx-swap-oob="true">.*?Closed\.', answer.text, re.DOTALL)
    assert "5 rows of this page are on their way." in words(answer.text)
