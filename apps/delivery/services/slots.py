"""The cap on calls at the same time: a leased row for each, so that it holds over processes and hosts."""

import datetime
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.configuration.models import IntacctConfiguration
from apps.delivery.models import Slot
from apps.foundation import clock


@contextmanager
def slot(connection: IntacctConfiguration, *, hold_for: datetime.timedelta) -> Iterator[str | None]:
    """One of the connection's slots for the duration of the block, or None when all are taken.

    A worker that dies keeps its slot only until the lease passes.
    """
    token = _acquire(connection, hold_for)
    try:
        yield token
    finally:
        if token is not None:
            Slot.objects.filter(connection=connection, lease_token=token).update(lease_token="", lease_until=None)


def _acquire(connection: IntacctConfiguration, hold_for: datetime.timedelta) -> str | None:
    now = clock.database_now()
    token = secrets.token_hex(16)
    for number in range(1, connection.largest_concurrency + 1):
        free = Slot.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now), number=number)
        if free.filter(connection=connection).update(lease_token=token, lease_until=now + hold_for):
            return token
        try:
            with transaction.atomic():
                _, created = Slot.objects.get_or_create(
                    connection=connection,
                    number=number,
                    defaults={"lease_token": token, "lease_until": now + hold_for},
                )
        except IntegrityError:
            continue
        if created:
            return token
    return None


def keep(token: str, *, until: datetime.datetime) -> bool:
    """Renew a slot's lease. False: it was lost, so its owner starts no further call."""
    return Slot.objects.filter(lease_token=token).update(lease_until=until) == 1
