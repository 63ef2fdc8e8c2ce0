"""Writing down where records of master data stand: a page of them in a constant number of queries."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.services.waiting import look_at_records
from apps.delivery.states import IntegrationStatus


@dataclass(frozen=True)
class RecordState:
    """What became of one record: kept (no `message`), or not, with why and what to do."""

    key: str
    record_no: str
    message: str = ""
    next_step: str = ""


def note_read(
    *,
    connection: IntacctConfiguration,
    node: str,
    object_name: str,
    states: Iterable[RecordState],
    now: datetime.datetime,
) -> None:
    """Keep what a reading did with its records. Call it in the transaction that keeps the records; keys are unique.

    Two INSERTs at the most, however many records; what could not be kept keeps the time of its last success.
    """
    rows: dict[bool, list[IntegrationState]] = {True: [], False: []}
    for one in states:
        rows[not one.message].append(
            IntegrationState(
                connection=connection,
                node=node,
                object_name=object_name,
                key=one.key,
                status=IntegrationStatus.ERROR if one.message else IntegrationStatus.SUCCESS,
                last_message=one.message,
                next_step=one.next_step,
                record_no=one.record_no,
                last_integrated_at=None if one.message else now,
                updated_at=now,
            )
        )
    always = ["status", "last_message", "next_step", "record_no", "updated_at"]
    for kept, some in rows.items():
        IntegrationState.objects.bulk_create(
            some,
            update_conflicts=True,
            unique_fields=["connection", "object_name", "key"],
            update_fields=[*always, "last_integrated_at"] if kept else always,
        )
    look_at_records([*rows[True], *rows[False]])


def note_gone(
    *, connection: IntacctConfiguration, object_name: str, keys: Iterable[str], now: datetime.datetime
) -> None:
    """These records are no longer in Sage Intacct; they are kept here, inactive."""
    IntegrationState.objects.filter(connection=connection, object_name=object_name, key__in=list(keys)).update(
        status=IntegrationStatus.DESYNCHRONISED,
        last_message="No longer in Sage Intacct: made inactive.",
        next_step="Nothing to do, if it was deleted there on purpose. Otherwise create it there again.",
        updated_at=now,
    )


def forget_errors(*, connection: IntacctConfiguration, object_name: str, before: datetime.datetime) -> int:
    """Drop errors of records that a complete reading did not meet again: there is nothing left to put right.

    A record that was kept once has its history and stays.
    """
    dropped, _rows = IntegrationState.objects.filter(
        connection=connection,
        object_name=object_name,
        status=IntegrationStatus.ERROR,
        last_integrated_at__isnull=True,
        updated_at__lt=before,
    ).delete()
    return dropped
