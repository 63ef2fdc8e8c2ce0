"""A link shows one company to whoever holds it, until it ends; whatever else is tried shows nothing."""

import datetime
import io
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from gunicorn.config import Config
from time_machine import travel

from apps.access.models import SharedLink
from apps.access.services.shared_links import NewLink, create_link, revoke_link
from apps.delivery.models import WorkerHeartbeat
from apps.foundation.audit import AuditEntry
from apps.foundation.log_lines import MaskedLinks
from apps.organisation.models import Company
from integration_portal.access_log import MaskedAccessLog
from tests.status.conftest import Failing

pytestmark = pytest.mark.django_db
PARTS = ("", "live/", "failing.csv")


def address(token: str, part: str = "") -> str:
    return f"/status/shared/{token}/{part}"


def test_whoever_holds_a_link_sees_its_company(
    company: Company, other_company: Company, worker: WorkerHeartbeat, failing: Failing, link: NewLink, client: Client
) -> None:
    failing(company, number="OURS-1")
    failing(other_company, number="THEIRS-1")

    page = client.get(address(link.token)).text

    assert f"Status of {escape(company.name)}" in page
    assert "OURS-1" in page
    assert "Made for Anna&#x27;s accountant" in page
    assert [word for word in ("THEIRS-1", other_company.name, "108.88", "USD") if word in page] == []


def test_opening_a_link_changes_nothing(link: NewLink, client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        for method in (client.get, client.head):
            assert method(address(link.token)).status_code == 200
        client.head(address(link.token, "failing.csv"))

    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
    assert not client.cookies


def test_each_other_text_is_answered_alike_by_the_same_work(company: Company, link: NewLink, client: Client) -> None:
    expired, revoked = (
        create_link(company=company, label="x", days=1, shows_amounts=False, actor="test") for _ in range(2)
    )
    past = timezone.now() - datetime.timedelta(days=2)
    SharedLink.objects.filter(pk=expired.link.pk).update(created_at=past, expires_at=past + datetime.timedelta(days=1))
    revoke_link(link=revoked.link, actor="test")
    token = link.token
    tampered = [
        f"{token[:place]}{'A' if letter != 'A' else 'B'}{token[place + 1 :]}" for place, letter in enumerate(token)
    ]
    others = [
        expired.token,
        revoked.token,
        "x",
        token.partition(".")[0],
        f"{token}.",
        f"{token} ",
        token.swapcase(),
        "%00",
    ]

    answers = set()
    for text in (*tampered, *others):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address(text))
        answers.add((answer.status_code, answer.text, len(captured)))

    ((status, words, queries),) = answers
    assert (status, queries) == (404, 1)
    assert "This link leads nowhere" in words
    assert {client.get(address(revoked.token, part)).status_code for part in PARTS} == {404}


def test_a_revoked_link_ends_at_once(link: NewLink, client: Client) -> None:
    assert client.get(address(link.token)).status_code == 200

    revoke_link(link=link.link, actor="test")

    assert client.get(address(link.token)).status_code == 404


def test_a_link_works_until_its_day_and_not_longer(link: NewLink, client: Client) -> None:
    with travel(link.link.expires_at - datetime.timedelta(seconds=1), tick=False):
        assert client.get(address(link.token)).status_code == 200
    with travel(link.link.expires_at, tick=False):
        assert client.get(address(link.token)).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_it_is_kept_nowhere_and_nothing_goes_elsewhere(part: str, link: NewLink, client: Client) -> None:
    answer = client.get(address(link.token, part))

    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "https://" not in answer.text
    assert client.get(address("wrong", part))["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_only_read(method: str, link: NewLink, client: Client) -> None:
    assert {getattr(client, method)(address(link.token, part)).status_code for part in PARTS} == {405}


class TestTheLanguage:
    """In the address alone: these pages set no cookie, and a page without a referrer sends no form."""

    def test_is_chosen_by_links_to_the_same_page(self, company: Company, link: NewLink, client: Client) -> None:
        page = client.get(address(link.token)).text
        assert [f'href="?language={code}" lang="{code}"' in page for code in ("en-gb", "fr", "de")] == [True] * 3

        chosen = client.get(address(link.token, "?language=de"))

        assert (chosen["Content-Language"], '<html lang="de">' in chosen.text) == ("de", True)
        assert f"Status von {escape(company.name)}" in chosen.text
        assert 'hreflang="de" rel="nofollow" aria-current="true">Deutsch</a>' in chosen.text
        assert 'hreflang="en-gb" rel="nofollow">English</a>' in chosen.text, "each by its own name"
        assert not client.cookies

    def test_goes_before_the_browsers_and_holds_for_that_page_only(self, link: NewLink, client: Client) -> None:
        in_french = {"Accept-Language": "fr"}

        languages = [
            client.get(address(link.token, query), headers=in_french)["Content-Language"]
            for query in ("", "?language=de", "", "?language=en-gb")
        ]

        assert languages == ["fr", "de", "fr", "en-gb"]
        assert client.get("/healthz").headers.get("Content-Language") is None
        assert client.get("/status/login/?language=de")["Content-Language"] == "en-gb", "elsewhere it is chosen by form"

    def test_is_kept_by_each_address_of_the_page(
        self, company: Company, worker: WorkerHeartbeat, failing: Failing, link: NewLink, client: Client
    ) -> None:
        for number in range(26):
            failing(company, number=f"SI-{number}")

        page = client.get(address(link.token, "?language=fr&type=sales_invoice"))

        assert '<input type="hidden" name="language" value="fr">' in page.text
        assert f'{address(link.token, "failing.csv")}?language=fr&amp;type=sales_invoice"' in page.text
        assert f"{address(link.token)}?language=fr&amp;type=sales_invoice&amp;after=" in page.text
        assert 'href="?language=de&amp;type=sales_invoice"' in page.text, "the filter is kept, too"
        part = page.context["live"]
        assert part.address.startswith(f"{address(link.token, 'live/')}?language=fr&seen=")
        assert client.get(part.address).status_code == 204
        WorkerHeartbeat.objects.all().delete()
        answer = client.get(part.address).text
        assert "Aucun document ne va vers Sage Intacct" in answer
        assert "live/?language=fr&amp;seen=" in answer, "and so does what it asks next"
        none = client.get(address(link.token, "?language=fr&type=purchase_invoice")).text
        assert f'href="{address(link.token)}?language=fr#failing-heading"' in none

    @pytest.mark.parametrize(
        "junk",
        [
            "xx", "", "FR", "de-AT", "fr%00", "%F0%9F%92%B6", "../admin/", "//evil.example", "https://evil.example/",
            "javascript:alert(1)", '"><script>alert(1)</script>', "x" * 5000, "fr&language=xx",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("part", PARTS)
    def test_that_there_is_not_is_as_if_nobody_asked(
        self, part: str, junk: str, company: Company, failing: Failing, link: NewLink, client: Client
    ) -> None:
        failing(company, number="SI-1")

        answer = client.get(address(link.token, f"{part}?language={junk}"))

        assert answer.status_code == 200
        assert answer["Content-Language"] == "en-gb"
        assert "Location" not in answer
        assert [text for text in ("evil.example", "javascript:", "<script>alert", "xxxx") if text in answer.text] == []
        assert "language=" not in answer.text.replace('href="?language=', "")

    def test_is_also_the_one_of_words_instead_of_the_page(self, link: NewLink, client: Client) -> None:
        nowhere = client.get(address("wrong", "?language=de"))
        files = [client.get(address(link.token, "failing.csv?language=de")) for _ in range(11)]

        assert (nowhere.status_code, "Dieser Link führt nirgendwohin" in nowhere.text) == (404, True)
        assert 'href="?language=fr"' in nowhere.text
        assert (files[-1].status_code, "Zu viele Downloads" in files[-1].text) == (429, True)
        assert "<form" not in files[-1].text, "it would be refused"
        assert not client.cookies

    def test_of_a_file_is_english_as_that_of_every_file(
        self, company: Company, failing: Failing, link: NewLink, client: Client
    ) -> None:
        failing(company, number="SI-1")

        files = {client.get(address(link.token, f"failing.csv{query}")).text for query in ("", "?language=fr")}

        assert len(files) == 1


def test_amounts_are_in_a_link_that_allows_them(company: Company, failing: Failing, client: Client) -> None:
    failing(company, number="SI-1")
    new = create_link(company=company, label="x", days=30, shows_amounts=True, actor="test")

    assert "108.88 USD" in client.get(address(new.token)).text


def test_a_file_through_a_link_is_in_the_audit_trail_without_the_token(
    company: Company, failing: Failing, link: NewLink, client: Client
) -> None:
    failing(company, number="SI-1")

    client.get(address(link.token, "failing.csv?type=sales_invoice"))

    entry = AuditEntry.objects.get(action="status_exported")
    assert (entry.actor, entry.company) == ("shared link Anna's accountant", "100")
    assert entry.detail == {"rows": 1, "filter": {"document_type": "sales_invoice"}, "link": link.link.reference}


def test_files_through_one_link_are_limited(link: NewLink, client: Client) -> None:
    statuses = [client.get(address(link.token, "failing.csv")).status_code for _ in range(11)]

    assert statuses == [200] * 10 + [429]
    assert AuditEntry.objects.filter(action="status_exported").count() == 10


def test_no_log_tells_a_token(link: NewLink, client: Client) -> None:
    handler = next(
        one
        for one in logging.getLogger().handlers
        if isinstance(one, logging.StreamHandler) and any(isinstance(mask, MaskedLinks) for mask in one.filters)
    )
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        client.get(address(link.token, "nowhere/"))
    finally:
        handler.setStream(before)
    path = address(link.token)
    environ = {
        "REQUEST_METHOD": "GET", "RAW_URI": f"{path}?type=", "SERVER_PROTOCOL": "HTTP/1.1", "PATH_INFO": path,
        "HTTP_REFERER": f"https://portal.example{path}",
    }  # fmt: skip
    answered = type("Answered", (), {"status": "200 OK", "headers": [], "sent": 1})
    asked = type("Asked", (), {"headers": []})
    atoms = MaskedAccessLog(Config()).atoms(answered, asked, environ, datetime.timedelta(seconds=1))

    assert "/status/shared/***/nowhere/" in written.getvalue()
    assert link.token not in written.getvalue()
    assert atoms["r"] == "GET /status/shared/***/?type= HTTP/1.1"
    assert [value for value in atoms.values() if link.token in str(value)] == []
