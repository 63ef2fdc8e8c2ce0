"""Identifiers that sort by the time they were made (ULID)."""

import datetime

from ulid import ULID

_TIME_CHARACTERS = 10


def new_ulid() -> str:
    """A new ULID: 26 characters, sortable, unique without asking the database."""
    return str(ULID())


def first_ulid_of(moment: datetime.datetime) -> str:
    """The smallest ULID of a millisecond: what was made before it sorts below."""
    made = str(ULID.from_datetime(moment))
    return made[:_TIME_CHARACTERS] + "0" * (len(made) - _TIME_CHARACTERS)


def made_at(identifier: str) -> datetime.datetime:
    """When this ULID was made, to the millisecond, by its maker's clock."""
    return ULID.from_str(identifier).datetime
