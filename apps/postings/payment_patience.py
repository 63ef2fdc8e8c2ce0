"""When a posted document's payment is read next: after an hour, then daily, until nothing is due or 180 days passed."""

import datetime

SOON = datetime.timedelta(hours=1)
DAILY = datetime.timedelta(days=1)
KEPT_FRESH_FOR = datetime.timedelta(days=180)
FIRST_SETBACK = datetime.timedelta(minutes=5)


def next_reading(*, posted_at: datetime.datetime, now: datetime.datetime, settled: bool) -> datetime.datetime | None:
    """After a reading. None: it is never read again by itself."""
    return None if settled else _unless_old(posted_at, now + (SOON if now - posted_at < SOON else DAILY))


def after_failure(*, posted_at: datetime.datetime, now: datetime.datetime, tries: int) -> datetime.datetime | None:
    """After the `tries`th failure in a row: 5 minutes, 10, 20, … a day at most."""
    return _unless_old(posted_at, now + min(DAILY, FIRST_SETBACK * 2 ** min(tries - 1, 10)))


def _unless_old(posted_at: datetime.datetime, at: datetime.datetime) -> datetime.datetime | None:
    return at if at <= posted_at + KEPT_FRESH_FOR else None
