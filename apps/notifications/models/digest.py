"""A mail that comes every day or every week and says where things stand."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.notifications.models.mail_subscription import MailSubscription


class Rhythm(models.TextChoices):
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Digest(MailSubscription):
    """`last_slot`: the newest of its times for which a mail was made, or that had passed when it was switched on."""

    rhythm = models.CharField(_("how often"), max_length=6, choices=Rhythm, default=Rhythm.DAILY)
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"), choices=Weekday, null=True, blank=True, help_text=_("Of one that comes every week.")
    )
    hour = models.PositiveSmallIntegerField(_("hour"), default=6, help_text=_("In UTC: 0 to 23."))
    sends_when_quiet = models.BooleanField(
        _("also when nothing needs a person"),
        default=True,
        help_text=_("A short mail then; off: none. A mail that comes every day also says that mails arrive."),
    )
    last_slot = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(MailSubscription.Meta):
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            *MailSubscription.Meta.constraints,
            models.CheckConstraint(
                name="notifications_digest_day_fits_rhythm",
                condition=Q(rhythm="daily", weekday__isnull=True)
                | Q(rhythm="weekly", weekday__isnull=False, weekday__lte=6),
            ),
            models.CheckConstraint(name="notifications_digest_hour_in_day", condition=Q(hour__lte=23)),
            models.CheckConstraint(
                name="notifications_digest_active_has_slot", condition=Q(is_active=False) | Q(last_slot__isnull=False)
            ),
        ]

    @property
    def interval(self) -> datetime.timedelta:
        return datetime.timedelta(days=7 if self.rhythm == Rhythm.WEEKLY else 1)

    def slot_before(self, now: datetime.datetime) -> datetime.datetime:
        """The newest of its times that is not after `now`."""
        slot = now.astimezone(datetime.UTC).replace(hour=self.hour, minute=0, second=0, microsecond=0)
        if self.rhythm == Rhythm.WEEKLY and self.weekday is not None:
            slot -= datetime.timedelta(days=(slot.weekday() - self.weekday) % 7)
        return slot if slot <= now else slot - self.interval
