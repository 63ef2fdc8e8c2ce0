"""Places where a test may kill the process, to show that nothing is posted twice or lost.

Armed by `PORTAL_CRASH_AT=name[:nth]` and only where `PORTAL_TESTING` is on; otherwise a comparison with "".
"""

import os
import signal
import sys

from django.conf import settings

_reached: dict[str, int] = {}


def reached(name: str, *, document: str = "") -> None:
    """Kill this process (SIGKILL: no clean-up, no goodbye) if this point is armed.

    `name:3` waits for the third time; `name@DOC-1` for the document whose number is DOC-1.
    """
    armed: str = settings.CRASH_AT
    if not armed or not settings.TESTING:
        return
    wanted, _, wanted_document = armed.partition("@")
    wanted, _, nth = wanted.partition(":")
    if wanted != name or (wanted_document and wanted_document != document):
        return
    _reached[name] = _reached.get(name, 0) + 1
    if _reached[name] >= int(nth or 1):
        os.write(sys.stderr.fileno(), f"Killed at {name} ({document}).\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
