"""Time. States are timed by the database's clock, durations by the monotonic one."""

import datetime

from django.db import connections
from django.utils import timezone


def database_now(using: str = "default") -> datetime.datetime:
    """Now, as the database sees it: hosts whose clocks differ must agree about leases and horizons.

    SQLite has no clock of its own: it runs in this process, so the host's clock is the database's.
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    assert isinstance(moment, datetime.datetime)  # noqa: S101  narrows the driver's Any
    return moment
