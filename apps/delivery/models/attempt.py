"""One try to send one delivery, written down before a byte leaves; and what is known of its outcome."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.delivery.models.delivery import Delivery
from apps.delivery.states import Outcome
from apps.foundation.fields import UlidField


class Attempt(models.Model):
    """Append-only evidence. The outcome may become known, and `unknown` may become `resolved`; nothing else."""

    id = UlidField(primary_key=True)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts", verbose_name=_("delivery"))
    number = models.PositiveIntegerField(_("number"))
    epoch = models.PositiveIntegerField()
    control_id = models.CharField(_("control ID"), max_length=40)
    payload_sha256 = models.CharField(max_length=64)
    batch_id = models.CharField(_("request"), max_length=40)
    worker = models.CharField(_("worker"), max_length=80)
    started_at = models.DateTimeField(_("started"))
    deadline_at = models.DateTimeField()
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, null=True, blank=True)  # noqa: DJ001
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    errors = models.JSONField(_("errors"), default=list, blank=True)
    note = models.TextField(_("what happened"), blank=True)
    # Redacted, whole and well-formed; emptied by `purge` when their keeping time is over.
    request_xml = models.TextField(_("request"), blank=True)
    response_xml = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-id"]
        default_permissions = ("view",)
        # What went wrong on the way: few of many, newest first.
        indexes = [models.Index(fields=["outcome", "-id"], name="delivery_attempt_by_outcome")]
        constraints = [
            # The heart of it: while an attempt is open or its outcome unknown, there can't be another.
            models.UniqueConstraint(
                fields=["delivery"],
                condition=Q(outcome__isnull=True) | Q(outcome="unknown"),
                name="delivery_attempt_one_unsettled",
            ),
            models.UniqueConstraint(fields=["delivery", "number"], name="delivery_attempt_number_once"),
            models.CheckConstraint(
                name="delivery_attempt_outcome_known",
                condition=Q(outcome__isnull=True) | Q(outcome__in=Outcome.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} #{self.number}"
