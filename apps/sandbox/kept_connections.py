"""Which requests came over a connection that was met before."""

import threading
import weakref
from typing import Any

from django.http import HttpRequest

_lock = threading.Lock()
_met: "weakref.WeakSet[Any]" = weakref.WeakSet()


def is_new(request: HttpRequest) -> bool:
    """Whether this is the first request of its connection. By the socket itself: a port is soon used again."""
    socket = request.META.get("gunicorn.socket")
    if socket is None:
        return True
    with _lock:
        if socket in _met:
            return False
        _met.add(socket)
        return True
