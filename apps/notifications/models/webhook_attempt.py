"""One try to send a message: when, how long, and what came back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.notifications.models.webhook_message import WebhookMessage

ANSWER_KEPT = 1024
"""Characters of the answer that are kept."""


class WebhookAttempt(models.Model):
    message = models.ForeignKey(WebhookMessage, models.CASCADE, related_name="attempts", verbose_name=_("message"))
    number = models.PositiveSmallIntegerField(_("try"))
    started_at = models.DateTimeField(_("started"))
    duration_ms = models.PositiveIntegerField(_("duration in ms"))
    status_code = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    words = models.CharField(_("what came of it"), max_length=300)
    answer = models.CharField(_("start of the answer"), max_length=ANSWER_KEPT, blank=True)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}: {self.words}"
