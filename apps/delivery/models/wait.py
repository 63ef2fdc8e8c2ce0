"""What a held delivery waits for: another record, or another delivery. The row is gone once that is met."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.delivery.models.delivery import Delivery


class WaitKind(models.TextChoices):
    MASTER_DATA = "master_data", _("Master data")
    DELIVERY = "delivery", _("Another document")


class Wait(models.Model):
    """`key`: a record as `keys.awaited` names it, or the other delivery's ID. `words`: why, for people."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="waits", verbose_name=_("delivery"))
    for_kind = models.CharField(_("waits for"), max_length=12, choices=WaitKind)
    key = models.CharField(_("key"), max_length=240)
    words = models.TextField(_("why"))

    class Meta:
        verbose_name = _("wait")
        verbose_name_plural = _("waits")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["key"], name="delivery_wait_by_key")]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "key"], name="delivery_wait_once"),
            models.CheckConstraint(name="delivery_wait_kind_known", condition=Q(for_kind__in=WaitKind.values)),
        ]

    def __str__(self) -> str:
        return self.words
