"""The sandbox's tables live in the database `sandbox`, and nothing else does."""

from typing import Any

LABEL = DATABASE = "sandbox"


class SandboxRouter:
    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return DATABASE if model._meta.app_label == LABEL else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        labels = {one._meta.app_label, other._meta.app_label}
        return None if LABEL not in labels else labels == {LABEL}

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return (db == DATABASE) == (app_label == LABEL) if LABEL in (db, app_label) else None
