"""Deliveries by Intacct object and state, exact at this moment, at a cost that does not grow with what was posted.

What is open or in error is few, and found by an index. Of what is posted, which is final, the most is in a figure; only
what was posted since is counted.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import Count, Max, QuerySet

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Delivery
from apps.delivery.states import State
from apps.mapping.delivered_maps import DOCUMENTS, OUTBOUND
from apps.status.models import PostedFigure

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
NOT_POSTED = [state for state in State if state != State.POSTED]
Place = tuple[int, str]
"""A configuration's primary key, and an Intacct object."""


@dataclass(frozen=True)
class Posted:
    """How many were posted, and when the last one."""

    number: int
    last_at: datetime.datetime

    def and_then(self, other: "Posted | None") -> "Posted":
        """Both together."""
        return self if other is None else Posted(self.number + other.number, max(self.last_at, other.last_at))


@dataclass(frozen=True)
class DeliveryCounts:
    """Of an Intacct object: how many deliveries are in each state, and when the last one was posted."""

    by_state: Mapping[str, int]
    last_at: datetime.datetime | None


def delivery_counts(connection_id: int | None = None) -> dict[str, DeliveryCounts]:
    """By object that has any; of one configuration, or of all. Four queries."""
    every = places(connection_id)
    connections = {connection for connection, _ in every}
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(State.values, 0))
    last: dict[str, datetime.datetime | None] = {}
    # Of all configurations: SQLite would begin with the one, and read all its deliveries.
    rows = Delivery.objects.filter(state__in=NOT_POSTED).order_by().values_list("connection", "object_name", "state")
    for connection, name, state, number in rows.annotate(number=Count("pk")):
        if connection in connections:
            counts[name][state] += number
    for name, posted in posted_by_object(every).items():
        counts[name][State.POSTED] = posted.number
        last[name] = posted.last_at
    return {name: DeliveryCounts(counts[name], last.get(name)) for name in sorted(counts)}


def posted_by_object(every: Iterable[Place]) -> dict[str, Posted]:
    """How many were posted, ever, by object that has any. Two queries."""
    found: dict[str, Posted] = {}
    since = dict.fromkeys(every, EPOCH)
    for figure in PostedFigure.objects.filter(connection__in={connection for connection, _ in since}):
        one = Posted(figure.posted, figure.last_at)
        found[figure.object_name] = one.and_then(found.get(figure.object_name))
        since[figure.connection_id, figure.object_name] = figure.until
    for (_, name), posted in posted_since(since).items():
        found[name] = posted.and_then(found.get(name))
    return found


def posted_since(
    moments: Mapping[Place, datetime.datetime], *, until: datetime.datetime | None = None
) -> dict[Place, Posted]:
    """How many were posted in each place since its moment, where there are any. One query, an index for each place."""
    if not moments:
        return {}
    posted = Delivery.objects.filter(state=State.POSTED).order_by()
    if until is not None:
        posted = posted.filter(posted_at__lt=until)
    each: list[QuerySet[Delivery, Any]] = [
        posted.filter(object_name=name, posted_at__gte=moment, connection=connection)
        .values_list("connection", "object_name")
        .annotate(number=Count("pk"), last=Max("posted_at"))
        for (connection, name), moment in moments.items()
    ]
    rows = reduce(lambda one, other: one.union(other, all=True), each)
    return {(connection, name): Posted(number, last) for connection, name, number, last in rows}


def posted_in_the_last(period: datetime.timedelta, now: datetime.datetime) -> int:
    """Throughput. Two queries."""
    return sum(posted.number for posted in posted_since(dict.fromkeys(places(), now - period)).values())


def places(connection_id: int | None = None) -> list[Place]:
    """Wherever deliveries may be: the objects that go out are known."""
    connections = IntacctConfiguration.objects.values_list("pk", flat=True)
    if connection_id is not None:
        connections = connections.filter(pk=connection_id)
    return [(pk, name) for pk in connections for name in sorted({*DOCUMENTS.objects(), *OUTBOUND.objects()})]
