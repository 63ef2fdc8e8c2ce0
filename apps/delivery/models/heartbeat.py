"""A worker's sign of life, written by the work itself: a cluster may look alive and do nothing."""

from django.db import models


class WorkerHeartbeat(models.Model):
    worker = models.CharField(max_length=80, unique=True)
    beaten_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-beaten_at"]

    def __str__(self) -> str:
        return f"{self.worker} {self.beaten_at:%H:%M:%S}"
