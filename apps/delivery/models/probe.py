"""One look-up: Intacct was asked whether a record is there, and this is what it said."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.delivery.models.delivery import Delivery
from apps.foundation.fields import UlidField


class Verdict(models.TextChoices):
    FOUND = "found", _("Found, equal")
    ABSENT_YET = "absent_yet", _("Not found, too early to tell")
    ABSENT = "absent", _("Not found, after the horizon")
    DIFFERENT = "different", _("Found, but different")
    SEVERAL = "several", _("Found more than once")
    NO_ANSWER = "no_answer", _("The look-up failed: proves nothing")


class Probe(models.Model):
    """Append-only, as attempts are."""

    id = UlidField(primary_key=True)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="probes", verbose_name=_("delivery"))
    asked_at = models.DateTimeField(_("asked"))
    scope = models.CharField(_("scope"), max_length=40)
    looked_for = models.CharField(_("looked for"), max_length=200)
    record_numbers = models.JSONField(_("record numbers"), default=list, blank=True)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict)
    note = models.TextField(_("remark"), blank=True)

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(name="delivery_probe_verdict_known", condition=models.Q(verdict__in=Verdict.values)),
        ]

    def __str__(self) -> str:
        return f"{self.looked_for}: {self.verdict}"
