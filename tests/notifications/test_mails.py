"""Sending mails: with patience, once each, no failure hidden, nothing secret told."""

import datetime
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.foundation.audit import AuditEntry
from apps.notifications.alert_kinds import AlertKind
from apps.notifications.models import Mail, MailState
from apps.notifications.patience import MAIL_PAUSES
from apps.notifications.services.alert_rules import send_test_alert
from apps.notifications.services.mails import purge_mails
from apps.notifications.services.send_mails import claim, work_mails
from integration_portal.checks import check_sender_address
from integration_portal.environment import env, mail_settings
from tests.factories.mails import alert
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db
Later = Callable[..., None]
PASSWORD = "corr3ct h0rse"


def written(*recipients: str) -> None:
    """A test mail to each of these."""
    rule = alert(AlertKind.CONNECTION_DOWN, recipients="\n".join(recipients or ["anna@example.com"]))
    send_test_alert(rule=rule, actor="anna")


def the_mail() -> Mail:
    return Mail.objects.get()


def test_a_test_mail_arrives_in_plain_text_and_html_and_is_logged(mail_server: MailServer) -> None:
    written()
    work_mails()
    (arrived,) = mail_server.arrived
    assert (arrived.sender, arrived.recipients) == ("portal@example.com", ["anna@example.com"])
    assert "Its mails arrive." in arrived.text
    assert "Its mails arrive." in arrived.html
    assert "<img" not in arrived.html
    assert (arrived.message["Auto-Submitted"], arrived.message["Message-ID"]) == (
        "auto-generated", f"<{the_mail().pk}@127.0.0.1>"
    )  # fmt: skip
    assert (the_mail().state, the_mail().tries, the_mail().due_at) == (MailState.SENT, 1, None)
    assert AuditEntry.objects.get(action="alert_rule_test_sent").actor == "anna"


def test_a_mail_server_that_is_away_is_waited_for(mail_server: MailServer, later: Later) -> None:
    written("anna@example.com", "bo@example.com")
    mail_server.stop()
    before = timezone.now()
    report = work_mails()
    assert (report.sent, report.failed) == (0, 1), "the others are not tried while it is away"
    tried = Mail.objects.get(tries=1)
    assert tried.failure == "The mail server of EMAIL_URL can't be reached: Connection refused."
    assert MAIL_PAUSES[0] <= tried.due_at - before < 1.1 * MAIL_PAUSES[0] + datetime.timedelta(minutes=1)
    later(minutes=5)
    mail_server.start()
    assert work_mails().sent == 2
    assert sorted(one.recipients[0] for one in mail_server.arrived) == ["anna@example.com", "bo@example.com"]
    assert set(Mail.objects.values_list("state", "failure")) == {(MailState.SENT, "")}


def test_it_is_given_up_at_last_and_says_why(mail_server: MailServer, later: Later) -> None:
    written()
    for number in range(len(MAIL_PAUSES) + 1):
        mail_server.data.append("451 greylisted, come\x07 back")
        work_mails()
        assert the_mail().tries == number + 1
        later(days=2)
    assert (the_mail().state, the_mail().failure) == (
        MailState.GIVEN_UP, "The mail server refuses the mail: 451 greylisted, come back"
    )  # fmt: skip
    assert work_mails().failed == 0


def test_one_refused_recipient_keeps_nobody_else_waiting(mail_server: MailServer) -> None:
    written("nobody@example.com", "anna@example.com")
    mail_server.rcpt.append("550 no such user")
    report = work_mails()
    assert (report.sent, report.failed) == (1, 1)
    refused = Mail.objects.get(state=MailState.GIVEN_UP)
    assert refused.failure == "The mail server refuses the address: 550 no such user"


def test_a_mail_is_one_workers_and_a_dead_ones_is_sent_again_under_the_same_id(
    mail_server: MailServer, later: Later
) -> None:
    """A crash between the server's answer and the note may repeat a mail; it never loses one."""
    written()
    dead = claim()
    assert dead is not None
    assert (claim(), work_mails().sent) == (None, 0)
    later(minutes=11)
    assert work_mails().sent == 1
    assert mail_server.arrived[0].message["Message-ID"] == f"<{dead.pk}@127.0.0.1>"
    assert (the_mail().tries, work_mails().sent) == (2, 0)


@pytest.mark.parametrize("is_right", [True, False])
def test_the_password_signs_in_and_is_told_nowhere(
    is_right: bool, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with MailServer(password="another" if not is_right else PASSWORD) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_IS_SET_UP = "127.0.0.1", server.port, True
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", PASSWORD
        written()
        with caplog.at_level(logging.DEBUG):
            work_mails()
    assert bool(server.arrived) == is_right
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("apps", "django"))]
    told = " ".join([*ours, the_mail().failure, the_mail().text])
    assert PASSWORD not in told
    if not is_right:
        assert the_mail().failure == (
            "The mail server refuses the user name or password of EMAIL_URL: 535 no such password: (secret)"
        )


def test_old_mails_are_forgotten_but_not_what_waits(mail_server: MailServer) -> None:
    written("anna@example.com", "bo@example.com")
    Mail.objects.filter(recipient="anna@example.com").update(state=MailState.SENT, sent_at=timezone.now(), due_at=None)
    assert purge_mails(before=timezone.now() + datetime.timedelta(days=1)) == 1
    assert the_mail().recipient == "bo@example.com"


def test_the_command_does_what_the_schedule_does_and_says_when_it_cannot(
    mail_server: MailServer, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    written()
    call_command("send_mails")
    assert "Sent 1, failed 0." in capsys.readouterr().out
    settings.MAIL_IS_SET_UP = False
    with pytest.raises(CommandError, match="EMAIL_URL is not set"):
        call_command("send_mails")


def test_the_mail_server_is_read_from_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(env.ENVIRON, "EMAIL_URL", r"smtp+tls://portal%40example.com:p%2Fa\$\$w%25@mail.example.com")
    found = mail_settings()
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example.com", 587, True)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("portal@example.com", "p/a$$w%")
    for unreadable in ("pop://portal:s3cret@mail.example.com", "smtp://portal:s3cret@mail.example.com:port"):
        monkeypatch.setitem(env.ENVIRON, "EMAIL_URL", unreadable)
        with pytest.raises(ImproperlyConfigured, match="EMAIL_URL can't be read") as refusal:
            mail_settings()
        assert "s3cret" not in str(refusal.value)


def test_the_sender_must_be_an_address(settings: Any) -> None:
    settings.MAIL_IS_SET_UP = True
    for sender in ("portal@example.com", "Integration portal <portal@example.com>", "portal@localhost"):
        settings.DEFAULT_FROM_EMAIL = sender
        assert check_sender_address(None) == []
    for sender in ("portal", "portal@example.com\nBcc: eve@example.com"):
        settings.DEFAULT_FROM_EMAIL = sender
        assert [one.id for one in check_sender_address(None)] == ["portal.E005"]
