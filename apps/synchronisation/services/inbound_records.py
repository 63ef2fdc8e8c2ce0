"""Keeping what Sage Intacct said about its own records: one page, or one record."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from apps.intacct import Record
from apps.mapping.reading import inbound_map
from apps.masterdata.models import Account, Entity, InboundRecord, Journal
from apps.masterdata.services.charts import put_into_chart
from apps.organisation.models import ChartOfAccounts
from apps.synchronisation.models import SynchronisedObject

SOURCES: dict[str, tuple[str, type[InboundRecord]]] = {
    SynchronisedObject.ACCOUNT: ("GLACCOUNT", Account),
    SynchronisedObject.JOURNAL: ("GLJOURNAL", Journal),
    SynchronisedObject.ENTITY: ("LOCATIONENTITY", Entity),
}
"""Which Intacct object each comes from, and where it is kept. Always read at the top level (guide, "Master data")."""


@dataclass(frozen=True)
class Stored:
    """How many records were kept, and how many had no ID."""

    number: int
    without_id: int


def model_of(object_name: str) -> type[InboundRecord] | None:
    """Where records of an Intacct object are kept; None for an object that does not come in."""
    return dict(SOURCES.values()).get(object_name)


@transaction.atomic
def store(*, rows: Iterable[Record], object_name: str, chart: ChartOfAccounts | None) -> Stored:
    """Create or update records by their ID. New accounts go into `chart`."""
    mapped, model = inbound_map(object_name), model_of(object_name)
    assert model is not None  # noqa: S101  every delivered inbound map has a model
    now = timezone.now()
    records = []
    without_id = 0
    for row in rows:
        values = mapped.values(row)
        if not values[mapped.key.property]:
            without_id += 1
            continue
        records.append(model(**values, synchronised_at=now))
    model._default_manager.bulk_create(
        records,
        update_conflicts=True,
        unique_fields=[mapped.key.property],
        update_fields=[*(one.property for one in mapped.fields), "synchronised_at"],
    )
    if model is Account:
        put_into_chart(numbers=[one.number for one in records if isinstance(one, Account)], chart=chart)
    return Stored(len(records), without_id)


def deactivate_unseen(*, model: type[InboundRecord], since: datetime.datetime) -> int:
    """Make inactive what a complete reading did not meet: it is no longer in Intacct."""
    return model._default_manager.filter(is_active=True, synchronised_at__lt=since).update(is_active=False)


def deactivate(*, object_name: str, record_id: str) -> bool:
    """Make one record inactive that is no longer in Intacct. False: it was not known, or inactive already."""
    mapped, model = inbound_map(object_name), model_of(object_name)
    assert model is not None  # noqa: S101  as above
    known = model._default_manager.filter(is_active=True, **{mapped.key.property: record_id})
    return bool(known.update(is_active=False, synchronised_at=timezone.now()))
