"""Reading single records again: the ones that could not be kept, or that somebody chose on the Integration page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.foundation import audit, clock
from apps.foundation.wording import in_english
from apps.intacct import Client
from apps.mapping.reading import inbound_map
from apps.synchronisation.services.inbound_records import deactivate, model_of, store

AT_ONCE = 500


@dataclass(frozen=True)
class ReadAgain:
    """What came of it: kept, still not kept, and no longer in Sage Intacct."""

    kept: int = 0
    unread: int = 0
    gone: int = 0


@in_english
def read_again(*, states: Iterable[IntegrationState], connection: IntacctConfiguration, actor: str) -> ReadAgain:
    """Ask Sage Intacct for just these records of the connection, 500 in a question, and keep them as they are there.

    Raises `OptionOff`, and `IntacctError` where it can't be asked; what was read before that is kept.
    """
    by_object: dict[str, list[IntegrationState]] = defaultdict(list)
    for one in states:
        if one.connection_id == connection.pk and model_of(one.object_name) is not None:
            by_object[one.object_name].append(one)
    kept = unread = gone = 0
    client = client_for(connection)
    try:
        for object_name, wanted in by_object.items():
            for start in range(0, len(wanted), AT_ONCE):
                done = _read(client, connection, object_name, wanted[start : start + AT_ONCE])
                kept, unread, gone = kept + done.kept, unread + done.unread, gone + done.gone
    finally:
        client.close()
    audit.record(
        audit.Event(
            actor=actor,
            action="records_synchronised",
            subject_type="synchronisation",
            subject_id=str(connection.pk),
            subject_label=connection.code,
            detail={"note": f"{kept} kept, {unread} not, {gone} no longer in Sage Intacct."},
        )
    )
    return ReadAgain(kept, unread, gone)


def _read(
    client: Client, connection: IntacctConfiguration, object_name: str, states: Sequence[IntegrationState]
) -> ReadAgain:
    mapped = inbound_map(object_name)
    asked_at = clock.database_now()
    numbers = [one.record_no for one in states if one.record_no]
    rows = list(client.ask(mapped.question_for_many(numbers)).rows) if numbers else []
    met = {str(mapped.record_number(row)) for row in rows}
    missing = []
    for one in states:
        if one.record_no in met:
            continue
        # Without a number, or made anew over there under another one: by its ID.
        found = client.ask(mapped.question_for(record_no="", record_id=one.key)).rows
        rows += found
        if one.record_no and not found:
            missing.append(one.key)
    stored = store(rows=rows, object_name=object_name, connection=connection, asked_at=asked_at)
    gone = sum(deactivate(object_name=object_name, connection=connection, record_id=key) for key in missing)
    return ReadAgain(stored.number, len(stored.unread), gone)
