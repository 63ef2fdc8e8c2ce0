"""Identifiers that sort by the time they were made (ULID)."""

import datetime

from ulid import ULID


def new_ulid() -> str:
    """A new ULID: 26 characters, sortable, unique without asking the database."""
    return str(ULID())


def made_at(identifier: str) -> datetime.datetime:
    """When this ULID was made, to the millisecond, by its maker's clock."""
    return ULID.from_str(identifier).datetime
