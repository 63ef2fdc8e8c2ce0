"""How long to wait for what: all in units of a twentieth of the connection's processing horizon.

With the default horizon of 20 minutes a unit is one minute (reliability.md 2.6, 2.7, 2.9); with the sandbox's
10 seconds it is half a second, so that the same schedule can be watched in a demonstration.
"""

import datetime
import random

from apps.configuration.models import IntacctConfiguration

LOOK_UPS = (0.5, 2.0, 5.0, 20.0, 21.0, 81.0, 261.0, 741.0)
"""When Intacct is asked after an unknown outcome: +30 s, 2 min, 5 min, the horizon, +1 min, +1 h, +4 h, +12 h."""

GIVE_UP_AFTER = 1440.0
"""A day after the send, a person takes over."""

MOST_SETBACKS = 12
MOST_RESENDS = 2
FAILURES_BEFORE_REST = 5
LONGEST_REST = 15.0
LONGEST_BACK_OFF = 60.0

_jitter = random.SystemRandom()


def unit(connection: IntacctConfiguration) -> datetime.timedelta:
    return connection.horizon / 20


def next_look(
    connection: IntacctConfiguration, *, sent_at: datetime.datetime, now: datetime.datetime
) -> datetime.datetime:
    """When to ask next: the first of the look-up times still ahead; after the last, every four hours."""
    one = unit(connection)
    for units in LOOK_UPS:
        if sent_at + one * units > now:
            return sent_at + one * units
    return now + one * 240


def second_look(connection: IntacctConfiguration, *, now: datetime.datetime) -> datetime.datetime:
    """Absence counts when seen twice, this far apart: a replica may lag behind."""
    return now + unit(connection)


def back_off(connection: IntacctConfiguration, *, setbacks: int) -> datetime.timedelta:
    """Full jitter: anything from nothing to 30 s · 2ⁿ, an hour at most (in units)."""
    ceiling = min(LONGEST_BACK_OFF, 0.5 * 2 ** min(setbacks, 12))
    return unit(connection) * _jitter.uniform(0, ceiling)


def rest(connection: IntacctConfiguration, *, failures: int) -> datetime.timedelta:
    """How long a failing connection is left alone: one unit, doubling to fifteen."""
    return unit(connection) * min(LONGEST_REST, 2.0 ** max(0, failures - FAILURES_BEFORE_REST))
