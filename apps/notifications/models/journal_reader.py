"""How far the audit journal was read, and whose turn it is to read and send."""

from django.db import models
from django.db.models import Q


class JournalReader(models.Model):
    """One row. `gaps`: numbers below the position that were not there yet, each with when it was missed first.

    PostgreSQL gives numbers before it commits, so an entry may appear below others that were read already.
    """

    position = models.BigIntegerField(default=0)
    gaps = models.JSONField(default=list, blank=True)
    wake_requested_at = models.DateTimeField(null=True, blank=True)
    turn_token = models.CharField(max_length=32, blank=True)
    turn_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="notifications_journalreader_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"read to {self.position}"
