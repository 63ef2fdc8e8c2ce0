"""How many items, customers and suppliers have which integration status."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.delivery.states import IntegrationStatus


class RecordFigure(models.Model):
    """`node`: the kind of record, as everywhere. With the active configuration."""

    node = models.CharField(_("kind"), max_length=40)
    status = models.CharField(_("status"), max_length=16, choices=IntegrationStatus)
    records = models.PositiveIntegerField(_("records"))

    class Meta:
        verbose_name = _("figure of master data")
        verbose_name_plural = _("figures of master data")
        ordering = ["node", "status"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["node", "status"], name="status_recordfigure_once"),
            models.CheckConstraint(
                name="status_recordfigure_status_known", condition=Q(status__in=IntegrationStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.status}"
