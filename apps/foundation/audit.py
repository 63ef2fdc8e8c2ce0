"""The append-only journal: who did what to which thing, written in the same transaction as the change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One thing that happened. Rows are only added; the database refuses change and deletion."""

    at = models.DateTimeField(_("when"), auto_now_add=True)
    actor = models.CharField(_("who"), max_length=150)
    action = models.CharField(_("what"), max_length=60)
    subject_type = models.CharField(_("kind"), max_length=60)
    subject_id = models.CharField(_("ID"), max_length=64)
    subject_label = models.CharField(_("name"), max_length=120, blank=True)
    company = models.CharField(_("company"), max_length=24, blank=True)
    detail = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="foundation_audit_subject"),
            models.Index(fields=["action", "id"], name="foundation_audit_action"),
        ]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label or self.subject_id}"


@dataclass(frozen=True)
class Event:
    """What `record` is to write."""

    actor: str
    action: str
    subject_type: str
    subject_id: str
    subject_label: str = ""
    company: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


SYSTEM = "portal"
"""The actor of what happens by itself."""


def record(events: Event | Iterable[Event]) -> None:
    """Append to the journal: one INSERT, however many events. Call it inside the change's transaction."""
    many = [events] if isinstance(events, Event) else list(events)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor=event.actor[:150],
            action=event.action,
            subject_type=event.subject_type,
            subject_id=event.subject_id,
            subject_label=event.subject_label[:120],
            company=event.company,
            detail=dict(event.detail),
        )
        for event in many
    )
