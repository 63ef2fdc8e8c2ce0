"""Making and revoking links to a company's status page."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.access.errors import LinkLifeNotAcceptable
from apps.access.link_tokens import hash_of, new_secret, token_of
from apps.access.models import SharedLink
from apps.access.models.shared_link import LONGEST_LIFE
from apps.foundation import audit
from apps.foundation.wording import in_english
from apps.organisation.models import Company


@dataclass(frozen=True)
class NewLink:
    """A link and its token, which exists in clear only here."""

    link: SharedLink
    token: str = field(repr=False)


@in_english
@transaction.atomic
def create_link(*, company: Company, label: str, days: int, shows_amounts: bool, actor: str) -> NewLink:
    """Make a link to the company's status page that works for `days` days.

    Raises `LinkLifeNotAcceptable` for less than one day or more than 90; then nothing is stored.
    """
    life = datetime.timedelta(days=days)
    if not datetime.timedelta(0) < life <= LONGEST_LIFE:
        raise LinkLifeNotAcceptable(
            f"A link can't work for {days} days.",
            next_step=f"Choose 1 to {LONGEST_LIFE.days} days; when they are over, make a new link.",
        )
    secret, now = new_secret(), timezone.now()
    link = SharedLink.objects.create(
        company=company,
        label=label,
        secret_hash=hash_of(secret),
        shows_amounts=shows_amounts,
        created_at=now,
        created_by=actor,
        expires_at=now + life,
    )
    _record(link, "shared_link_created", actor, {"expires": link.expires_at.isoformat(), "amounts": shows_amounts})
    return NewLink(link=link, token=token_of(secret))


@in_english
@transaction.atomic
def revoke_link(*, link: SharedLink, actor: str) -> None:
    """End a link at once. It can't be undone: make a new one instead. A second time changes nothing."""
    if SharedLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        _record(link, "shared_link_revoked", actor)


def _record(link: SharedLink, action: str, actor: str, detail: dict[str, Any] | None = None) -> None:
    """The audit trail names a link by its reference and label, never by what its address carries."""
    audit.record(
        audit.Event(
            actor=actor,
            action=action,
            subject_type="shared_link",
            subject_id=link.reference,
            subject_label=link.label,
            company=link.company.code,
            detail=detail or {},
        )
    )
