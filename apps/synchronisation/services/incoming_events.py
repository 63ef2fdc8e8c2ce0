"""Taking Smart Events: stored before they are worked, and only as a hint which record to read."""

import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.configuration.models import IntacctConfiguration
from apps.configuration.selectors import require_active
from apps.foundation.wakeups import Wakeup, enqueue
from apps.options.models import OptionCode
from apps.options.selectors import require
from apps.synchronisation.models import EventState, IncomingEvent

KEPT = datetime.timedelta(days=30)
"""How long an event's key is remembered, so that a replay is known (contract section 7)."""


@dataclass(frozen=True)
class Told:
    """What a Smart Event says. `key` identifies the event itself, where its sender can make one."""

    object_name: str
    event: str
    record_no: str
    record_id: str
    key: str = ""


def receive(*, configuration: IntacctConfiguration, told: Told) -> bool:
    """Keep an event and wake a worker. False: it was known already (its key, or its record waits to be read).

    Raises `OptionOff` while the option Sage Intacct is off, `ConfigurationInactive`.
    """
    require(OptionCode.SAGE_INTACCT)
    require_active(configuration)
    try:
        with transaction.atomic():
            event = IncomingEvent.objects.create(
                configuration=configuration,
                object_name=told.object_name,
                event=told.event,
                record_no=told.record_no,
                record_id=told.record_id,
                event_key=told.key or None,
                due_at=timezone.now(),
            )
            enqueue(Wakeup.EVENT, event.pk)
    except IntegrityError:
        # The record is read after this moment, so it will be read as it is now.
        IncomingEvent.objects.filter(
            configuration=configuration,
            object_name=told.object_name,
            record_no=told.record_no,
            record_id=told.record_id,
            state=EventState.WAITING,
        ).update(times=F("times") + 1, event=told.event)
        return False
    return True


def forget_old_events() -> int:
    """Delete finished events past their keeping time."""
    ended = (EventState.DONE, EventState.IGNORED, EventState.FAILED)
    deleted, _rows = IncomingEvent.objects.filter(state__in=ended, received_at__lt=timezone.now() - KEPT).delete()
    return deleted
