"""Who wants to know when Intacct tells of a record that was delivered: by object, registered in `AppConfig.ready()`."""

from collections.abc import Callable

from apps.configuration.models import IntacctConfiguration

Listener = Callable[[IntacctConfiguration, str, str, str], str]
"""Given the connection, the object, the record number and the ID (either may be empty): takes the hint, and says in
words what comes of it; empty for a record that is not ours. Asks Intacct nothing itself."""

_listeners: dict[str, Listener] = {}


def register(object_name: str, listener: Listener) -> None:
    """Smart Events about this object are told to this listener from now on."""
    _listeners[object_name] = listener


def listener_for(object_name: str) -> Listener | None:
    """Who is told of an Intacct object, or None where nobody wants to know."""
    return _listeners.get(object_name)
