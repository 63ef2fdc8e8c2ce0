"""Journals."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.masterdata.models.inbound_record import InboundRecord


class Journal(InboundRecord):
    """A journal, by its symbol."""

    symbol = models.CharField(_("ID"), max_length=12, unique=True)

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")
        ordering = ["symbol"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.symbol} {self.name}"
