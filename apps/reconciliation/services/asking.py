"""How a comparison asks Intacct: under one of the connection's slots, by a lease that it keeps."""

import datetime
import time
from types import TracebackType
from typing import Self

from apps.delivery.models.connection_health import Flow
from apps.delivery.services import health, runs
from apps.delivery.services.clients import TOP_LEVEL, Clients
from apps.delivery.services.slots import slot
from apps.foundation import clock
from apps.intacct import Done, Query
from apps.reconciliation.models import ReconciliationRun

WAITS_FOR_A_SLOT_SECONDS = 5.0
LOOKS_AGAIN_SECONDS = 0.2
BUSY_REST = datetime.timedelta(seconds=5)


class NotOurs(Exception):
    """The run was cancelled, or taken over by another worker."""


class NotNow(Exception):
    """Intacct is not to be asked now: documents take all slots, or the connection rests after failures."""

    def __init__(self, rest: datetime.timedelta, *, is_setback: bool) -> None:
        super().__init__(rest)
        self.rest = rest
        self.is_setback = is_setback


class Asking:
    """One worker's conversation for one run. Signs in with its first question.

    `is_patient` False: somebody waits for the answer and asks although the connection rests.
    """

    def __init__(self, run: ReconciliationRun, token: str, *, is_patient: bool) -> None:
        self._run = run
        self._token = token
        self._is_patient = is_patient
        self._clients = Clients(run.connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clients.__exit__(kind, error, trace)

    def ask(self, question: Query) -> Done:
        """Raises `NotOurs`, `NotNow`, `OptionOff`, and `IntacctError` where the question stays unanswered.

        Each question under a slot of its own, given back at once: documents never wait behind a whole comparison.
        """
        if self._is_patient:
            self._require_no_rest()
        ends = time.monotonic() + WAITS_FOR_A_SLOT_SECONDS
        while True:
            with slot(self._run.connection, hold_for=self._run.connection.lease) as token:
                if token is not None:
                    return self._answer(question)
            if time.monotonic() > ends:
                raise NotNow(BUSY_REST, is_setback=False)
            if not runs.keep(self._run, self._token):
                raise NotOurs
            time.sleep(LOOKS_AGAIN_SECONDS)

    def _answer(self, question: Query) -> Done:
        if not runs.keep(self._run, self._token):  # signing in is a call of its own
            raise NotOurs
        answer = runs.asked(self._run, self._token, self._clients.for_entity(TOP_LEVEL), question)
        if answer is None:
            raise NotOurs
        return answer

    def _require_no_rest(self) -> None:
        """A paused connection is asked: nothing is sent, and after a restored backup that is how one looks."""
        standing, now = health.health_of(self._run.connection), clock.database_now()
        if standing.flow != Flow.PAUSED and standing.rest_until is not None and standing.rest_until > now:
            raise NotNow(standing.rest_until - now, is_setback=True)
