"""Who sees which company on the status pages, and what a page says. Links: `test_shared_links`."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from time_machine import travel

from apps.access.roles import Role
from apps.access.services.partners import give_companies
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import WorkerHeartbeat
from apps.organisation.models import Company
from apps.status.services.roll_up import roll_up_figures
from tests.conftest import Person
from tests.factories.organisation import CompanyFactory
from tests.status.conftest import SECRET_WORDS, Failing, Partner

pytestmark = pytest.mark.django_db
LIST, OWN, OTHER = "/status/?all=yes", "/status/companies/100/", "/status/companies/200/"
PARTS = ("", "live/", "failing.csv")
HOUSE = frozenset({Role.INTEGRATION_ADMIN, Role.OPERATOR, Role.AUDITOR})


def status_of(role: Role, address: str) -> int:
    if role == Role.REST_CLIENT:
        return 403
    return 404 if role == Role.PARTNER and address.startswith(OTHER) else 200


def test_a_partner_sees_how_a_company_stands(
    company: Company, worker: WorkerHeartbeat, failing: Failing, partner: Partner
) -> None:
    failing(company, number="SI-1", meaning="The accounting period of the document is closed in Intacct.")
    roll_up_figures()

    page = partner(company).get(OWN).text

    assert f"Status of {escape(company.name)}" in page
    assert "Flowing" in page
    assert "1 document needs attention." in page
    assert "SI-1" in page
    assert "The accounting period is closed in Sage Intacct." in page
    assert "Ask your contact at the company to open the period" in page
    assert "The highest bar is 1 document." in page


def test_a_reader_chooses_the_language(company: Company, worker: WorkerHeartbeat, partner: Partner) -> None:
    reader = partner(company)
    answer = reader.post("/language/", {"language": "de", "next": OWN}, follow=True)
    assert f"Status von {escape(company.name)}" in answer.text
    assert '<html lang="de">' in answer.text
    in_french = Client(headers={"Accept-Language": "fr"}).get("/status/login/").text
    assert '<html lang="fr">' in in_french
    assert 'lang="en-gb">English</button>' in in_french, "each language by its own name"


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_its_companies_and_no_other(
    role: Role, company: Company, other_company: Company, configuration: IntacctConfiguration, person: Person
) -> None:
    user = person(role)
    give_companies(user=user, companies=[company], shows_amounts=False, actor="test")
    client = Client()
    client.force_login(user)

    addresses = [LIST, *(f"{page}{part}" for page in (OWN, OTHER) for part in PARTS)]
    assert {address: client.get(address).status_code for address in addresses} == {
        address: status_of(role, address) for address in addresses
    }
    listed = client.get(LIST).text
    assert (escape(company.name) in listed, other_company.name in listed) == (
        role in HOUSE or role == Role.PARTNER,
        role in HOUSE,
    )


def test_who_is_not_signed_in_is_sent_to_the_status_pages_own_sign_in(company: Company, client: Client) -> None:
    for address in (LIST, *(f"{OWN}{part}" for part in PARTS)):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/status/login/")


def test_a_partner_without_companies_is_told_whom_to_ask(partner: Partner) -> None:
    assert "Ask an integration admin of the portal" in partner().get("/status/").text


def test_a_partner_with_one_company_is_taken_to_it(company: Company, partner: Partner) -> None:
    assert partner(company).get("/status/")["Location"] == OWN


def test_nothing_of_another_company_by_any_parameter(
    company: Company, other_company: Company, failing: Failing, partner: Partner
) -> None:
    failing(company, number="OURS-1")
    failing(other_company, number="THEIRS-1")
    client = partner(company)
    tried = (
        "company=200",
        "company=2",
        "type=sales_invoice",
        "after=eyJ9",
        "type=x&after=%00",
        "ordering=company",
        "q=THEIRS",
    )

    for query in tried:
        for part in PARTS:
            answer = client.get(f"{OWN}{part}?{query}")
            assert answer.status_code == 200
            assert "THEIRS-1" not in answer.text
            assert other_company.name not in answer.text


@pytest.mark.parametrize("part", PARTS)
def test_nothing_internal_is_said(
    part: str, company: Company, configuration: IntacctConfiguration, failing: Failing, partner: Partner
) -> None:
    posting = failing(company, number="SI-1")

    page = partner(company).get(f"{OWN}{part}").text

    internal = (
        *SECRET_WORDS.split(),
        posting,
        configuration.endpoint_url,
        configuration.company_id,
        configuration.user_id,
    )
    assert [word for word in internal if word and word in page] == []


def test_amounts_are_shown_to_whom_they_were_allowed(company: Company, failing: Failing, partner: Partner) -> None:
    failing(company, number="SI-1")
    client = partner(company)
    pages = [client.get(f"{OWN}{part}").text for part in ("", "failing.csv")]
    assert [page for page in pages if "108.88" in page or "USD" in page] == []

    give_companies(user=User.objects.get(), companies=[company], shows_amounts=True, actor="test")

    assert "108.88 USD" in client.get(OWN).text
    assert "108.88,USD" in client.get(f"{OWN}failing.csv").text


def test_pages_cost_as_many_queries_for_much_as_for_little(
    company: Company, worker: WorkerHeartbeat, failing: Failing, partner: Partner
) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    failing(company, number="SI-0")
    client = partner(company, shows_amounts=True)
    few = queries(OWN), queries(LIST)
    for number in range(1, 5):
        failing(company, number=f"SI-{number}")
    others = [CompanyFactory(code=f"3{number}", legislation=company.legislation) for number in range(5)]
    give_companies(user=User.objects.get(), companies=[company, *others], shows_amounts=True, actor="test")
    roll_up_figures()

    assert (queries(OWN), queries(LIST)) == few
    assert max(few) <= 20


def test_pages_are_kept_nowhere(company: Company, partner: Partner) -> None:
    client = partner(company)
    for address in (LIST, OWN, f"{OWN}live/", f"{OWN}failing.csv", OTHER):
        answer = client.get(address)
        assert (answer["Cache-Control"], "noindex" in answer["X-Robots-Tag"]) == ("no-store", True)
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_health_and_counts_are_refreshed_for_an_hour(
    company: Company, configuration: IntacctConfiguration, worker: WorkerHeartbeat, partner: Partner
) -> None:
    client = partner(company)
    page = client.get(OWN)
    part = page.context["live"]
    by_htmx = {"HX-Request": "true"}

    assert escape(part.address) in page.text
    assert client.get(part.address, headers=by_htmx).status_code == 204, "nothing is new"
    WorkerHeartbeat.objects.all().delete()
    changed = client.get(part.address, headers=by_htmx)
    assert (changed.status_code, "Stopped" in changed.text, "hx-trigger" in changed.text) == (200, True, True)
    with travel(timezone.now() + datetime.timedelta(hours=1)):
        last = client.get(part.address, headers=by_htmx)
    assert (last.status_code, "hx-trigger" in last.text) == (286, False)
    assert "no longer looks for changes" in last.text


def test_who_is_signed_out_is_told_so_in_the_part_that_asks(company: Company, partner: Partner) -> None:
    client = partner(company)
    client.logout()

    answer = client.get(f"{OWN}live/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["Cache-Control"]) == (286, "no-store")
    assert "You are signed out." in answer.text


class TestSigningIn:
    PASSWORD = "a long test password"

    def sign_in(self, client: Client, password: str = PASSWORD) -> Any:
        return client.post("/status/login/", {"username": "partner", "password": password})

    @pytest.fixture(autouse=True)
    def counters(self) -> None:
        caches["throttles"].clear()

    def test_a_partner_comes_to_the_status_pages_and_never_into_the_admin(self, person: Person, client: Client) -> None:
        person(Role.PARTNER)  # with the tick that others need to get into the admin

        assert self.sign_in(client)["Location"] == "/status/"
        assert client.get("/status/").status_code == 200
        for address in (
            "/admin/",
            "/admin/postings/posting/",
            "/admin/status/connection/",
            "/admin/access/sharedlink/",
        ):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")

    def test_signing_out_ends_it(self, person: Person, client: Client) -> None:
        person(Role.PARTNER)
        self.sign_in(client)

        assert client.post("/status/logout/")["Location"] == "/status/login/"
        assert client.get("/status/").status_code == 302

    def test_a_wrong_password_is_told(self, person: Person, client: Client) -> None:
        """How many may be wrong: `tests/access/test_passwords.py`."""
        person(Role.PARTNER)

        assert "do not belong together" in self.sign_in(client, "guess").text
        assert "Enter your user name and your password." in self.sign_in(client, "").text
        assert client.get("/status/").status_code == 302


def test_a_login_without_a_role_is_told_whom_to_ask(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("nobody"))

    answer = client.get("/status/")

    assert answer.status_code == 403
    assert "Ask an integration admin" in answer.text
