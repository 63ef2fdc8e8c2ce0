"""How long a test waits for what comes at once on a quiet machine. A slow machine is not a failure of the portal."""

import time
from collections.abc import Callable

PATIENCE = 180.0
"""Seconds. Only a real failure costs them."""


def wait_until(condition: Callable[[], bool], *, what: str, told: Callable[[], str] = str) -> None:
    """Wait for a condition; fail with what was waited for, and with what was `told` meanwhile."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > ends:
            raise AssertionError(f"Waited {PATIENCE:.0f} s for: {what}.\n{told()}")
        time.sleep(0.05)
