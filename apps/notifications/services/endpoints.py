"""Making, changing, switching and rotating webhooks, each with its audit entry."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.foundation import audit, clock
from apps.foundation.changes import Snapshot, record_change
from apps.foundation.errors import Flaw
from apps.foundation.fields import SecretUnreadable
from apps.foundation.wording import in_english
from apps.notifications.addresses import check_url
from apps.notifications.errors import WebhookScopeMissing
from apps.notifications.event_kinds import EventKind
from apps.notifications.models import WebhookEndpoint
from apps.notifications.signing import new_secret
from apps.organisation.models import Company

OVERLAP = datetime.timedelta(hours=24)
"""How long a replaced secret goes on signing beside the new one: time to put the new one into the receiver."""

AUDITED_AS = "webhook"


@dataclass(frozen=True)
class EndpointInput:
    """What a person says about a webhook. `all_companies`, or at least one of `companies`."""

    name: str
    url: str
    event_kinds: Sequence[str]
    all_companies: bool = False
    companies: Collection[Company] = ()


@dataclass(frozen=True)
class NewEndpoint:
    """A webhook and its secret, which exists in clear only here."""

    endpoint: WebhookEndpoint
    secret: str


@in_english
@transaction.atomic
def create_endpoint(*, wanted: EndpointInput, actor: str) -> NewEndpoint:
    """Make a webhook; it is told of what happens from now on.

    Raises `WebhookAddressRefused`, `WebhookScopeMissing`; then nothing is stored.
    """
    check(wanted)
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        name=wanted.name,
        url=wanted.url,
        event_kinds=_known(wanted.event_kinds),
        all_companies=wanted.all_companies,
        secret=secret,
        starts_after=_end_of_journal(),
    )
    _set_companies(endpoint, wanted)
    record_change(actor=actor, kind=AUDITED_AS, row=endpoint, before=None, after=told_of(endpoint))
    return NewEndpoint(endpoint=endpoint, secret=secret)


@in_english
@transaction.atomic
def change_endpoint(*, endpoint: WebhookEndpoint, wanted: EndpointInput, actor: str) -> bool:
    """Change name, address, companies or events. Messages made before keep what they say. False: nothing differed.

    Raises `WebhookAddressRefused`, `WebhookScopeMissing`; then nothing is stored.
    """
    check(wanted)
    endpoint = WebhookEndpoint.objects.get(pk=endpoint.pk)
    before = told_of(endpoint)
    values = {"name": wanted.name, "url": wanted.url, "all_companies": wanted.all_companies}
    # Another address has not failed yet.
    fresh = {"failures_in_a_row": 0, "failing_since": None, "rest_until": None} if endpoint.url != wanted.url else {}
    _write(endpoint, {**values, "event_kinds": _known(wanted.event_kinds), **fresh})
    _set_companies(endpoint, wanted)
    return record_change(actor=actor, kind=AUDITED_AS, row=endpoint, before=before, after=told_of(endpoint))


@in_english
@transaction.atomic
def delete_endpoint(*, endpoint: WebhookEndpoint, actor: str) -> None:
    """Delete a webhook with its messages and their tries; the audit trail keeps that it was there."""
    before = told_of(endpoint)
    record_change(actor=actor, kind=AUDITED_AS, row=endpoint, before=before, after=None)
    endpoint.delete()


@in_english
@transaction.atomic
def rotate_secret(*, endpoint: WebhookEndpoint, actor: str) -> str:
    """Make a new secret, returned once. The old one goes on signing beside it for 24 hours, then no more."""
    current = WebhookEndpoint.objects.get(pk=endpoint.pk)
    secret = new_secret()
    try:
        previous, until = current.secret, clock.database_now() + OVERLAP
    except SecretUnreadable:  # the keys that wrote it are gone: nothing can be signed with it
        previous, until = "", None
    _write(current, {"previous_secret": previous, "previous_secret_until": until, "secret": secret})
    _journal(current, "webhook_secret_rotated", actor)
    return secret


@in_english
@transaction.atomic
def activate(*, endpoint: WebhookEndpoint, actor: str) -> bool:
    """Tell it again: of what happens from now on, and what waited when it was switched off. False: it is active."""
    done = WebhookEndpoint.objects.filter(pk=endpoint.pk, is_active=False).update(
        is_active=True,
        inactive_reason="",
        starts_after=_end_of_journal(),
        failures_in_a_row=0,
        failing_since=None,
        rest_until=None,
    )
    if done:
        _journal(endpoint, "webhook_activated", actor)
    return bool(done)


@in_english
@transaction.atomic
def deactivate(*, endpoint: WebhookEndpoint, reason: str, actor: str = audit.SYSTEM) -> bool:
    """Tell it nothing any more. What waits stays, and goes on when it is activated. False: it was not active."""
    done = WebhookEndpoint.objects.filter(pk=endpoint.pk, is_active=True).update(
        is_active=False, inactive_reason=reason[:300]
    )
    if done:
        _journal(endpoint, "webhook_deactivated", actor, reason)
    return bool(done)


def check(wanted: EndpointInput) -> None:
    """Whether a webhook may be so. Raises `WebhookAddressRefused`, `WebhookScopeMissing`."""
    check_url(wanted.url)
    if not wanted.all_companies and not wanted.companies:
        raise _missing("companies", "No company is chosen.", "Choose companies, or all of them.")
    if not _known(wanted.event_kinds):
        raise _missing("event_kinds", "No event is chosen.", "Choose at least one event.")


def _missing(field: str, detail: str, next_step: str) -> WebhookScopeMissing:
    return WebhookScopeMissing(detail, flaws=[Flaw(f"/{field}", "required", detail)], next_step=next_step)


def told_of(endpoint: WebhookEndpoint) -> Snapshot:
    """What of a webhook the audit trail compares: no secret, and of the address nothing that may hold one."""
    companies = endpoint.companies.order_by("code").values_list("code", flat=True)
    return {
        "name": endpoint.name,
        "address": endpoint.url.partition("?")[0],
        "companies": "all" if endpoint.all_companies else ", ".join(companies),
        "events": ", ".join(endpoint.event_kinds),
    }


def _known(kinds: Sequence[str]) -> list[str]:
    return [kind for kind in EventKind.values if kind in kinds]


def _set_companies(endpoint: WebhookEndpoint, wanted: EndpointInput) -> None:
    endpoint.companies.set([] if wanted.all_companies else wanted.companies)


def _write(endpoint: WebhookEndpoint, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(endpoint, name, value)
    # Only these: a sender counts failures in the same row.
    endpoint.save(update_fields=list(values))


def _end_of_journal() -> int:
    last: int | None = audit.AuditEntry.objects.aggregate(last=Max("id"))["last"]
    return last or 0


def _journal(endpoint: WebhookEndpoint, action: str, actor: str, reason: str = "") -> None:
    audit.record(
        audit.Event(
            actor=actor,
            action=action,
            subject_type=AUDITED_AS,
            subject_id=endpoint.pk,
            subject_label=endpoint.name,
            detail={"reason": reason} if reason else {},
        )
    )
