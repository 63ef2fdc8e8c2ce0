"""Incidents and announcements: written in the admin, read where they concern somebody."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from apps.access.roles import Role
from apps.foundation.audit import AuditEntry
from apps.organisation.models import Company
from apps.status.models import Notice, NoticeKind
from tests.conftest import Person
from tests.status.conftest import Partner, ago

pytestmark = pytest.mark.django_db
PAGE = "/status/companies/100/"
ADD = "/admin/status/notice/add/"


def form(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "incident", "severity": "delay", "title": "Sage Intacct is slow", "text": "We <b>wait</b>.\nIt comes.",
        "starts_at_0": "2026-10-01", "starts_at_1": "10:00", "ends_at_0": "", "ends_at_1": "", "all_companies": "on",
        "is_published": "on", "updates-TOTAL_FORMS": "1", "updates-INITIAL_FORMS": "0",
        "updates-0-written_at_0": "2026-10-01", "updates-0-written_at_1": "11:00", "updates-0-text": "Found out why.",
        **changes,
    }  # fmt: skip


def sign_in(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def test_an_admin_writes_one_and_partners_read_it(company: Company, person: Person, partner: Partner) -> None:
    admin = sign_in(Client(), person(Role.INTEGRATION_ADMIN))

    assert admin.post(ADD, form()).status_code == 302

    page = partner(company).get(PAGE).text
    assert "Incident: Sage Intacct is slow" in page
    assert "We &lt;b&gt;wait&lt;/b&gt;.<br>It comes." in page
    assert "Found out why." in page
    entry = AuditEntry.objects.get(action="notice_created")
    assert (entry.actor, entry.subject_label) == ("integration_admin", "Sage Intacct is slow")
    assert "Found out why." in entry.detail["changes"]["updates"]["new"]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_others_of_the_house_read_it_and_write_none(role: Role, person: Person, client: Client) -> None:
    Notice.objects.create(title="x", text="y")
    sign_in(client, person(role))

    assert client.get("/admin/status/notice/").status_code == 200
    assert client.post(ADD, form()).status_code == 403
    assert Notice.objects.count() == 1


def test_one_for_no_company_is_refused(person: Person, client: Client) -> None:
    sign_in(client, person(Role.INTEGRATION_ADMIN))

    answer = client.post(ADD, form(all_companies=""))

    assert "Choose the companies that it is for, or all of them." in answer.text
    assert not Notice.objects.exists()


IN_AN_HOUR = datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("made", "place"),
    [
        ({}, "now"),
        ({"is_published": False}, None),
        ({"starts_at": lambda: timezone.now() + IN_AN_HOUR}, None),
        ({"starts_at": lambda: timezone.now() + IN_AN_HOUR, "kind": NoticeKind.MAINTENANCE}, "now"),
        ({"ends_at": lambda: ago(days=1)}, "past"),
        ({"ends_at": lambda: ago(days=31)}, None),
    ],
)
def test_it_is_shown_while_it_lasts_and_thirty_days_longer(
    made: dict[str, Any], place: str | None, company: Company, partner: Partner
) -> None:
    values: dict[str, Callable[[], Any] | Any] = {"starts_at": ago(days=40), "is_published": True, **made}
    Notice.objects.create(
        title="THE NOTICE", text="x", **{name: value() if callable(value) else value for name, value in values.items()}
    )

    top, _, bottom = partner(company).get(PAGE).text.partition("Over in the last 30 days")

    assert ("THE NOTICE" in top, "THE NOTICE" in bottom) == (place == "now", place == "past")


def test_one_of_another_company_is_not_there(company: Company, other_company: Company, partner: Partner) -> None:
    for end in (None, ago(days=1)):
        theirs = Notice.objects.create(
            title="THEIRS", text="x", starts_at=ago(days=2), ends_at=end, all_companies=False, is_published=True
        )
        theirs.companies.add(other_company)
    client = partner(company)

    assert "THEIRS" not in client.get(PAGE).text
    assert "THEIRS" not in client.get("/status/?all=yes").text


def test_the_list_says_which_of_the_readers_companies_one_concerns(
    company: Company, other_company: Company, partner: Partner
) -> None:
    both = Notice.objects.create(title="BOTH", text="x", all_companies=False, is_published=True)
    both.companies.add(company, other_company)

    page = partner(company).get("/status/?all=yes").text

    assert f"Concerns {escape(company.name)}<" in page
    assert other_company.name not in page


def test_the_database_refuses_an_end_before_the_start() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(title="x", text="y", starts_at=timezone.now(), ends_at=ago(hours=1))
