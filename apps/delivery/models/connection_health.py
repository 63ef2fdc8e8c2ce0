"""How a connection is doing: open for work, resting after failures, or paused until a person looks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration

FIRST_BATCH_SIZE = 25
LARGEST_BATCH_SIZE = 100


class Flow(models.TextChoices):
    FLOWING = "flowing", _("Working")
    RESTING = "resting", _("Resting after failures")
    PAUSED = "paused", _("Paused: needs a person")


class ConnectionHealth(models.Model):
    """The breaker and the pace of one connection. Shared by all hosts, because it is a row."""

    connection = models.OneToOneField(
        IntacctConfiguration, models.CASCADE, related_name="health", verbose_name=_("configuration")
    )
    flow = models.CharField(_("flow"), max_length=8, choices=Flow, default=Flow.FLOWING)
    reason = models.TextField(_("reason"), blank=True)
    next_step = models.TextField(_("what to do"), blank=True)
    rest_until = models.DateTimeField(_("resting until"), null=True, blank=True)
    failures_in_a_row = models.PositiveIntegerField(default=0)
    batch_size = models.PositiveSmallIntegerField(_("documents a request"), default=FIRST_BATCH_SIZE)
    wake_requested_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("connection health")
        verbose_name_plural = _("connection health")
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(name="delivery_health_flow_known", condition=models.Q(flow__in=Flow.values)),
            models.CheckConstraint(
                name="delivery_health_batch_size_in_range",
                condition=models.Q(batch_size__gte=1, batch_size__lte=LARGEST_BATCH_SIZE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.flow}"
