"""Charts of accounts: delivered for each legislation; inbound accounts are put into one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow
from apps.organisation.models.codes import CODE
from apps.organisation.models.legislation import Legislation


class ChartOfAccounts(DeliveredRow):
    """A numbering of accounts that one legislation knows (guide, "Tax management on accounts")."""

    delivered_names: ClassVar = ("name", "legislation_id", "is_default")

    code = models.CharField(_("ID"), max_length=24, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=80)
    legislation = models.ForeignKey(
        Legislation, models.PROTECT, related_name="charts_of_accounts", verbose_name=_("legislation")
    )
    is_default = models.BooleanField(
        _("default of its legislation"), default=False, help_text=_("Proposed where a legislation is chosen.")
    )

    class Meta:
        verbose_name = _("chart of accounts")
        verbose_name_plural = _("charts of accounts")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["legislation"],
                condition=Q(is_default=True),
                name="organisation_one_default_chart",
                violation_error_message=_("The legislation has a default chart already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
