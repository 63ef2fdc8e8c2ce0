"""What changed in a row, field by field with old and new, as the audit trail keeps it."""

from collections.abc import Mapping

from django.db import models

from apps.foundation import audit
from apps.foundation.wording import in_english

Snapshot = Mapping[str, str]
"""A row's values as people read them, by field."""

LEFT_OUT = ("id", "delivered_fingerprint")


@in_english
def snapshot(row: models.Model) -> dict[str, str]:
    """The row's own fields as text; related rows by their name. Not for rows with secrets."""
    values = {}
    for field in row._meta.concrete_fields:
        if field.name not in LEFT_OUT:
            value = getattr(row, field.name)
            values[field.name] = "" if value is None else str(value)
    return values


def differences(before: Snapshot, after: Snapshot) -> dict[str, dict[str, str]]:
    """The fields whose values differ, each with `old` and `new`."""
    return {
        name: {"old": before.get(name, ""), "new": after.get(name, "")}
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    }


@in_english
def record_change(
    *, actor: str, kind: str, row: models.Model, before: Snapshot | None, after: Snapshot | None, company: str = ""
) -> bool:
    """Write a creation (`before` None), change or deletion (`after` None) to the audit trail.

    Call it inside the change's transaction. False: nothing differed, nothing was written.
    """
    changes = differences(before or {}, after or {})
    if before is not None and after is not None and not changes:
        return False
    happened = "created" if before is None else "deleted" if after is None else "changed"
    audit.record(
        audit.Event(
            actor=actor,
            action=f"{kind}_{happened}",
            subject_type=kind,
            subject_id=str(row.pk),
            subject_label=str(row),
            company=company,
            detail={"changes": changes, "note": in_words(changes) if happened == "changed" else ""},
        )
    )
    return True


def in_words(changes: Mapping[str, Mapping[str, str]]) -> str:
    """The changes as one line that people read."""
    return "; ".join(
        f"{name.replace('_', ' ')}: {change['old'] or '–'} → {change['new'] or '–'}" for name, change in changes.items()
    )
