"""What webhooks were told of a posting, for its timeline (`apps.postings.moments`)."""

import datetime
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.delivery.states import OPEN_STATES
from apps.delivery.story import MOST_ROWS, Happening
from apps.notifications.event_kinds import KIND_OF_STATE, EventKind
from apps.notifications.models import MessageState, WebhookEndpoint, WebhookMessage
from apps.postings.models import Posting
from apps.postings.moments import Moments
from apps.postings.selectors import last_changed_at

JUST_NOW = datetime.timedelta(minutes=1)
"""So long after a posting settled its message may still be to come: the journal is read every few seconds."""


def what_webhooks_were_told(posting: Posting) -> Moments:
    """One moment for each message. One query; and a second one for a minute, while a first message is to come."""
    told = WebhookMessage.objects.filter(subject_id=posting.pk).select_related("endpoint").order_by("-id")
    messages = list(told.defer("body", "endpoint__secret", "endpoint__previous_secret")[:MOST_ROWS])
    is_moving = any(message.is_open for message in messages) or _is_about_to_be_told(posting, messages)
    return Moments(tuple(_moment_of(message) for message in messages), is_moving)


def _is_about_to_be_told(posting: Posting, messages: list[WebhookMessage]) -> bool:
    """It has just settled, a webhook wants to know that, and no message since says so."""
    changed = last_changed_at(posting)
    if posting.state in OPEN_STATES or changed < timezone.now() - JUST_NOW:
        return False
    if any(message.created_at >= changed for message in messages):
        return False
    mine = Q(all_companies=True) | Q(companies=posting.company_id)
    wanted = WebhookEndpoint.objects.filter(mine, is_active=True).values_list("event_kinds", flat=True)
    return any(KIND_OF_STATE[posting.state] in kinds for kinds in wanted)


def _moment_of(message: WebhookMessage) -> Happening:
    words = {"name": message.endpoint.name, "event": _event(message.kind)}
    return Happening(
        at=message.delivered_at or message.created_at,
        what=_what(message) % words,
        note=" ".join(_notes(message)),
        icon="webhook",
        link=reverse("admin:notifications_webhookmessage_change", args=[message.pk]),
        permission="notifications.view_webhookmessage",
    )


def _event(kind: str) -> str:
    """In a word or two: what stands before the explanation."""
    return str(EventKind(kind).label).partition(":")[0].strip() if kind in EventKind.values else kind


def _what(message: WebhookMessage) -> str:
    if message.state == MessageState.DELIVERED:
        return _("Webhook %(name)s was told: %(event)s")
    if message.state == MessageState.SENDING:
        return _("Webhook %(name)s is being told: %(event)s")
    if message.state == MessageState.GIVEN_UP:
        return _("Webhook %(name)s was not told: %(event)s")
    if message.tries:
        return _("Webhook %(name)s could not be told yet: %(event)s")
    return _("Webhook %(name)s is to be told: %(event)s")


def _notes(message: WebhookMessage) -> Iterator[str]:
    """How often it failed, and what comes next."""
    under_way = message.state in (MessageState.SENDING, MessageState.DELIVERED)
    failed = message.tries - 1 if under_way else message.tries
    if failed > 0:
        yield ngettext("%(number)d try failed.", "%(number)d tries failed.", failed) % {"number": failed}
    if message.state == MessageState.GIVEN_UP:
        yield _("It was given up.")
    elif message.state == MessageState.WAITING and not message.endpoint.is_active:
        yield _("The webhook is not active.")
    elif message.state == MessageState.WAITING and message.tries and message.due_at:
        yield _("Next try: %(at)s.") % {"at": date_format(message.due_at, "DATETIME_FORMAT")}
