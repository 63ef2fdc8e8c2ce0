"""Links to the status page of one company, for people without a login. Only a hash of what a link says is kept."""

import datetime
from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.foundation.fields import UlidField
from apps.organisation.models import Company

LONGEST_LIFE = datetime.timedelta(days=90)


class LinkState(StrEnum):
    WORKS = "works"
    EXPIRED = "expired"
    REVOKED = "revoked"


class SharedLink(models.Model):
    """One link. It is made and revoked, never changed: what somebody was given stays what it was."""

    reference = UlidField(_("reference"), primary_key=True)
    company = models.ForeignKey(Company, models.CASCADE, related_name="shared_links", verbose_name=_("company"))
    label = models.CharField(
        _("for whom"), max_length=80, help_text=_("Who gets the link. It is named so in the audit trail.")
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    shows_amounts = models.BooleanField(
        _("amounts"), default=False, help_text=_("When on, whoever has the link sees what failing documents are for.")
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    created_by = models.CharField(_("made by"), max_length=150, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("shared link")
        verbose_name_plural = _("shared links")
        ordering = ["-reference"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(name="access_sharedlink_ends_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(
                name="access_sharedlink_90_days_at_most", condition=Q(expires_at__lte=F("created_at") + LONGEST_LIFE)
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def state(self) -> LinkState:
        if self.revoked_at is not None:
            return LinkState.REVOKED
        return LinkState.EXPIRED if self.expires_at <= timezone.now() else LinkState.WORKS
