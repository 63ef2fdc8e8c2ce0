"""Requests that Intacct answers later, to an address of ours (protocol 2.5)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.configuration.models.intacct_configuration import IntacctConfiguration


class RequestState(models.TextChoices):
    WAITING = "waiting", _("Waiting for the answer")
    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("Failed")


class AsynchronousRequest(models.Model):
    """One request: written before it is sent, settled by its answer or by whoever looks after its time."""

    configuration = models.ForeignKey(
        IntacctConfiguration, models.CASCADE, related_name="asynchronous_requests", verbose_name=_("configuration")
    )
    control_id = models.CharField(_("control ID"), max_length=64, unique=True)
    started_by = models.CharField(_("started by"), max_length=150)
    sent_at = models.DateTimeField(_("sent"))
    awaited_until = models.DateTimeField(_("awaited until"))
    state = models.CharField(_("state"), max_length=8, choices=RequestState, default=RequestState.WAITING)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    detail = models.CharField(_("what came of it"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("asynchronous request")
        verbose_name_plural = _("asynchronous requests")
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(name="configuration_async_state_known", condition=Q(state__in=RequestState.values)),
            models.CheckConstraint(
                name="configuration_async_answer_has_time",
                condition=~Q(state="answered") | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.control_id
