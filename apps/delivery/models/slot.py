"""One of the calls that may run at the same time against a connection: a leased row, so it holds across hosts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration


class Slot(models.Model):
    connection = models.ForeignKey(IntacctConfiguration, models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["connection", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["connection", "number"], name="delivery_slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}/{self.number}"
