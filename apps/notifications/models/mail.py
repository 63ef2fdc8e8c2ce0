"""One mail to one recipient: written when there was something to say, and where it stands."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from apps.delivery.states import Look
from apps.foundation.fields import UlidField
from apps.notifications.models.alert_rule import AlertRule
from apps.notifications.models.digest import Digest


class MailState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given_up", _("Given up")


MAIL_LOOKS: dict[str, Look] = {
    MailState.WAITING: Look("info", "schedule", gettext_noop("Is sent at the time shown.")),
    MailState.SENDING: Look("info", "send", gettext_noop("Is on its way.")),
    MailState.SENT: Look("success", "check_circle", gettext_noop("The mail server took it.")),
    MailState.GIVEN_UP: Look("danger", "error", gettext_noop("It was not sent: the failure says why.")),
}


class Mail(models.Model):
    """Of a rule or a digest. `occasion` says why it was written: with it, the same is written once for each recipient.

    Text and recipient are frozen, so that every try sends the same under the same Message-ID.
    """

    id = UlidField(primary_key=True)
    rule = models.ForeignKey(
        AlertRule, models.CASCADE, null=True, blank=True, related_name="mails", verbose_name=_("alert rule")
    )
    digest = models.ForeignKey(
        Digest, models.CASCADE, null=True, blank=True, related_name="mails", verbose_name=_("digest")
    )
    occasion = models.CharField(_("occasion"), max_length=60)
    recipient = models.CharField(_("recipient"), max_length=254)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), editable=False)
    html = models.TextField(editable=False)
    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("next try"), null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    failure = models.CharField(_("last failure"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["rule", "occasion", "recipient"], name="notifications_mail_of_rule_once"),
            models.UniqueConstraint(
                fields=["digest", "occasion", "recipient"], name="notifications_mail_of_digest_once"
            ),
            models.CheckConstraint(
                name="notifications_mail_has_one_owner",
                condition=Q(rule__isnull=False, digest__isnull=True) | Q(rule__isnull=True, digest__isnull=False),
            ),
            models.CheckConstraint(name="notifications_mail_state_known", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="notifications_mail_sending_is_leased",
                condition=Q(state="sending", lease_until__isnull=False) & ~Q(lease_token="")
                | ~Q(state="sending") & Q(lease_until__isnull=True, lease_token=""),
            ),
            models.CheckConstraint(
                name="notifications_mail_waiting_is_due",
                condition=Q(state="waiting", due_at__isnull=False) | ~Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="notifications_mail_sent_has_time",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
            ),
            models.CheckConstraint(
                name="notifications_mail_given_up_explains", condition=~Q(state="given_up") | ~Q(failure="")
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="notifications_mail_by_state"),
            models.Index(fields=["rule", "-id"], name="notifications_mail_of_rule"),
            models.Index(fields=["digest", "-id"], name="notifications_mail_of_digest"),
        ]

    def __str__(self) -> str:
        return self.subject

    @staticmethod
    def may_be_taken(now: datetime.datetime) -> Q:
        """Its time has come, or whoever was sending it has died."""
        return Q(state=MailState.WAITING, due_at__lte=now) | Q(state=MailState.SENDING, lease_until__lt=now)
