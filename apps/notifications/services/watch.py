"""Looking at the alert rules: raised once when the condition begins, reminded of, and over once it has gone.

Each step is a conditional update with its mails and audit entry in one transaction: whoever is faster writes them, and
a second worker, or the same one run twice, finds nothing to do.
"""

import datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.foundation import audit, clock
from apps.notifications.alert_conditions import Facts, facts_of
from apps.notifications.alert_words import alert_words
from apps.notifications.mail_rendering import MailText, alert_over, alert_raised, alert_reminder
from apps.notifications.models import AlertRule
from apps.notifications.services.mails import write_mails
from apps.notifications.services.subscriptions import journal

CALM_FOR = datetime.timedelta(minutes=5)
"""For how long the condition must be gone before it is said to be over: one that comes and goes is one alert."""


def look_at_rules() -> int:
    """Judge every active rule, and write what there is to tell. Returns how many told something."""
    return sum(look_at(rule) for rule in AlertRule.objects.filter(is_active=True).order_by("pk"))


def look_at(rule: AlertRule) -> bool:
    """Judge one rule as it was read, and write what there is to tell. Returns whether it told something."""
    now = clock.database_now()
    facts = facts_of(rule, now)
    # As it was read: whoever changes it in between makes the steps below change nothing.
    unchanged = AlertRule.objects.filter(pk=rule.pk, is_active=True, raised_at=rule.raised_at, told_at=rule.told_at)
    with transaction.atomic():
        if facts is None:
            told = rule.raised_at is not None and _calm(rule, unchanged, now)
        else:
            told = _met(rule, unchanged, facts, now)
        AlertRule.objects.filter(pk=rule.pk).update(looked_at=now)
    return told


def _met(rule: AlertRule, unchanged: QuerySet[AlertRule, AlertRule], facts: Facts, now: datetime.datetime) -> bool:
    if rule.raised_at is None or rule.told_at is None:
        if not unchanged.update(raised_at=now, told_at=now, calm_since=None, facts=facts):
            return False
        mail = alert_raised(rule, facts, since=now)
        return _tell(rule, "alert_raised", f"raised {now.isoformat()}", mail, facts)
    unchanged.update(calm_since=None, facts=facts)
    if now - rule.told_at < datetime.timedelta(hours=rule.remind_hours):
        return False
    if not unchanged.update(told_at=now):
        return False
    mail = alert_reminder(rule, facts, since=rule.raised_at)
    return _tell(rule, "alert_reminded", f"reminder {rule.told_at.isoformat()}", mail, facts)


def _calm(rule: AlertRule, unchanged: QuerySet[AlertRule, AlertRule], now: datetime.datetime) -> bool:
    assert rule.raised_at is not None  # noqa: S101  only raised rules come here
    if rule.calm_since is None:
        unchanged.update(calm_since=now)
        return False
    if now - rule.calm_since < CALM_FOR:
        return False
    if not unchanged.update(raised_at=None, told_at=None, calm_since=None):
        return False
    mail = alert_over(rule, rule.facts, since=rule.raised_at, until=rule.calm_since)
    return _tell(rule, "alert_over", f"over {rule.raised_at.isoformat()}", mail, rule.facts)


def _tell(rule: AlertRule, action: str, occasion: str, mail: MailText, facts: Facts) -> bool:
    write_mails(rule, occasion=occasion, mail=mail)
    note = alert_words(rule.kind, facts).detail
    journal(rule, action, audit.SYSTEM, note=note, facts=facts)
    return True
