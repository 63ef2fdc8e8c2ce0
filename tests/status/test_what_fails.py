"""What fails, for readers outside: in plain words, the oldest first, page by page, and as a file."""

import csv
import io

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches

from apps.access.services.partners import give_companies
from apps.delivery.models import Delivery
from apps.delivery.problems import ProblemKind
from apps.delivery.states import State
from apps.foundation.audit import AuditEntry
from apps.intacct.error_catalogue import error_catalogue
from apps.organisation.models import Company
from apps.status import failing as failing_module
from apps.status.reasons import OF_KIND, REASONS
from tests.status.conftest import Failing, Partner

pytestmark = pytest.mark.django_db
PAGE = "/status/companies/100/"


@pytest.fixture(autouse=True)
def counters() -> None:
    caches["throttles"].clear()


def numbers(page: str) -> list[str]:
    return [part.partition("<")[0] for part in page.split('<span class="status-document">')[1:]]


@pytest.mark.parametrize(
    ("meaning", "kind", "words"),
    [
        (
            "The customer of the document does not exist in Intacct, or not in this entity.",
            "master_data",
            "A customer is missing in Sage Intacct.",
        ),
        (
            "The supplier is on hold in Intacct; only credits are taken.",
            "refused",
            "The customer or supplier is on hold",
        ),
        ("Something new.", "master_data", "A record that the document refers to is missing"),
        ("Something new.", "refused", "Sage Intacct did not take the document."),
        ("", "unresolved", "It is not known yet whether Sage Intacct has this document."),
        ("", "conflict", "but with other content"),
        ("", "from a later version", "Sage Intacct did not take the document."),
    ],
)
def test_the_reason_is_said_in_plain_words(
    meaning: str, kind: str, words: str, company: Company, failing: Failing, partner: Partner
) -> None:
    failing(company, number="SI-1", meaning=meaning, kind=kind)

    assert words in partner(company).get(PAGE).text


def test_every_topic_and_kind_has_its_words() -> None:
    assert set(error_catalogue().topics.values()) <= set(REASONS)
    assert set(OF_KIND) == set(ProblemKind)
    assert set(OF_KIND.values()) <= set(REASONS)


def test_the_oldest_are_first_and_each_is_on_one_page(
    company: Company, failing: Failing, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing_module, "ROWS", 2)
    for number in range(5):
        failing(company, number=f"SI-{number}")
    client = partner(company)

    seen, query = [], ""
    for _ in range(3):
        answer = client.get(f"{PAGE}?{query}")
        seen.append(numbers(answer.text))
        query = answer.context["next_query"]

    assert seen == [["SI-0", "SI-1"], ["SI-2", "SI-3"], ["SI-4"]]
    assert query == ""
    assert "5 documents need attention" in answer.text


def test_very_many_are_not_counted_to_their_end(
    company: Company, failing: Failing, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing_module, "MOST_COUNTED", 2)
    client = partner(company)
    for number in range(3):
        assert "More than" not in client.get(PAGE).text
        failing(company, number=f"SI-{number}")
    assert "More than 2 documents need attention. The oldest are first." in client.get(PAGE).text


def test_a_page_that_was_left_open_goes_on_behind_a_document_that_was_mended_meanwhile(
    company: Company, failing: Failing, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing_module, "ROWS", 2)
    postings = [failing(company, number=f"SI-{number}") for number in range(4)]
    client = partner(company)
    following = client.get(PAGE).context["next_query"]

    Delivery.objects.filter(target_document__posting=postings[1]).update(state=State.PENDING, problem=None)

    assert numbers(client.get(f"{PAGE}?{following}").text) == ["SI-2", "SI-3"]


def test_what_is_sent_again_is_not_listed(company: Company, failing: Failing, partner: Partner) -> None:
    posting = failing(company, number="SI-1")
    client = partner(company)
    Delivery.objects.filter(target_document__posting=posting).update(state=State.PENDING, problem=None)

    assert "Nothing fails." in client.get(PAGE).text


def test_it_is_filtered_by_document_type(company: Company, failing: Failing, partner: Partner) -> None:
    failing(company, number="SI-1")
    client = partner(company)

    assert numbers(client.get(f"{PAGE}?type=sales_invoice").text) == ["SI-1"]
    other = client.get(f"{PAGE}?type=purchase_invoice").text
    assert numbers(other) == []
    assert "Show everything that fails" in other


def test_the_file_runs_nothing_and_is_in_the_audit_trail(company: Company, failing: Failing, partner: Partner) -> None:
    for number in ('=HYPERLINK("x")', "+1", "-1", "@x", "SI-1"):
        failing(company, number=number)
    client = partner(company)
    give_companies(user=User.objects.get(), companies=[company], shows_amounts=True, actor="test")

    answer = client.get(f"{PAGE}failing.csv")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["number"] for row in rows] == ['\'=HYPERLINK("x")', "'+1", "'-1", "'@x", "SI-1"]
    assert {(row["document_type"], row["amount"], row["currency"]) for row in rows} == {
        ("Sales invoice", "108.88", "USD")
    }
    assert answer["Content-Disposition"].startswith('attachment; filename="status-northfield-pumps-valves-inc-')
    entry = AuditEntry.objects.get(action="status_exported")
    assert (entry.actor, entry.company, entry.detail["rows"]) == ("partner", "100", 5)
