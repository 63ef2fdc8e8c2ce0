"""Making, changing, switching and testing digests; and writing those whose time has come."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.foundation import clock
from apps.foundation.changes import Snapshot, record_change
from apps.foundation.ids import new_ulid
from apps.foundation.wording import in_english
from apps.notifications.mail_rendering import digest_mail
from apps.notifications.models import Digest, Rhythm
from apps.notifications.services.mails import drop_waiting, require_mail_server, write_mails
from apps.notifications.services.subscriptions import (
    SubscriptionInput,
    common_values,
    companies_told,
    incomplete,
    journal,
    write,
)

AUDITED_AS = "digest"
LONGEST_PERIOD = datetime.timedelta(days=31)
"""What a digest that comes late looks back on, at most."""


@dataclass(frozen=True)
class DigestInput(SubscriptionInput):
    """`weekday`: 0 is Monday; of a weekly one only. `hour`: in UTC."""

    rhythm: str = Rhythm.DAILY.value
    weekday: int | None = None
    hour: int = 6
    sends_when_quiet: bool = True


@in_english
@transaction.atomic
def create_digest(*, wanted: DigestInput, actor: str) -> Digest:
    """Make a digest; it is off. Raises `MailRecipientsRefused`, `MailRuleRefused`; then nothing is stored."""
    digest = Digest()
    write(digest, checked(wanted), wanted)
    record_change(actor=actor, kind=AUDITED_AS, row=digest, before=None, after=told_of(digest))
    return digest


@in_english
@transaction.atomic
def change_digest(*, digest: Digest, wanted: DigestInput, actor: str) -> bool:
    """Change it. Of a new time none that has passed is made up for. Raises as `create_digest`."""
    digest = Digest.objects.get(pk=digest.pk)
    before = told_of(digest)
    old = (digest.rhythm, digest.weekday, digest.hour)
    write(digest, checked(wanted), wanted)
    if digest.is_active and (digest.rhythm, digest.weekday, digest.hour) != old:
        Digest.objects.filter(pk=digest.pk).update(last_slot=digest.slot_before(clock.database_now()))
    return record_change(actor=actor, kind=AUDITED_AS, row=digest, before=before, after=told_of(digest))


@in_english
@transaction.atomic
def delete_digest(*, digest: Digest, actor: str) -> None:
    """Delete a digest with its mails; the audit trail keeps that it was there."""
    record_change(actor=actor, kind=AUDITED_AS, row=digest, before=told_of(digest), after=None)
    digest.delete()


@in_english
@transaction.atomic
def activate_digest(*, digest: Digest, actor: str) -> bool:
    """Send it from its next time on. False: it was on. Raises `MailNotSetUp`."""
    require_mail_server()
    passed = digest.slot_before(clock.database_now())
    done = Digest.objects.filter(pk=digest.pk, is_active=False).update(is_active=True, last_slot=passed)
    if done:
        journal(digest, "digest_activated", actor)
    return bool(done)


@in_english
@transaction.atomic
def deactivate_digest(*, digest: Digest, actor: str) -> bool:
    """Send it no more, nor what waits. False: it was off."""
    done = Digest.objects.filter(pk=digest.pk, is_active=True).update(is_active=False)
    if done:
        drop_waiting(digest, reason=f"{actor} switched the digest off before it was sent.")
        journal(digest, "digest_deactivated", actor)
    return bool(done)


@in_english
@transaction.atomic
def send_test_digest(*, digest: Digest, actor: str) -> None:
    """The digest as it would be now, whether it is on or off. Raises `MailNotSetUp`."""
    require_mail_server()
    now = clock.database_now()
    mail, _content = digest_mail(digest, since=now - digest.interval, until=now, is_test=True)
    write_mails(digest, occasion=f"test {new_ulid()}", mail=mail)
    journal(digest, "digest_test_sent", actor)


def write_due_digests() -> int:
    """Write each active digest whose time has come: once for each time, whoever asks how often. Returns how many.

    After a pause one mail is enough: of the last time, looking back to the one before the pause.
    """
    now = clock.database_now()
    return sum(_write_due(digest, now) for digest in Digest.objects.filter(is_active=True).order_by("pk"))


def _write_due(digest: Digest, now: datetime.datetime) -> bool:
    slot = digest.slot_before(now)
    if digest.last_slot is None or slot <= digest.last_slot:
        return False
    since = max(min(digest.last_slot, slot - digest.interval), slot - LONGEST_PERIOD)
    mail, content = digest_mail(digest, since=since, until=slot)
    with transaction.atomic():
        same = Digest.objects.filter(pk=digest.pk, is_active=True, last_slot=digest.last_slot)
        if not same.update(last_slot=slot):
            return False
        if content.is_quiet and not digest.sends_when_quiet:
            return False
        write_mails(digest, occasion=f"slot {slot.isoformat()}", mail=mail)
    return True


def checked(wanted: DigestInput) -> dict[str, Any]:
    """The fields as they are stored. Raises `MailRecipientsRefused`, `MailRuleRefused`."""
    is_weekly = wanted.rhythm == Rhythm.WEEKLY
    if is_weekly and wanted.weekday is None:
        raise incomplete("weekday", _("No day of the week is chosen."), _("Choose one, or every day."))
    if not 0 <= wanted.hour <= 23:
        raise incomplete("hour", _("The hour must be from 0 to 23."), _("Correct it."))
    return {
        **common_values(wanted),
        "rhythm": wanted.rhythm,
        "weekday": wanted.weekday if is_weekly else None,
        "hour": wanted.hour,
        "sends_when_quiet": wanted.sends_when_quiet,
    }


def told_of(digest: Digest) -> Snapshot:
    """What of a digest the audit trail compares."""
    return {
        "name": digest.name,
        "rhythm": digest.rhythm,
        "weekday": "" if digest.weekday is None else str(digest.weekday),
        "hour": str(digest.hour),
        "when_quiet": "sent" if digest.sends_when_quiet else "not sent",
        "recipients": ", ".join(digest.addresses),
        "language": digest.language,
        "companies": companies_told(digest),
    }
