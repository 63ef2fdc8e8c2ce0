"""A rule that somebody is written to when something is wrong; and where it stands."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.notifications.alert_kinds import FIGURE_NAMES, FIGURES, OF_POSTINGS, AlertKind
from apps.notifications.models.mail_subscription import MailSubscription


def figures_fit() -> Q:
    """Each kind has its own figures within their limits, and no others."""
    fits = Q()
    for kind, figures in FIGURES.items():
        own = Q(kind=kind.value)
        for name in FIGURE_NAMES:
            least, most = figures.limits.get(name, (None, None))
            own &= (
                Q(**{f"{name}__isnull": True})
                if least is None
                else Q(**{f"{name}__isnull": False, f"{name}__gte": least, f"{name}__lte": most})
            )
        fits |= own
    return fits


class AlertRule(MailSubscription):
    """`raised_at`: since when its condition holds and was told; None: quiet. `calm_since`: raised, but no longer so."""

    kind = models.CharField(_("what it watches"), max_length=20, choices=AlertKind)
    percent = models.PositiveSmallIntegerField(
        _("percent in error"), null=True, blank=True,
        help_text=_("From this share on, of all documents that were posted or ended in error in the time below."),
    )  # fmt: skip
    least_number = models.PositiveIntegerField(
        _("least number of documents"), null=True, blank=True,
        help_text=_("With fewer documents it says nothing: one of one would be 100 percent."),
    )  # fmt: skip
    minutes = models.PositiveIntegerField(
        _("minutes"), null=True, blank=True,
        help_text=_("Error rate: how far back it looks. Otherwise: from which age on it tells."),
    )  # fmt: skip
    remind_hours = models.PositiveSmallIntegerField(
        _("hours between reminders"), default=24, help_text=_("While it goes on. 1 to 168.")
    )

    raised_at = models.DateTimeField(_("raised since"), null=True, blank=True, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    calm_since = models.DateTimeField(_("no longer so since"), null=True, blank=True, editable=False)
    looked_at = models.DateTimeField(_("last looked at"), null=True, blank=True, editable=False)
    # What was found when it was last met: figures and names, put into words in the reader's language.
    facts = models.JSONField(default=dict, blank=True, editable=False)

    class Meta(MailSubscription.Meta):
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = [
            *MailSubscription.Meta.constraints,
            models.CheckConstraint(name="notifications_alertrule_figures_fit", condition=figures_fit()),
            models.CheckConstraint(
                name="notifications_alertrule_companies_fit", condition=Q(kind__in=OF_POSTINGS) | Q(all_companies=True)
            ),
            models.CheckConstraint(
                name="notifications_alertrule_reminds_in_time", condition=Q(remind_hours__gte=1, remind_hours__lte=168)
            ),
            models.CheckConstraint(
                name="notifications_alertrule_raised_is_told",
                condition=Q(raised_at__isnull=True, told_at__isnull=True, calm_since__isnull=True)
                | Q(raised_at__isnull=False, told_at__isnull=False, is_active=True),
            ),
        ]
