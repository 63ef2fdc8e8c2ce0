"""The heartbeat: while a worker sends, a thread of its own keeps its leases alive."""

import datetime
import logging
import threading
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connections

from apps.delivery.models import Delivery
from apps.delivery.services import slots
from apps.delivery.states import State
from apps.foundation import clock

logger = logging.getLogger(__name__)


class Heartbeat:
    """Renews the batch's and the slot's lease every quarter of it, by compare-and-set on the token.

    `lost` means: somebody took the rows back, so this worker starts no further call. A lease protects our rows, not
    Intacct's ledger; the open attempt and the horizon do that.
    """

    def __init__(self, *, batch_token: str, slot_token: str, lease: datetime.timedelta) -> None:
        self.lost = False
        self._batch_token = batch_token
        self._slot_token = slot_token
        self._lease = lease
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="lease-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _beat(self) -> None:
        try:
            while not self._stop.wait(self._lease.total_seconds() / 4):
                self._renew()
        finally:
            connections.close_all()

    def _renew(self) -> None:
        try:
            until = clock.database_now() + self._lease
            kept = Delivery.objects.filter(lease_token=self._batch_token, state=State.SENDING).update(lease_until=until)
            self.lost = self.lost or not kept or not slots.keep(self._slot_token, until=until)
        except DatabaseError as error:
            logger.warning("lease not renewed: %s", type(error).__name__)
