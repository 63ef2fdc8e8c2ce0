"""`stale_read`: for a while, reads do not see what was stored last (a replica that lags behind)."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from apps.sandbox.control_settings import state
from apps.sandbox.models import StoredRecord


def hide_new_records(milliseconds: int) -> None:
    """From now on for so long, records stored from now on are not shown."""
    now = timezone.now()
    row = state()
    row.settings = {
        **row.settings,
        "stale_from": now.isoformat(),
        "stale_until": (now + datetime.timedelta(milliseconds=milliseconds)).isoformat(),
    }
    row.save(update_fields=["settings"])


def without_hidden(rows: QuerySet[StoredRecord]) -> QuerySet[StoredRecord]:
    settings = state().settings
    until = settings.get("stale_until")
    if not until or timezone.now() >= datetime.datetime.fromisoformat(until):
        return rows
    return rows.filter(stored_at__lt=datetime.datetime.fromisoformat(settings["stale_from"]))
