"""Keeping what Sage Intacct said about its own records: one page, or one record. Each record stands alone."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db import connection as database

from apps.configuration.models import IntacctConfiguration
from apps.delivery.services.integration_states import RecordState, forget_errors, note_gone, note_read
from apps.delivery.services.outbound_states import release
from apps.delivery.states import IntegrationStatus
from apps.dimensions.models import Attribute, AttributeType, Dimension, DimensionType
from apps.dimensions.selectors import own_types
from apps.foundation import clock
from apps.intacct import Record
from apps.mapping.reading import InboundMap, UnreadableValue, inbound_map
from apps.masterdata.models import Account, Entity, InboundRecord, Journal, PaymentTerm, TaxDetail
from apps.masterdata.services.charts import put_into_chart
from apps.synchronisation.models import SynchronisedObject

SOURCES: dict[str, tuple[str, type[InboundRecord]]] = {
    SynchronisedObject.ACCOUNT: ("GLACCOUNT", Account),
    SynchronisedObject.JOURNAL: ("GLJOURNAL", Journal),
    SynchronisedObject.ENTITY: ("LOCATIONENTITY", Entity),
    SynchronisedObject.AP_TERM: ("APTERM", PaymentTerm),
    SynchronisedObject.AR_TERM: ("ARTERM", PaymentTerm),
    SynchronisedObject.TAX_DETAIL: ("TAXDETAIL", TaxDetail),
    SynchronisedObject.DEPARTMENT: ("DEPARTMENT", Dimension),
    SynchronisedObject.CHANNEL: ("CLASS", Dimension),
    SynchronisedObject.PROJECT: ("PROJECT", Attribute),
    SynchronisedObject.EMPLOYEE: ("EMPLOYEE", Attribute),
    SynchronisedObject.TASK: ("TASK", Attribute),
}
"""Which Intacct object each comes from, and where it is kept. Always read at the top level (guide, "Master data")."""

AT_ONCE = 1000
LONGEST_KEY = 200
"""Of an integration state."""

_CORRECT_THERE = "Correct the record in Sage Intacct, save it there, and synchronise it again."


@dataclass(frozen=True)
class Stored:
    """How many records were kept, and why others were not."""

    number: int
    unread: tuple[RecordState, ...] = ()


def model_of(object_name: str) -> type[InboundRecord] | None:
    """Where records of an Intacct object are kept; None for an object that does not come in.

    Values of attributes and dimensions need their type: one that is delivered and loaded, or linked and active.
    """
    known = dict(SOURCES.values()).get(object_name)
    if known in (Attribute, Dimension):
        type_model = AttributeType if known is Attribute else DimensionType
        is_there = type_model._default_manager.filter(pk=inbound_map(object_name).constants["type_id"]).exists()
        return known if is_there else None
    if known is None and own_types().filter(intacct_object=object_name, is_active=True).exists():
        return Dimension
    return known


def object_of(wanted: str) -> str:
    """The Intacct object that something comes from: a dimension that a company linked is named by its own."""
    return SOURCES[wanted][0] if wanted in SOURCES else wanted


@transaction.atomic
def store(
    *,
    rows: Iterable[Record],
    object_name: str,
    connection: IntacctConfiguration,
    asked_at: datetime.datetime,
    since: datetime.datetime | None = None,
) -> Stored:
    """Create or update records by their ID, with their integration states. New accounts go into the default chart.

    `asked_at`: the database's time before Intacct was asked; what was read later than that is newer, and stays.
    `since`: when the reading began, to find an ID that it met before, on another record.

    A record that can't be kept (no ID, a value that can't be read, an ID that stands twice, a value that the database
    refuses) ends in a state of its own with the reason; the others are kept. A constant number of queries, however
    many rows; only what the database refuses costs more.
    """
    mapped, model = inbound_map(object_name), model_of(object_name)
    assert model is not None  # noqa: S101  every delivered inbound map has a model
    rows, now = list(rows), clock.database_now()
    twins = _met_before(connection, object_name, mapped, rows, since)
    kept: dict[str, InboundRecord] = {}
    states: dict[str, RecordState] = {}
    unread: list[RecordState] = []
    for row in rows:
        number = str(mapped.record_number(row) or "")
        key = mapped.key_of(row)
        reason = ""
        if not key:
            reason = f"The record has no ID ({mapped.key.field} is empty)."
        elif key in kept or number in twins.get(key, ()):
            reason = f"Another record of Sage Intacct has the ID {key} too; that one was kept."
        if not reason:
            try:
                kept[key] = _record(model, mapped, row, asked_at)
                states[key] = RecordState(key, number)
                continue
            except UnreadableValue as why:
                reason = str(why)
        name = key if key and key not in kept and key not in twins else f"{key or '#'}{'#' if key else ''}{number}"
        unread.append(RecordState(name[:LONGEST_KEY], number, reason, _CORRECT_THERE))
    for key in _newer(mapped, object_name, kept, asked_at):
        kept.pop(key)
        states.pop(key)
    for key, reason in _written(model, mapped, kept, connection).items():
        unread.append(RecordState(key[:LONGEST_KEY], states.pop(key).record_no, reason, _CORRECT_THERE))
        kept.pop(key)
    note_read(
        connection=connection,
        node=mapped.node,
        object_name=object_name,
        states=[*states.values(), *{one.key: one for one in unread}.values()],
        now=now,
    )
    release(connection, object_name=object_name, keys=kept)
    return Stored(len(rows) - len(unread), tuple(unread))


def _record(model: type[InboundRecord], mapped: InboundMap, row: Record, now: datetime.datetime) -> InboundRecord:
    """The record with Intacct's values, checked against the fields that will hold them. Raises `UnreadableValue`."""
    record = model(**mapped.values(row), synchronised_at=now)
    given = {mapped.key.property, mapped.key_property, *(one.property for one in mapped.fields)}
    ours = {field.name for field in model._meta.concrete_fields} - given
    try:
        record.clean_fields(exclude={*ours, *_empty_names(record)})
    except ValidationError as flaws:
        by_property = {one.property: one.field for one in (mapped.key, *mapped.fields)}
        by_property.setdefault(mapped.key_property, mapped.key.field)
        words = [f"{by_property[name]}: {' '.join(texts)}" for name, texts in flaws.message_dict.items()]
        raise UnreadableValue(" ".join(words)) from None
    return record


def _empty_names(record: InboundRecord) -> set[str]:
    """A record without name is kept: it has an ID."""
    return set() if record.name else {"name"}


def _met_before(
    connection: IntacctConfiguration,
    object_name: str,
    mapped: InboundMap,
    rows: Sequence[Record],
    since: datetime.datetime | None,
) -> dict[str, set[str]]:
    """IDs that this reading met on another page, on a record with another number; with the numbers that come late."""
    if since is None:
        return {}
    numbers = {mapped.key_of(row): str(mapped.record_number(row)) for row in rows}
    met = connection.integration_states.filter(
        object_name=object_name, key__in=numbers, updated_at__gte=since, status=IntegrationStatus.SUCCESS
    ).exclude(record_no="")
    return {key: {numbers[key]} for key, number in met.values_list("key", "record_no") if numbers[key] != number}


def _newer(
    mapped: InboundMap, object_name: str, kept: Mapping[str, InboundRecord], asked_at: datetime.datetime
) -> list[str]:
    """Records that were read, or found to be gone, after this page was asked for; all of them are locked."""
    known = _of(object_name).filter(**{f"{mapped.key_property}__in": list(kept)})
    if database.features.has_select_for_update:
        known = known.select_for_update()
    rows = known.values_list(mapped.key_property, "synchronised_at")
    return [key for key, synchronised_at in rows if synchronised_at > asked_at]


def _written(
    model: type[InboundRecord],
    mapped: InboundMap,
    records: Mapping[str, InboundRecord],
    connection: IntacctConfiguration,
) -> dict[str, str]:
    """Write the records; those that the database refuses come back with the reason. All at once where it takes all."""
    try:
        with transaction.atomic():
            _write(model, mapped, list(records.values()), connection)
    except (IntegrityError, DataError):
        refused = {}
        for key, record in records.items():
            try:
                with transaction.atomic():
                    _write(model, mapped, [record], connection)
            except (IntegrityError, DataError) as error:
                refused[key] = f"The portal's database can't hold it: {str(error).splitlines()[0]}."
        return refused
    return {}


def _write(
    model: type[InboundRecord], mapped: InboundMap, records: Sequence[InboundRecord], connection: IntacctConfiguration
) -> None:
    model._default_manager.bulk_create(
        records,
        update_conflicts=True,
        unique_fields=list(mapped.identity),
        update_fields=[*mapped.written, "synchronised_at"],
    )
    if model is Account:
        numbers = [one.number for one in records if isinstance(one, Account)]
        put_into_chart(numbers=numbers, chart=connection.chart_of_accounts)


def _of(object_name: str) -> Any:
    """The records that come from an Intacct object: AP and AR terms share a table."""
    mapped, model = inbound_map(object_name), model_of(object_name)
    assert model is not None  # noqa: S101  as above
    return model._default_manager.filter(**mapped.constants)


def deactivate_unseen(*, object_name: str, connection: IntacctConfiguration, since: datetime.datetime) -> int:
    """Make inactive what a complete reading did not meet: it is no longer in Intacct. Returns how many.

    A record that was met but could not be read is still there: it stays as it is. A page of them at a time.
    """
    mapped = inbound_map(object_name)
    forget_errors(connection=connection, object_name=object_name, before=since)
    met = connection.integration_states.filter(object_name=object_name, updated_at__gte=since).values("key")
    unseen = (
        _of(object_name)
        .filter(is_active=True, synchronised_at__lt=since)
        .exclude(**{f"{mapped.key_property}__in": met})
        .order_by("pk")
    )
    removed = 0
    while page := dict(unseen.values_list("pk", mapped.key_property)[:AT_ONCE]):
        with transaction.atomic():
            gone = _of(object_name).filter(pk__in=page, is_active=True, synchronised_at__lt=since)
            removed += gone.update(is_active=False)
            note_gone(connection=connection, object_name=object_name, keys=page.values(), now=clock.database_now())
    return removed


def number_known(object_name: str) -> int:
    """How many active records of an object are kept here."""
    return int(_of(object_name).filter(is_active=True).count())


@transaction.atomic
def deactivate(*, object_name: str, connection: IntacctConfiguration, record_id: str) -> bool:
    """Make one record inactive that is no longer in Intacct. False: it was not known, or inactive already."""
    now = clock.database_now()
    known = _of(object_name).filter(is_active=True, **{inbound_map(object_name).key_property: record_id})
    changed = bool(known.update(is_active=False, synchronised_at=now))
    if changed:
        note_gone(connection=connection, object_name=object_name, keys=[record_id], now=now)
    return changed
