"""One mail to the mail server of `EMAIL_URL`, and what came of it in words that hold no password."""

import base64
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection

from apps.notifications.models import Mail

PERMANENT = 500
LONGEST_ANSWER = 200


@dataclass(frozen=True)
class MailOutcome:
    """`failure` is empty where the server took it. `is_final`: no later try will do better.

    `server_failed`: it is not about this mail, so others would fail too.
    """

    failure: str = ""
    is_final: bool = False
    server_failed: bool = False


@contextmanager
def mail_server() -> Iterator[Any]:
    """A connection that is opened by the first mail and closed at the end, whatever happens."""
    connection = get_connection(fail_silently=False)
    try:
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException):  # what was taken is taken
            connection.close()


def send(connection: Any, mail: Mail) -> MailOutcome:
    """Each wait for the server ends after `EMAIL_TIMEOUT` seconds."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.recipient],
        connection=connection,
        headers={"Message-ID": f"<{mail.pk}@{_host()}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(mail.html, "text/html")
    try:
        connection.open()  # stays open for the next mail
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code, answer = next(iter(refusal.recipients.values()))
        return MailOutcome(_words("The mail server refuses the address", code, answer), is_final=code >= PERMANENT)
    except smtplib.SMTPDataError as refusal:
        words = _words("The mail server refuses the mail", refusal.smtp_code, refusal.smtp_error)
        return MailOutcome(words, is_final=refusal.smtp_code >= PERMANENT)
    except smtplib.SMTPAuthenticationError as refusal:
        words = "The mail server refuses the user name or password of EMAIL_URL"
        return MailOutcome(_words(words, refusal.smtp_code, refusal.smtp_error), server_failed=True)
    except smtplib.SMTPResponseException as refusal:
        words = _words("The mail server does not take mails now", refusal.smtp_code, refusal.smtp_error)
        return MailOutcome(words, server_failed=True)
    except smtplib.SMTPServerDisconnected:
        return MailOutcome("The mail server ended the conversation.", server_failed=True)
    except smtplib.SMTPException as error:
        return MailOutcome(f"The mail server can't be used ({type(error).__name__}).", server_failed=True)
    except TimeoutError:
        return MailOutcome(
            f"The mail server did not answer within {settings.EMAIL_TIMEOUT} seconds.", server_failed=True
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return MailOutcome(f"The mail server of EMAIL_URL can't be reached: {reason}."[:300], server_failed=True)
    except (BadHeaderError, UnicodeError) as error:
        return MailOutcome(f"The mail can't be written ({type(error).__name__}).", is_final=True)
    return MailOutcome()


def _host() -> str:
    return urlsplit(settings.PORTAL_BASE_URL).hostname or "localhost"


def _words(what: str, code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    text = _without_password(" ".join("".join(one if one.isprintable() else " " for one in text).split()))
    return f"{what}: {code} {text[:LONGEST_ANSWER]}".strip()


def _without_password(text: str) -> str:
    """A server may answer with what it was sent, plainly or as it was coded."""
    user, password = settings.EMAIL_HOST_USER or "", settings.EMAIL_HOST_PASSWORD or ""
    if not password:
        return text
    coded = [base64.b64encode(one.encode()).decode() for one in (f"\0{user}\0{password}", password)]
    for secret in (*coded, password):
        text = text.replace(secret, "(secret)")
    return text
