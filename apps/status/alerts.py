"""Alert rules that are raised now: what each found, since when, and what on the first page says the same."""

import datetime
from dataclasses import dataclass

from django.urls import reverse

from apps.notifications.alert_kinds import AlertKind
from apps.notifications.alert_words import AlertWords, alert_words
from apps.notifications.models import AlertRule

LOOKED_AT_BY_THE_PAGE = frozenset({AlertKind.CONNECTION_DOWN, AlertKind.NO_WORKER})
"""What the page itself looks at whenever it is read: a rule that it does not bear out is about to be over."""


@dataclass(frozen=True)
class RaisedMark:
    """A rule that is raised, for the line below what is the matter."""

    name: str
    since: datetime.datetime
    link: str


@dataclass(frozen=True)
class RaisedAlert:
    """`about`: the trouble, as `trouble` names it. `permission`: who may open the page that its words lead to."""

    mark: RaisedMark
    about: str
    words: AlertWords
    is_seen_by_the_page: bool
    permission: str


def raised_alerts() -> list[RaisedAlert]:
    """In one query. Without those whose condition has gone, and which only wait for their five minutes of calm."""
    rules = AlertRule.objects.filter(raised_at__isnull=False, calm_since__isnull=True).order_by("raised_at", "pk")
    return [_raised(rule, rule.raised_at) for rule in rules if rule.raised_at is not None]


def trouble(kind: AlertKind, pk: object = "") -> str:
    """A name for what is wrong; with the ID of what it is wrong with, where there are several."""
    return f"{kind.value} {pk}".strip()


def _raised(rule: AlertRule, since: datetime.datetime) -> RaisedAlert:
    kind = AlertKind(rule.kind)
    is_of_webhook = kind == AlertKind.WEBHOOK_OFF
    return RaisedAlert(
        mark=RaisedMark(rule.name, since, reverse("admin:notifications_alertrule_change", args=[rule.pk])),
        about=trouble(kind, rule.facts["pk"]) if is_of_webhook else trouble(kind),
        words=alert_words(kind, rule.facts),
        is_seen_by_the_page=kind in LOOKED_AT_BY_THE_PAGE,
        permission="notifications.view_webhookendpoint" if is_of_webhook else "",
    )
