"""API sessions: one per client and entity, renewed before they end, opened at the public door."""

import threading
import time
import uuid
from dataclasses import dataclass, field, replace

from apps.intacct.call import Line
from apps.intacct.endpoints import check_endpoint
from apps.intacct.envelope import ControlBlock, login
from apps.intacct.errors import FunctionRefused, OutcomeUnknown, PlaceRefused, SessionUnavailable
from apps.intacct.exchange import ApiSession, Done
from apps.intacct.functions import GetApiSession

# Without the pair of times in the answer (older gateways), a session is not trusted for long.
_UNKNOWN_LIFE = 15 * 60.0
_MARGIN = 60.0


@dataclass(frozen=True)
class Session:
    """An open session. `ends_at` is by the monotonic clock, so a changed wall clock does no harm."""

    session_id: str = field(repr=False)
    endpoint: str
    entity_id: str | None
    ends_at: float = field(compare=False)

    def is_fresh(self) -> bool:
        """Whether it may still be used."""
        return time.monotonic() < self.ends_at


class Sessions:
    """Keeps one session for a line. Opening happens under a lock, so once for many threads."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._lock = threading.Lock()
        self._session: Session | None = None

    def current(self, ends_at: float) -> Session:
        """The session in use, or a new one where it is about to end."""
        with self._lock:
            if self._session is None or not self._session.is_fresh():
                self._session = None
                self._session = self._open(ends_at)
            return self._session

    def replaced(self, refused: Session, ends_at: float) -> Session:
        """A session other than the refused one; another thread may have opened it already."""
        with self._lock:
            if self._session is None or self._session.session_id == refused.session_id:
                self._session = None
                self._session = self._open(ends_at)
            return self._session

    def opened(self, ends_at: float) -> Session:
        """A new session in any case."""
        with self._lock:
            self._session = None
            self._session = self._open(ends_at)
            return self._session

    def extend(self, session: Session, began: float, seconds: float | None) -> None:
        """Every answer moves the end of the session (protocol 2.8)."""
        if seconds is None:
            return
        with self._lock:
            if self._session is not None and self._session.session_id == session.session_id:
                self._session = replace(self._session, ends_at=_end(began, seconds))

    def _open(self, ends_at: float) -> Session:
        """getAPISession, alone, with login, at the public address (protocol 2.8)."""
        line, entity = self._line, self._line.credentials.entity_id
        control_id = f"session-{uuid.uuid4().hex}"
        began = time.monotonic()
        try:
            exchange = line.call(
                line.endpoint,
                login(line.credentials),
                (GetApiSession(control_id, entity or ""),),
                ControlBlock(control_id, unique=False),
                deadline=ends_at - began,
            )
        except OutcomeUnknown as error:
            # Opening a session has no effect on documents, and they were not sent.
            raise SessionUnavailable(
                http_status=error.http_status, response_xml=error.response_xml, errors=error.errors
            ) from error
        outcome = exchange.outcomes[0]
        shown = exchange.response_for(control_id)
        if isinstance(outcome, FunctionRefused):
            where = f"in entity {entity}" if entity else "at the top level"
            raise PlaceRefused(
                f"The user signed in, but Intacct opened no session {where}.",
                http_status=exchange.http_status,
                response_xml=shown,
                errors=outcome.errors,
            )
        if not isinstance(outcome, Done) or outcome.session is None:
            raise SessionUnavailable(http_status=exchange.http_status, response_xml=shown)
        return self._accept(outcome.session, began, exchange.session_seconds)

    def _accept(self, api: ApiSession, began: float, seconds: float | None) -> Session:
        # The address comes from outside; it passes the same check as the configured one (S13).
        check_endpoint(api.endpoint, self._line.allowed_hosts)
        return Session(
            session_id=api.session_id,
            endpoint=api.endpoint,
            entity_id=self._line.credentials.entity_id,
            ends_at=_end(began, _UNKNOWN_LIFE if seconds is None else seconds),
        )


def _end(began: float, seconds: float) -> float:
    return began + seconds - min(_MARGIN, seconds / 10)
