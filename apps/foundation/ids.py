"""Identifiers that sort by the time they were made (ULID)."""

from ulid import ULID


def new_ulid() -> str:
    """A new ULID: 26 characters, sortable, unique without asking the database."""
    return str(ULID())
