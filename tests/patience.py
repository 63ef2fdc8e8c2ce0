"""How long a test waits for what comes at once on a quiet machine. A slow machine is not a failure of the portal."""

import time
from collections.abc import Callable

PATIENCE = 180.0
"""Seconds. Only a real failure costs them."""


def wait_until(condition: Callable[[], bool], *, what: str, told: Callable[[], str] = str, every: float = 0.05) -> None:
    """Wait for a condition; fail with what was waited for, and with what was `told` meanwhile.

    `every`: seconds between two looks; more of them where a look costs something.
    """
    ends = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > ends:
            raise AssertionError(f"Waited {PATIENCE:.0f} s for: {what}.\n{told()}")
        time.sleep(every)
