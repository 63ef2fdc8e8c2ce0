"""Who wants to know that items, customers or suppliers changed: the registry by which layers above are told."""

from collections.abc import Callable, Sequence

Listener = Callable[[str, Sequence[str]], None]
"""Called inside the transaction of the change, with the node (`item`, `customer`, `supplier`) and the records' IDs."""

_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Make a listener known. Called once, in `AppConfig.ready()`."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(node: str, codes: Sequence[str]) -> None:
    """These records were created, changed, or asked to be deleted."""
    if codes:
        for listener in _listeners:
            listener(node, codes)
