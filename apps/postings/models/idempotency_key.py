"""A client's `Idempotency-Key`: its request's hash and the answer given, for 30 days."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """Scoped to the client. Pruning it is harmless: the posting's own key still holds.

    Without a status, the first request is still being worked on, by whoever holds the lease.
    """

    client = models.CharField(_("client"), max_length=64)
    key = models.CharField(_("key"), max_length=255)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    answer = models.JSONField(_("answer"), null=True)
    lease_token = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="postings_idempotency_key_once"),
            models.CheckConstraint(
                name="postings_idempotency_key_answered_or_leased",
                condition=Q(status__isnull=False, lease_until__isnull=True, lease_token="")
                | Q(status__isnull=True, lease_until__isnull=False) & ~Q(lease_token=""),
            ),
        ]

    def __str__(self) -> str:
        return self.key
