"""Client: functions in, outcomes out. Opens its session itself and never repeats a function."""

import time
from collections.abc import Sequence
from dataclasses import replace

from apps.intacct.call import Line
from apps.intacct.endpoints import DEFAULT_ALLOWED_HOSTS, check_endpoint
from apps.intacct.envelope import ControlBlock, Credentials, build_request, login, session_login
from apps.intacct.errors import AuthenticationRefused, FunctionRefused, NotXml, RenderError
from apps.intacct.exchange import Done, Exchange
from apps.intacct.functions import Function, GetApiSession
from apps.intacct.redaction import REDACTED, Secrets, redact
from apps.intacct.session import Session, Sessions
from apps.intacct.transport import RequestsTransport, Transport

DEFAULT_DEADLINE = 120.0


class Client:
    """One company, one user, one entity. Safe to share between threads."""

    def __init__(
        self,
        endpoint: str,
        credentials: Credentials,
        *,
        allowed_hosts: Sequence[str] = DEFAULT_ALLOWED_HOSTS,
        transport: Transport | None = None,
        deadline: float = DEFAULT_DEADLINE,
    ) -> None:
        check_endpoint(endpoint, allowed_hosts)
        self._transport = transport or RequestsTransport()
        self._line = Line(endpoint, credentials, self._transport, tuple(allowed_hosts))
        self._sessions = Sessions(self._line)
        self._deadline = deadline

    def __repr__(self) -> str:
        return f"Client({self._line.endpoint!r}, {self._line.credentials!r})"

    def execute(
        self,
        functions: Sequence[Function],
        *,
        control_id: str,
        transaction: bool = False,
        unique: bool = True,
        policy_id: str | None = None,
        deadline: float | None = None,
    ) -> Exchange:
        """Send the functions once and give each its outcome, in the order asked.

        Raises NotSent (no effect), OutcomeUnknown (ask before sending again) or Refused (nothing
        executed). The single repeat is after "Invalid session": the gateway refused at
        authentication, so no function ran (protocol 2.8). With a policy the call is asynchronous,
        signs in by login (2.5) and the exchange is only `acknowledged`.
        """
        functions = tuple(functions)
        _check_functions(functions)
        ends_at = time.monotonic() + (self._deadline if deadline is None else deadline)
        control = ControlBlock(control_id, transaction=transaction, unique=unique, policy_id=policy_id)
        # Written before a session is opened: what cannot be written costs the gateway nothing.
        _ = [one.to_element() for one in functions]
        if policy_id is not None or isinstance(functions[0], GetApiSession):
            return self._line.call(
                self._line.endpoint,
                login(self._line.credentials),
                functions,
                control,
                deadline=ends_at - time.monotonic(),
            )
        session = self._sessions.current(ends_at)
        try:
            return self._call(session, functions, control, ends_at)
        except AuthenticationRefused as refusal:
            if not refusal.session_ended:
                raise
        return self._call(self._sessions.replaced(session, ends_at), functions, control, ends_at)

    def ask(self, function: Function) -> Done:
        """The answer to one function alone, unguarded by its control ID: a question, or what may be done twice.

        Raises what `execute` does, FunctionRefused, and NotXml for an answer without a result.
        """
        (answer,) = self.execute([function], control_id=function.control_id, unique=False).outcomes
        if isinstance(answer, FunctionRefused):
            raise answer
        if not isinstance(answer, Done):
            raise NotXml("The answer has no result for the question.")
        return answer

    def describe(self, function: Function, *, control_id: str, transaction: bool = False, unique: bool = True) -> str:
        """The redacted request document with only this function, to be stored before sending."""
        control = ControlBlock(control_id, transaction=transaction, unique=unique)
        root = build_request(
            control,
            self._line.credentials,
            session_login(REDACTED),
            [(function.control_id, function.to_element())],
        )
        return redact(root, secrets=self._line.credentials.secrets)

    def open_session(self) -> Session:
        """Sign in now; what a connection test calls. Raises NotSent or Refused."""
        return self._sessions.opened(time.monotonic() + self._deadline)

    def for_entity(self, entity_id: str | None) -> "Client":
        """A client for another entity (None: top level) over the same transport."""
        return Client(
            self._line.endpoint,
            replace(self._line.credentials, entity_id=entity_id),
            allowed_hosts=self._line.allowed_hosts,
            transport=self._transport,
            deadline=self._deadline,
        )

    def close(self) -> None:
        """Close idle connections. Clients of other entities share them."""
        if isinstance(self._transport, RequestsTransport):
            self._transport.close()

    def _call(self, session: Session, functions: Sequence[Function], control: ControlBlock, ends_at: float) -> Exchange:
        began = time.monotonic()
        exchange = self._line.call(
            session.endpoint,
            session_login(session.session_id),
            functions,
            control,
            deadline=ends_at - began,
            secrets=Secrets((session.session_id,)),
        )
        self._sessions.extend(session, began, exchange.session_seconds)
        return exchange


def _check_functions(functions: Sequence[Function]) -> None:
    if not functions:
        raise RenderError("A request needs at least one function.")
    identifiers = [one.control_id for one in functions]
    if len(set(identifiers)) != len(identifiers):
        raise RenderError("Two functions of a request have the same control ID.", field="control ID")
    if len(functions) > 1 and any(isinstance(one, GetApiSession) for one in functions):
        raise RenderError("getAPISession stands alone in its request.")
