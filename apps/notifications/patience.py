"""How long a receiver or a mail server is waited for: within a try, between tries, and before it is given up."""

import datetime
import random

DEADLINE_SECONDS = 10.0
"""For one try in all, from the name's resolution to the answer's end."""

LEASE = datetime.timedelta(seconds=60)
"""How long a message is a sender's: longer than any try, so that only a dead one's messages are taken over."""

PAUSES = tuple(
    datetime.timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Before the second try, the third, … (Standard Webhooks). After the last one, about three days on, it is given up."""

LONGEST_RETRY_AFTER = datetime.timedelta(hours=24)
"""A receiver may ask for patience, but not for ever."""

FAILURES_BEFORE_REST = 3
SHORTEST_REST = datetime.timedelta(seconds=5)
LONGEST_REST = datetime.timedelta(minutes=1)
"""An endpoint that does not answer is left alone for a while, so that thousands of messages don't each try it."""

LONGEST_ASKED_REST = datetime.timedelta(hours=1)
"""The same, where the receiver asked for it (429 or 503 with `Retry-After`)."""

DISABLED_AFTER = datetime.timedelta(days=5)
"""Nothing but failures for this long: the endpoint is switched off and a person has to look."""

_jitter = random.SystemRandom()


def pause_after(tries: int, *, asked_for: datetime.timedelta | None = None) -> datetime.timedelta | None:
    """Before the next try, after so many; never sooner than the receiver asked for. None: it is given up.

    A little longer by chance, so that what failed together does not come back together.
    """
    if tries > len(PAUSES):
        return None
    pause = PAUSES[tries - 1] * _jitter.uniform(1.0, 1.2)
    return max(pause, min(asked_for, LONGEST_RETRY_AFTER)) if asked_for else pause


def rest_after(failures: int) -> datetime.timedelta | None:
    """How long an endpoint is left alone after so many failures in a row. None: not yet."""
    if failures < FAILURES_BEFORE_REST:
        return None
    rest: datetime.timedelta = min(SHORTEST_REST * 2 ** min(failures - FAILURES_BEFORE_REST, 10), LONGEST_REST)
    return rest


MAIL_PAUSES = tuple(
    datetime.timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 720, 1440)
)
"""Before the second try to send a mail, the third, … After the last one, about two days on, it is given up."""

MAIL_LEASE = datetime.timedelta(minutes=10)
"""How long a mail is a sender's: longer than the queue lets any task live (420 s), so only a dead one's are taken."""


def mail_pause_after(tries: int) -> datetime.timedelta | None:
    """Before the next try, after so many. None: it is given up."""
    return MAIL_PAUSES[tries - 1] * _jitter.uniform(1.0, 1.1) if tries <= len(MAIL_PAUSES) else None
