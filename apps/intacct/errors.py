"""The client's errors. The class says what is known about the effect, never the message.

IntacctError
├─ NotSent            nothing of the functions reached the gateway: they had no effect
│  ├─ RenderError             the document could not be written
│  │  └─ RequestTooLarge      over the caps of a request
│  ├─ EndpointNotAllowed      the address is not on the allow-list
│  ├─ Unreachable             refused connection or unknown name
│  ├─ ConnectTimedOut         no connection within the time
│  ├─ CertificateRefused      the secure connection could not be agreed
│  └─ SessionUnavailable      the session could not be opened, so the functions stayed here
├─ OutcomeUnknown     the functions may have had an effect: ask before sending again
│  ├─ TimedOut, ConnectionLost, UnexpectedStatus, Redirected
│  └─ NotXml, TooLarge, NotUnderstood
├─ Refused            the gateway answered and did nothing
│  ├─ ControlRefused, TooManyRequests, ServiceUnavailable
│  ├─ AuthenticationRefused   who signs in
│  │  └─ SenderNotAuthorised, PlaceRefused
│  └─ RequestRefused          another 4xx without a document
└─ FunctionRefused    one function failed: also an outcome of its own
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from apps.intacct.error_catalogue import ErrorKind

ROLLED_BACK = "XL03000009"
_WRAPPERS = frozenset({"BL01001973", ROLLED_BACK})


@dataclass(frozen=True)
class GatewayError:
    """One `error` of an answer, with the catalogue's plain words."""

    errorno: str
    description: str = ""
    description2: str = ""
    correction: str = ""
    error_id: str = ""
    message_id: str = ""
    meaning: str = ""
    next_step: str = ""
    kind: ErrorKind = ErrorKind.UNKNOWN
    already_executed: bool = False

    @property
    def text(self) -> str:
        """The gateway's own words; the useful text is usually in description2 (protocol 2.4)."""
        return self.description2 or self.description or self.correction


class IntacctError(Exception):
    """Root of everything this package raises on purpose."""

    sentence: ClassVar[str] = "The call to Intacct failed."
    advice: ClassVar[str] = "Ask the administrator to look at the integration log."

    def __init__(
        self,
        message: str | None = None,
        *,
        http_status: int | None = None,
        response_xml: str | None = None,
        errors: Sequence[GatewayError] = (),
        next_step: str | None = None,
    ) -> None:
        super().__init__(message or self.sentence)
        self.http_status = http_status
        self.response_xml = response_xml
        self.errors = tuple(errors)
        self.next_step = next_step or self.advice


class NotSent(IntacctError):
    """Nothing of the functions left this machine; sending them is safe."""

    sentence = "Nothing was sent to Intacct."
    advice = "Nothing happened in Intacct. The portal may send again."


class RenderError(NotSent):
    """The document cannot be written as XML the gateway takes. Names the field, never its value."""

    sentence = "The document could not be written for Intacct."
    advice = "Correct the named field in the source document and submit it again."

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class RequestTooLarge(RenderError):
    """Over 100 functions or 400 KB (checklist S15)."""

    sentence = "The request is larger than one request to Intacct may be."
    advice = "Send fewer documents in one request."


class EndpointNotAllowed(NotSent):
    """The address is not on the allow-list (checklist S11, S12, S13)."""

    sentence = "The Intacct address is not one this portal may call."
    advice = "Check the endpoint in the Intacct configuration; it must be https and end in intacct.com."


class Unreachable(NotSent):
    """Connection refused or name not found."""

    sentence = "Intacct could not be reached: no connection could be made."
    advice = "Check the network and the endpoint. The portal tries again by itself."


class ConnectTimedOut(NotSent):
    """No connection within the time allowed."""

    sentence = "Intacct could not be reached in time: the connection was not made."
    advice = "Check the network. The portal tries again by itself."


class CertificateRefused(NotSent):
    """The TLS handshake failed: certificate, name or version."""

    sentence = "The secure connection to Intacct could not be trusted."
    advice = "Ask the administrator to check the endpoint, the machine's clock and any inspecting proxy."


class SessionUnavailable(NotSent):
    """The session step failed; the functions themselves were never sent."""

    sentence = "Intacct did not open a session, so nothing was sent."
    advice = "Nothing happened in Intacct. The portal tries again by itself."


class OutcomeUnknown(IntacctError):
    """The request left and no usable answer came: the functions may have had an effect."""

    sentence = "Intacct gave no usable answer, so it is not known whether the documents arrived."
    advice = "Do not send again by hand. The portal asks Intacct first."


class TimedOut(OutcomeUnknown):
    """No complete answer before the deadline."""

    sentence = "Intacct did not answer in time, so it is not known whether the documents arrived."


class ConnectionLost(OutcomeUnknown):
    """Reset, closed or cut; before or after the gateway read cannot be told apart (finding 2)."""

    sentence = "The connection to Intacct broke, so it is not known whether the documents arrived."


class UnexpectedStatus(OutcomeUnknown):
    """An HTTP status that says nothing about the effect, above all 5xx."""

    def __init__(
        self,
        status: int,
        *,
        response_xml: str | None = None,
        errors: Sequence[GatewayError] = (),
    ) -> None:
        super().__init__(
            f"Intacct answered with HTTP {status}, so it is not known whether the documents arrived.",
            http_status=status,
            response_xml=response_xml,
            errors=errors,
        )
        self.status = status


class Redirected(OutcomeUnknown):
    """A redirect is never followed: a 307 would carry the passwords elsewhere (finding 5)."""

    sentence = "Intacct's address points elsewhere; the portal does not follow, so the outcome is not known."
    advice = "Check the endpoint in the Intacct configuration."


class NotXml(OutcomeUnknown):
    """The answer is not a whole, harmless XML document."""

    sentence = "Intacct's answer could not be read, so it is not known whether the documents arrived."


class TooLarge(OutcomeUnknown):
    """The answer is over a cap: bytes, elements or depth (checklist S15)."""

    sentence = "Intacct's answer is larger than the portal accepts, so the outcome is not known."


class NotUnderstood(OutcomeUnknown):
    """Well-formed, but not an answer that says success or failure."""

    sentence = "Intacct's answer says neither success nor failure, so the outcome is not known."


class Refused(IntacctError):
    """The gateway answered and executed nothing."""

    sentence = "Intacct refused the request; nothing was recorded."


class ControlRefused(Refused):
    """Sender, policy or schema (protocol 2.3, level 1)."""

    sentence = "Intacct refused the whole request; nothing was recorded."
    advice = "Check the sender ID, its password and the transport policy in the Intacct configuration."


class AuthenticationRefused(Refused):
    """Sign-in, session or entity (protocol 2.3, level 2)."""

    sentence = "Intacct refused the sign-in; nothing was recorded."
    advice = "Check company, user, password and entity in the Intacct configuration, then test it."

    session_ended: bool = False


class SenderNotAuthorised(AuthenticationRefused):
    """The company has not authorised the sender ID for Web Services (guide, "Authorise …")."""

    advice = "Add the sender ID under Company > Admin > Setup > Security, section Web Services authorisation."


class PlaceRefused(AuthenticationRefused):
    """User and password are right, but the user may not work in the entity, or at the top level (protocol 2.8)."""

    advice = "Give the Web Services user access there: the User entities tab in Intacct."


class TooManyRequests(Refused):
    """The rate limiter refused before anything ran. `retry_after` in seconds, where given."""

    sentence = "Intacct takes no more requests at the moment; nothing was recorded."
    advice = "The portal waits and tries again by itself."

    def __init__(
        self,
        message: str | None = None,
        *,
        retry_after: float | None = None,
        http_status: int | None = None,
        response_xml: str | None = None,
        errors: Sequence[GatewayError] = (),
    ) -> None:
        super().__init__(message, http_status=http_status, response_xml=response_xml, errors=errors)
        self.retry_after = retry_after


class ServiceUnavailable(Refused):
    """Maintenance, or a refusal of the gateway's front layer: try later."""

    sentence = "Intacct is not available at the moment; nothing was recorded."
    advice = "The portal waits and tries again by itself."


class RequestRefused(Refused):
    """A 4xx without an XML document."""

    advice = "Check the endpoint in the Intacct configuration."


class FunctionRefused(IntacctError):
    """One function had no effect: an outcome among others, which may also be raised."""

    def __init__(
        self,
        control_id: str,
        errors: Sequence[GatewayError] = (),
        *,
        aborted: bool = False,
        http_status: int | None = None,
        response_xml: str | None = None,
    ) -> None:
        self.control_id = control_id
        self.aborted = aborted
        self.errors = tuple(errors)
        primary = self.primary
        words = primary.meaning or primary.text or "Intacct gave no reason."
        super().__init__(
            f"Intacct refused the document: {words}",
            http_status=http_status,
            response_xml=response_xml,
            errors=errors,
            next_step=primary.next_step or None,
        )

    @property
    def is_culprit(self) -> bool:
        """Whether this function failed itself, rather than being rolled back with another one."""
        return not self.aborted or any(error.errorno != ROLLED_BACK for error in self.errors)

    @property
    def primary(self) -> GatewayError:
        """The most specific error: chains go from specific to generic wrapper (protocol 2.4)."""
        specific = [error for error in self.errors if error.errorno not in _WRAPPERS]
        outer = [error for error in self.errors if error.errorno != ROLLED_BACK]
        for candidates in (specific, outer, self.errors):
            if candidates:
                return candidates[0]
        return GatewayError(errorno="")

    @property
    def kind(self) -> ErrorKind:
        """Who or what can remove the cause."""
        return self.primary.kind

    @property
    def already_executed(self) -> bool:
        """The control ID was executed before: look the record up (protocol 2.7)."""
        return any(error.already_executed for error in self.errors)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FunctionRefused):
            return NotImplemented
        return (self.control_id, self.errors, self.aborted) == (
            other.control_id,
            other.errors,
            other.aborted,
        )

    def __hash__(self) -> int:
        return hash((self.control_id, self.errors, self.aborted))

    def __repr__(self) -> str:
        numbers = ", ".join(error.errorno for error in self.errors)
        return f"FunctionRefused(control_id={self.control_id!r}, errors=[{numbers}], aborted={self.aborted})"
