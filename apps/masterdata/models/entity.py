"""Entities."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.masterdata.models.inbound_record import InboundRecord


class Entity(InboundRecord):
    """An entity as Sage Intacct last listed it: the counterpart of a company and its financial site."""

    code = models.CharField(_("ID"), max_length=24, unique=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("business entity")
        verbose_name_plural = _("business entities")
        ordering = ["code"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
