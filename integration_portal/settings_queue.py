"""django-q2: the alarm clock. Each value has its reason (docs/operations.md, "The queue")."""

from typing import Any


def queue_settings(*, name: str, redis_url: str, workers: int) -> dict[str, Any]:
    """The `Q_CLUSTER` setting: Redis when there is one, else the ORM broker.

    `name` tells apart the queues of portals that share a Redis: whoever reads another's queue loses its wake-ups.
    """
    broker: dict[str, Any] = {"redis": redis_url} if redis_url else {"orm": "default"}
    return {
        "name": name,
        "workers": workers,
        "queue_limit": workers,  # what is fetched waits in memory while its retry clock runs: fetch little
        "bulk": 1,
        "timeout": 420,  # a drain works 45 s, then may wait for one call in flight (300 s at most)
        "retry": 1300,  # longer than (queue ahead + timeout), or a task runs twice
        "max_attempts": 1,  # repeating is a state of the delivery, not of the queue
        "ack_failures": True,
        "save_limit": -1,  # results live in our own tables; keeping successes costs three quarters of the speed
        "catch_up": False,  # after a pause one wake-up is enough
        "poll": 0.2,
        "recycle": 500,
        "cached": False,
        "label": "Queue",
        **broker,
    }
