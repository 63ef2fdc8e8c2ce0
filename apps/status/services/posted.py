"""How many deliveries of each object were posted: what is new is added, and once a day all are counted."""

import datetime

from apps.status.deliveries import EPOCH, Posted, places, posted_since
from apps.status.models import PostedFigure
from apps.status.services.noting import OVERLAP


def count_posted(now: datetime.datetime) -> None:
    """Up to a moment to which no transaction under way can add any more. Four queries."""
    until, today = now - OVERLAP, now.date()
    kept = {(one.connection_id, one.object_name): one for one in PostedFigure.objects.filter(counted_on=today)}
    moments = {place: kept[place].until if place in kept else EPOCH for place in places()}
    figures = []
    for (connection, name), new in posted_since(moments, until=until).items():
        before = kept.get((connection, name))
        posted = new.and_then(Posted(before.posted, before.last_at) if before else None)
        figures.append(
            PostedFigure(
                connection_id=connection,
                object_name=name,
                posted=posted.number,
                last_at=posted.last_at,
                until=until,
                counted_on=today,
            )
        )
    PostedFigure.objects.bulk_create(
        figures,
        update_conflicts=True,
        unique_fields=("connection", "object_name"),
        update_fields=("posted", "last_at", "until", "counted_on"),
    )
