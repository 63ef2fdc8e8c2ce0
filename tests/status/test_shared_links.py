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
