"""A client's `Idempotency-Key`: its request's hash and the answer given, for 30 days."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """Scoped to the client. Pruning it is harmless: the posting's own key still holds."""

    client = models.CharField(_("client"), max_length=64)
    key = models.CharField(_("key"), max_length=255)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    answer = models.JSONField(_("answer"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="postings_idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return self.key
