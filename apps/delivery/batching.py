"""How many deliveries travel in one request: by size here, by experience in the connection's pace."""

from collections.abc import Sequence

from apps.delivery.models.connection_health import LARGEST_BATCH_SIZE
from apps.delivery.models.delivery import Delivery

LARGEST_REQUEST_BYTES = 380_000
"""Below the client's cap of 400 KB, with room for the envelope."""

ENVELOPE_BYTES_PER_FUNCTION = 80
GROWTH = 5


def fitting(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The leading deliveries that fit into one request; always at least one, so that a huge one gets its refusal."""
    fitted: list[Delivery] = []
    size = 0
    for delivery in deliveries:
        size += len(delivery.payload.encode()) + ENVELOPE_BYTES_PER_FUNCTION
        if fitted and size > LARGEST_REQUEST_BYTES:
            break
        fitted.append(delivery)
    return fitted


def after_clean_batch(size: int) -> int:
    """A batch with every answer in place: the next may be a little larger."""
    return min(LARGEST_BATCH_SIZE, size + GROWTH)


def after_unclear_batch(size: int) -> int:
    """All members of an unclear batch must be looked up, so the next is half as large."""
    return max(1, size // 2)
