"""What making, changing and switching is for alert rules and digests alike."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.foundation import audit
from apps.foundation.errors import Flaw
from apps.notifications.errors import MailRuleRefused
from apps.notifications.models import AlertRule, MailSubscription
from apps.notifications.recipients import addresses_in
from apps.organisation.models import Company


@dataclass(frozen=True)
class SubscriptionInput:
    """What a person says about whom to write to. `recipients`: one a line. `all_companies`, or some of `companies`."""

    name: str
    recipients: str
    language: str
    all_companies: bool = True
    companies: Collection[Company] = ()


def common_values(wanted: SubscriptionInput) -> dict[str, Any]:
    """The fields as they are stored. Raises `MailRecipientsRefused`, `MailRuleRefused`."""
    if not wanted.all_companies and not wanted.companies:
        raise incomplete("companies", _("No company is chosen."), _("Choose companies, or all of them."))
    return {
        "name": wanted.name,
        "recipients": "\n".join(addresses_in(wanted.recipients)),
        "language": wanted.language,
        "all_companies": wanted.all_companies,
    }


def incomplete(field: str, detail: str, next_step: str) -> MailRuleRefused:
    return MailRuleRefused(detail, flaws=[Flaw(f"/{field}", "invalid", detail)], next_step=next_step)


def write(subscription: MailSubscription, values: Mapping[str, Any], wanted: SubscriptionInput) -> None:
    """Store what a person decides, and nothing else: a worker writes in the same row."""
    for name, value in values.items():
        setattr(subscription, name, value)
    if subscription._state.adding:
        subscription.save()
    else:
        subscription.save(update_fields=list(values))
    subscription.companies.set([] if subscription.all_companies else wanted.companies)


def companies_told(subscription: MailSubscription) -> str:
    """For the audit trail: "all", or their IDs."""
    if subscription.all_companies:
        return "all"
    return ", ".join(subscription.companies.order_by("code").values_list("code", flat=True))


def journal(subscription: MailSubscription, action: str, actor: str, **detail: Any) -> None:
    """Write what happened to the audit trail, in the transaction of the change."""
    audit.record(
        audit.Event(
            actor=actor,
            action=action,
            subject_type="alert_rule" if isinstance(subscription, AlertRule) else "digest",
            subject_id=subscription.pk,
            subject_label=subscription.name,
            detail=detail,
        )
    )
