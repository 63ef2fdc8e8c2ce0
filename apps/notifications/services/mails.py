"""Writing mails down, in the transaction of what they tell; and dropping and forgetting them. Sending comes later."""

import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from apps.foundation import clock
from apps.foundation.wakeups import Wakeup, enqueue
from apps.notifications.errors import MailNotSetUp
from apps.notifications.mail_rendering import MailText
from apps.notifications.models import AlertRule, Digest, Mail, MailState, MailSubscription
from apps.notifications.selectors import mails_of

CHUNK = 1000


def require_mail_server() -> None:
    """Refuse what would tell nobody. Raises `MailNotSetUp`."""
    if not settings.MAIL_IS_SET_UP:
        raise MailNotSetUp(
            _("EMAIL_URL is not set in the environment, so no mail can be sent."),
            next_step=_("Set EMAIL_URL and DEFAULT_FROM_EMAIL, restart web and worker, then try again."),
        )


def write_mails(subscription: MailSubscription, *, occasion: str, mail: MailText) -> None:
    """One mail for each recipient, sent within a minute. What was written for this occasion before stays as it is."""
    now = clock.database_now()
    rule = subscription if isinstance(subscription, AlertRule) else None
    digest = subscription if isinstance(subscription, Digest) else None
    Mail.objects.bulk_create(
        [
            Mail(
                rule=rule,
                digest=digest,
                occasion=occasion,
                recipient=address,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                due_at=now,
            )
            for address in subscription.addresses
        ],
        ignore_conflicts=True,
    )
    enqueue(Wakeup.MAILS)


def drop_waiting(subscription: MailSubscription, *, reason: str) -> int:
    """Send nothing more of what waits. Returns how many mails that are."""
    waiting = Mail.objects.filter(mails_of(subscription), state=MailState.WAITING)
    return waiting.update(state=MailState.GIVEN_UP, due_at=None, failure=reason[:300])


def purge_mails(*, before: datetime.datetime) -> int:
    """Delete mails written before then that are not to be sent any more. In small transactions."""
    done = (MailState.SENT, MailState.GIVEN_UP)
    old = Mail.objects.filter(created_at__lt=before, state__in=done)
    deleted = 0
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        Mail.objects.filter(pk__in=pks).delete()
        deleted += len(pks)
    return deleted
