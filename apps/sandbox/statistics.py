"""What `GET /sandbox/control/stats/` counts, and the cap on requests at the same time.

Counted in the sandbox's database, so all processes that serve it agree; requests at the same time are counted by each
process for itself (the portal talks to one).
"""

import threading
import time
from collections import Counter
from collections.abc import Sequence

from django.db import transaction

from apps.sandbox.control_settings import state
from apps.sandbox.documents import Call
from apps.sandbox.models import SandboxState

_lock = threading.Condition()
_running = 0
NOT_METERED = frozenset({"getAPISession", "lookup", "inspect", "getDimensions"})


def enter(cap: int, queue_ms: int) -> int | None:
    """Start a request, waiting a little for a free place. Returns how many run now; None: refused."""
    global _running
    ends = time.monotonic() + queue_ms / 1000
    with _lock:
        while _running >= cap:
            left = ends - time.monotonic()
            if (left <= 0 or not _lock.wait(left)) and _running >= cap:
                return None
        _running += 1
        return _running


def leave() -> None:
    global _running
    with _lock:
        _running -= 1
        _lock.notify()


def count(calls: Sequence[Call], *, running: int, new_connection: bool) -> None:
    """Add one request with its functions. Metered: one for each record written and each reading call (part 9)."""
    names = [call.name for call in calls]
    state()
    with transaction.atomic(using="sandbox"):
        row = SandboxState.objects.get(pk=1)
        row.requests += 1
        row.functions += len(names)
        row.functions_by_name = dict(Counter(row.functions_by_name) + Counter(names))
        row.largest_concurrency = max(row.largest_concurrency, running)
        row.connections += new_connection
        row.metered += sum(_metered(call) for call in calls)
        row.save()


def _metered(call: Call) -> int:
    if call.name in NOT_METERED:
        return 0
    if call.name in ("create", "update"):
        return len(call.element)
    if call.name == "delete":
        return (call.element.findtext("keys") or "").count(",") + 1
    return 1


def shown() -> dict[str, object]:
    row = state()
    return {
        "requests": row.requests,
        "functions": row.functions,
        "functions_by_name": row.functions_by_name,
        "largest_concurrency": row.largest_concurrency,
        "connections": row.connections,
        "metered": row.metered,
    }


def clear() -> None:
    SandboxState.objects.filter(pk=1).update(
        requests=0, functions=0, functions_by_name={}, largest_concurrency=0, connections=0, metered=0
    )
