"""Digests: at their time, once, in their language, with what needs a person and no amounts."""

import datetime
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from apps.access.roles import Role
from apps.access.viewer import Viewer
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import WorkerHeartbeat
from apps.delivery.services.health import pause
from apps.delivery.states import IntegrationStatus, State
from apps.notifications.models import Digest, Mail
from apps.notifications.services.digests import (
    DigestInput,
    activate_digest,
    change_digest,
    deactivate_digest,
    send_test_digest,
    write_due_digests,
)
from apps.notifications.services.send_mails import work_mails
from apps.organisation.models import Company
from tests.factories.mails import digest
from tests.factories.masterdata import IntegrationStateFactory
from tests.notifications.conftest import Ends
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db
Later = Callable[..., None]


@pytest.fixture(autouse=True)
def _a_worker(db: None) -> None:
    WorkerHeartbeat.objects.create(worker="one", beaten_at=timezone.now())


def test_it_tells_what_needs_a_person_and_where_things_stand(
    ends: Ends, configuration: IntacctConfiguration, mail_server: MailServer
) -> None:
    made = digest(name="Today", is_active=False)
    broken = ends(State.ERROR, minutes_ago=30, number="SH-BROKEN")
    ends(State.POSTED, minutes_ago=20)
    waiting = ends(State.PENDING, minutes_ago=10, number="SH-WAITS")
    IntegrationStateFactory(
        connection=configuration, node="customer", status=IntegrationStatus.ERROR, last_message="No."
    )
    pause(connection=configuration, reason="The password is wrong.", next_step="Enter the right one.")
    send_test_digest(digest=made, actor="anna")
    work_mails()
    (mail,) = mail_server.arrived
    assert mail.subject == "Today: 1 posting in error"
    for words in (
        "Sales shipment SH-BROKEN of company 100",
        "Sage Intacct holds a record for the document, but it differs.",
        "Compare both in Intacct, then retry.",
        f"http://127.0.0.1:8000{reverse('admin:postings_posting_change', args=[broken.pk])}",
        "SANDBOX is paused",
        "Sales shipment SH-WAITS of company 100",
        reverse("admin:postings_posting_change", args=[waiting.pk]),
    ):
        assert words in mail.text
        assert words in mail.html
    for words in ("Customer: 1", "Postings submitted: 3", "Documents posted: 1", "Held: 1", "Error: 1"):
        assert words in mail.text
    for amount in ("58.75", "4711"):
        assert amount not in mail.text + mail.html


def test_it_comes_once_at_its_time_and_one_is_enough_after_a_pause(mail_server: MailServer, later: Later) -> None:
    made = digest()
    work_mails()
    assert mail_server.arrived == [], "its first time is still to come"
    later(days=3)
    for _ in range(2):
        work_mails()
    assert mail_server.subjects() == ["where things stand: nothing needs a person"]
    passed = made.slot_before(timezone.now())
    assert Digest.objects.get().last_slot == passed
    mail = Mail.objects.get()
    assert mail.occasion == f"slot {passed.isoformat()}"
    since = passed - datetime.timedelta(days=3)
    assert f"From {since:%-d %b %Y, %H:%M} UTC to {passed:%-d %b %Y, %H:%M} UTC." in mail.text


def test_two_workers_that_read_the_same_write_it_once(mail_server: MailServer, later: Later) -> None:
    digest()
    later(days=1)
    assert (write_due_digests(), write_due_digests(), Mail.objects.count()) == (1, 0, 1)


@pytest.mark.parametrize(
    ("rhythm", "weekday", "now", "slot"),
    [
        ("daily", None, "2026-11-29T06:00", "2026-11-29T06:00"),
        ("daily", None, "2026-11-29T05:59", "2026-11-28T06:00"),
        ("weekly", 6, "2026-11-29T06:00", "2026-11-29T06:00"),  # a Sunday
        ("weekly", 6, "2026-11-29T05:59", "2026-11-22T06:00"),
        ("weekly", 0, "2026-11-29T12:00", "2026-11-23T06:00"),
    ],
)
def test_its_times_are_in_utc(rhythm: str, weekday: int | None, now: str, slot: str) -> None:
    made = Digest(rhythm=rhythm, weekday=weekday, hour=6)
    at = datetime.datetime.fromisoformat(f"{now}+00:00")
    assert made.slot_before(at) == datetime.datetime.fromisoformat(f"{slot}+00:00")


def test_with_nothing_to_say_none_is_sent_where_none_is_wanted(
    mail_server: MailServer, later: Later, ends: Ends
) -> None:
    digest(sends_when_quiet=False)
    ends(State.POSTED)
    later(days=1)
    work_mails()
    assert Mail.objects.count() == 0
    ends(State.ERROR)
    later(days=1)
    work_mails()
    assert mail_server.subjects() == ["where things stand: 1 posting in error"]


def test_a_digest_of_some_companies_tells_of_no_other(
    ends: Ends, other_company: Company, mail_server: MailServer
) -> None:
    ends(State.ERROR, number="SH-100")
    ours = Viewer(label="test", role=Role.REST_CLIENT, company_ids=frozenset({other_company.pk}), client_id="test")
    theirs = {"company": "200", "financial_site": "200", "currency": "GBP", "customer": None}
    ends(State.ERROR, viewer=ours, number="SH-200", **theirs)
    send_test_digest(digest=digest(other_company, is_active=False), actor="anna")
    work_mails()
    (mail,) = mail_server.arrived
    assert "SH-200" in mail.text
    assert "SH-100" not in mail.text + mail.html
    assert "Error: 1" in mail.text


def test_the_names_of_documents_are_escaped_in_html(ends: Ends, mail_server: MailServer) -> None:
    ends(State.ERROR, number="<script>1</script>")
    send_test_digest(digest=digest(is_active=False), actor="anna")
    work_mails()
    assert "<script>" not in mail_server.arrived[0].html
    assert "<script>1</script>" in mail_server.arrived[0].text


@pytest.mark.parametrize("language", ["en-gb", "fr", "de"])
def test_it_is_in_its_language(language: str, mail_server: MailServer, later: Later) -> None:
    made = digest(language=language)
    later(days=1)
    work_mails()
    (mail,) = mail_server.arrived
    with translation.override(language):
        passed = date_format(made.slot_before(timezone.now()), "DATETIME_FORMAT")
    assert f"{passed} UTC" in mail.text
    assert f'lang="{language}"' in mail.html


def test_a_new_time_begins_with_the_next_one_and_off_is_off(mail_server: MailServer, later: Later) -> None:
    made = digest(is_active=False)
    later(days=9)
    assert write_due_digests() == 0
    activate_digest(digest=made, actor="anna")
    passed = (timezone.now() - datetime.timedelta(hours=1)).hour
    wanted = DigestInput(name="where things stand", recipients="anna@example.com", language="en-gb", hour=passed)
    assert change_digest(digest=made, wanted=wanted, actor="anna")
    assert write_due_digests() == 0
    later(days=1)
    assert write_due_digests() == 1
    deactivate_digest(digest=made, actor="anna")
    work_mails()
    assert (mail_server.arrived, Mail.objects.get().failure) == (
        [], "anna switched the digest off before it was sent."
    )  # fmt: skip
