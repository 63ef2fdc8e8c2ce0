"""Throughput: how many documents Intacct took in an hour."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HourFigure(models.Model):
    """`hour`: its beginning, UTC. Only hours in which something was posted have a row."""

    hour = models.DateTimeField(_("hour"), unique=True)
    posted = models.PositiveIntegerField(_("posted"))

    class Meta:
        verbose_name = _("figure of an hour")
        verbose_name_plural = _("figures by hour")
        ordering = ["hour"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}"
