"""The text of mails: plain and HTML, in the language of whom it is for."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.notifications.alert_conditions import Facts
from apps.notifications.alert_words import address_of, alert_words, moment
from apps.notifications.digest_content import DigestContent, digest_content
from apps.notifications.models import AlertRule, Digest

LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class MailText:
    subject: str
    text: str
    html: str


def alert_raised(rule: AlertRule, facts: Facts, *, since: datetime.datetime) -> MailText:
    with translation.override(rule.language):
        return _alert(rule, _("Alert: %(name)s"), "raised", since=moment(since), words=alert_words(rule.kind, facts))


def alert_reminder(rule: AlertRule, facts: Facts, *, since: datetime.datetime) -> MailText:
    with translation.override(rule.language):
        return _alert(
            rule, _("Still so: %(name)s"), "reminder", since=moment(since), words=alert_words(rule.kind, facts)
        )


def alert_over(rule: AlertRule, facts: Facts, *, since: datetime.datetime, until: datetime.datetime) -> MailText:
    with translation.override(rule.language):
        words = alert_words(rule.kind, facts)
        return _alert(rule, _("Over: %(name)s"), "over", since=moment(since), until=moment(until), words=words)


def alert_test(rule: AlertRule) -> MailText:
    with translation.override(rule.language):
        return _alert(rule, _("Test: %(name)s"), "test")


def digest_mail(
    digest: Digest, *, since: datetime.datetime, until: datetime.datetime, is_test: bool = False
) -> tuple[MailText, DigestContent]:
    """The digest of a period, and what it tells."""
    with translation.override(digest.language):
        content = digest_content(digest, since=since, until=until)
        subject = (
            _("%(name)s: nothing needs a person")
            if content.is_quiet
            else ngettext(
                "%(name)s: %(number)d posting in error",
                "%(name)s: %(number)d postings in error",
                content.errors_in_all,
            )
            if content.errors_in_all
            else _("%(name)s: something needs a person")
        ) % {"name": digest.name, "number": content.errors_in_all}
        page = address_of("admin:notifications_digest_change", digest.pk)
        context = {"digest": digest, "content": content, "page": page, "is_test": is_test}
        return _mail("digest", subject, context), content


def _alert(rule: AlertRule, subject: str, what: str, **context: Any) -> MailText:
    page = address_of("admin:notifications_alertrule_change", rule.pk)
    return _mail("alert", subject % {"name": rule.name}, {"rule": rule, "what": what, "page": page, **context})


def _mail(template: str, subject: str, context: dict[str, Any]) -> MailText:
    one_line = " ".join(subject.split())[:LONGEST_SUBJECT]
    context = {**context, "subject": one_line, "language": translation.get_language()}
    return MailText(
        subject=one_line,
        text=render_to_string(f"mail/{template}.txt", context),
        html=render_to_string(f"mail/{template}.html", context),
    )
