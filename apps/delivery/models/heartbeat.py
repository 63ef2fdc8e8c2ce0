"""A worker's sign of life, written by the work itself: a cluster may look alive and do nothing."""

import datetime

from django.db import models

HEARTBEAT_STALE = datetime.timedelta(minutes=3)
"""Without a sign for so long, no worker works."""


class WorkerHeartbeat(models.Model):
    worker = models.CharField(max_length=80, unique=True)
    beaten_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-beaten_at"]

    def __str__(self) -> str:
        return f"{self.worker} {self.beaten_at:%H:%M:%S}"
