"""Working Smart Events: the record is read back from Sage Intacct, and kept as it is there now."""

import datetime
import logging

from django.db.models import F, Q
from django.utils import timezone

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import IntegrationState
from apps.delivery.noticed import listener_for
from apps.foundation import clock
from apps.intacct import IntacctError
from apps.mapping.reading import InboundMap, inbound_map
from apps.mapping.selectors import is_sent, notices_changes
from apps.options.models import OptionCode
from apps.options.selectors import is_on
from apps.synchronisation.models import EventState, IncomingEvent
from apps.synchronisation.services.inbound_records import deactivate, model_of, store
from apps.synchronisation.services.integration_actions import compare_states
from apps.synchronisation.sources import SOURCES

logger = logging.getLogger(__name__)

PAUSES = tuple(datetime.timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200))
"""Before the second try, the third, … After the last one, a person synchronises the object."""

ABANDONED = datetime.timedelta(minutes=10)
"""A worker that has not ended an event for this long has died over it."""

AT_ONCE = 200


def work_due_events() -> int:
    """Work all events that are due, oldest first. Returns how many were ended."""
    if not is_on(OptionCode.SAGE_INTACCT):
        return 0
    now = timezone.now()
    due = Q(state=EventState.WAITING, due_at__lte=now) | Q(state=EventState.WORKING, due_at__lte=now - ABANDONED)
    events = IncomingEvent.objects.filter(due).order_by("id").values_list("pk", flat=True)[:AT_ONCE]
    return sum(work_event(event_id=pk) for pk in list(events))


def work_event(*, event_id: str) -> bool:
    """Work one event, if it is due and nobody else has it. Returns whether it was ended.

    No remote call runs inside a transaction. A failure of the call is tried again later, `PAUSES` apart.
    """
    if not is_on(OptionCode.SAGE_INTACCT) or not _claimed(event_id):
        return False
    event = IncomingEvent.objects.select_related("configuration__chart_of_accounts").get(pk=event_id)
    if not is_sent(event.object_name):
        return _end(event, EventState.IGNORED, f"The mapping of {event.object_name} says Not sent.")
    goes_out = event.object_name in SOURCES
    if goes_out and not notices_changes(event.object_name):
        return _end(event, EventState.IGNORED, f"{event.object_name} goes out; its mapping does not say Both.")
    listener = listener_for(event.object_name)
    if listener is not None:
        words = listener(event.configuration, event.object_name, event.record_no, event.record_id)
        return _end(event, EventState.DONE if words else EventState.IGNORED, words or "Not posted from here.")
    if not goes_out and model_of(event.object_name) is None:
        return _end(event, EventState.IGNORED, f"{event.object_name} does not come in from Sage Intacct.")
    try:
        words = _compared(event) if goes_out else _read_back(event)
    except IntacctError as error:
        return _postpone(event, f"{error} {getattr(error, 'next_step', '')}".strip())
    return _end(event, EventState.DONE if words else EventState.IGNORED, words or "Neither here nor in Sage Intacct.")


def _claimed(event_id: str) -> bool:
    """Take the event, so that two workers never read it both; what arrives from now on is an event of its own."""
    now = timezone.now()
    free = Q(state=EventState.WAITING, due_at__lte=now) | Q(state=EventState.WORKING, due_at__lte=now - ABANDONED)
    return bool(
        IncomingEvent.objects.filter(free, pk=event_id).update(
            state=EventState.WORKING, tries=F("tries") + 1, due_at=now
        )
    )


def _compared(event: IncomingEvent) -> str:
    """What a change over there means for a record whose owner is here: noticed, and overwritten on neither side."""
    states = IntegrationState.objects.filter(
        connection=event.configuration, object_name=event.object_name, is_due=False, is_in_flight=False
    )
    known = Q(key=event.record_id) if event.record_id else Q(record_no=event.record_no)
    some = list(states.filter(known)[:1])
    if not some:
        return ""
    done = compare_states(states=some, connection=event.configuration, actor="Smart Event")
    return "Compared: it is there as it is here." if done.equal else "Compared: it differs from what is here."


def _read_back(event: IncomingEvent) -> str:
    """What came of reading the record, in words; empty: there is no such record on either side."""
    configuration: IntacctConfiguration = event.configuration
    mapped = inbound_map(event.object_name)
    asked_at = clock.database_now()
    client = client_for(configuration)
    try:
        answer = client.ask(mapped.question_for(record_no=event.record_no, record_id=event.record_id))
    finally:
        client.close()
    if answer.rows:
        stored = store(rows=answer.rows, object_name=event.object_name, connection=configuration, asked_at=asked_at)
        return " ".join(one.message for one in stored.unread) or "Read, and kept as it is in Sage Intacct."
    gone = _key_of(event, mapped)
    if gone and deactivate(object_name=event.object_name, connection=configuration, record_id=gone):
        return "No longer in Sage Intacct: made inactive."
    return ""


def _key_of(event: IncomingEvent, mapped: InboundMap) -> str:
    """What a record is known by here. An ID alone does not tell it where IDs are unique within another record only."""
    if not mapped.within:
        return event.record_id
    known = event.configuration.integration_states.filter(object_name=event.object_name, record_no=event.record_no)
    key = known.exclude(record_no="").values_list("key", flat=True).first()
    return key or event.record_id


def _postpone(event: IncomingEvent, words: str) -> bool:
    if event.tries > len(PAUSES):
        return _end(event, EventState.FAILED, f"{words} Synchronise the object by hand.")
    # Another event about the record may have arrived meanwhile: it waits already, and one is enough.
    waits = IncomingEvent.objects.filter(
        configuration=event.configuration,
        object_name=event.object_name,
        record_no=event.record_no,
        record_id=event.record_id,
        state=EventState.WAITING,
    )
    if waits.exists():
        return _end(event, EventState.IGNORED, "A later event about the same record is worked instead.")
    IncomingEvent.objects.filter(pk=event.pk, state=EventState.WORKING).update(
        state=EventState.WAITING, due_at=timezone.now() + PAUSES[event.tries - 1], detail=words[:500]
    )
    return False


def _end(event: IncomingEvent, state: EventState, words: str) -> bool:
    if state == EventState.FAILED:
        logger.warning("smart event %s failed: %s", event.pk, words)
    return bool(
        IncomingEvent.objects.filter(pk=event.pk, state=EventState.WORKING).update(
            state=state, detail=words[:500], finished_at=timezone.now()
        )
    )
