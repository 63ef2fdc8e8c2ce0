"""Making, changing, switching and testing alert rules, each with its audit entry."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.foundation.changes import Snapshot, record_change
from apps.foundation.ids import new_ulid
from apps.foundation.wording import in_english
from apps.notifications.alert_kinds import FIGURE_NAMES, FIGURES, AlertKind
from apps.notifications.errors import MailRuleRefused
from apps.notifications.mail_rendering import alert_test
from apps.notifications.models import AlertRule
from apps.notifications.services.mails import drop_waiting, require_mail_server, write_mails
from apps.notifications.services.subscriptions import (
    SubscriptionInput,
    common_values,
    companies_told,
    incomplete,
    journal,
    write,
)

AUDITED_AS = "alert_rule"
QUIET: dict[str, Any] = {"raised_at": None, "told_at": None, "calm_since": None}


@dataclass(frozen=True)
class AlertInput(SubscriptionInput):
    """`figures`: percent, least number, minutes; those that the kind does not have are passed over."""

    kind: str = ""
    remind_hours: int = 24
    figures: dict[str, int | None] = field(default_factory=dict)


@in_english
@transaction.atomic
def create_rule(*, wanted: AlertInput, actor: str) -> AlertRule:
    """Make a rule; it is off. Raises `MailRecipientsRefused`, `MailRuleRefused`; then nothing is stored."""
    rule = AlertRule(kind=wanted.kind)
    write(rule, checked(wanted), wanted)
    record_change(actor=actor, kind=AUDITED_AS, row=rule, before=None, after=told_of(rule))
    return rule


@in_english
@transaction.atomic
def change_rule(*, rule: AlertRule, wanted: AlertInput, actor: str) -> bool:
    """Change everything but what it watches. What it has raised stays so until it is looked at again.

    False: nothing differed. Raises as `create_rule`.
    """
    rule = AlertRule.objects.get(pk=rule.pk)
    before = told_of(rule)
    write(rule, checked(wanted), wanted)
    return record_change(actor=actor, kind=AUDITED_AS, row=rule, before=before, after=told_of(rule))


@in_english
@transaction.atomic
def delete_rule(*, rule: AlertRule, actor: str) -> None:
    """Delete a rule with its mails; the audit trail keeps what it told."""
    record_change(actor=actor, kind=AUDITED_AS, row=rule, before=told_of(rule), after=None)
    rule.delete()


@in_english
@transaction.atomic
def activate_rule(*, rule: AlertRule, actor: str) -> bool:
    """Look from now on. False: it was on. Raises `MailNotSetUp`."""
    require_mail_server()
    done = AlertRule.objects.filter(pk=rule.pk, is_active=False).update(is_active=True, **QUIET)
    if done:
        journal(rule, "alert_rule_activated", actor)
    return bool(done)


@in_english
@transaction.atomic
def deactivate_rule(*, rule: AlertRule, actor: str) -> bool:
    """Look no more, and send nothing of what waits. False: it was off."""
    done = AlertRule.objects.filter(pk=rule.pk, is_active=True).update(is_active=False, **QUIET)
    if done:
        drop_waiting(rule, reason=f"{actor} switched the rule off before it was sent.")
        journal(rule, "alert_rule_deactivated", actor)
    return bool(done)


@in_english
@transaction.atomic
def send_test_alert(*, rule: AlertRule, actor: str) -> None:
    """A mail that says that mails arrive, whether the rule is on or off. Raises `MailNotSetUp`."""
    require_mail_server()
    write_mails(rule, occasion=f"test {new_ulid()}", mail=alert_test(rule))
    journal(rule, "alert_rule_test_sent", actor)


def checked(wanted: AlertInput) -> dict[str, Any]:
    """The fields as they are stored. Raises `MailRecipientsRefused`, `MailRuleRefused`."""
    own = FIGURES[AlertKind(wanted.kind)]
    for name, (least, most) in own.limits.items():
        value = wanted.figures.get(name)
        if value is None or not least <= value <= most:
            raise _out_of_bounds(name, least, most)
    if not 1 <= wanted.remind_hours <= 168:
        raise _out_of_bounds("remind_hours", 1, 168)
    return {
        **common_values(wanted if own.is_of_postings else replace(wanted, all_companies=True)),
        **{name: wanted.figures.get(name) if name in own.limits else None for name in FIGURE_NAMES},
        "remind_hours": wanted.remind_hours,
    }


def _out_of_bounds(name: str, least: int, most: int) -> MailRuleRefused:
    words = _("The figure must be from %(least)d to %(most)d.") % {"least": least, "most": most}
    return incomplete(name, words, _("Correct it."))


def told_of(rule: AlertRule) -> Snapshot:
    """What of a rule the audit trail compares."""
    figures = {name: str(value) for name in FIGURE_NAMES if (value := getattr(rule, name)) is not None}
    return {
        "name": rule.name,
        "kind": rule.kind,
        **figures,
        "remind_hours": str(rule.remind_hours),
        "recipients": ", ".join(rule.addresses),
        "language": rule.language,
        "companies": companies_told(rule),
    }
