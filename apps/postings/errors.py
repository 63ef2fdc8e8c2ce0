"""Refusals about postings; each code is listed in docs/api.md."""

from dataclasses import dataclass, field

from apps.foundation.errors import PortalError


@dataclass
class NotAcceptable(PortalError):
    """The document breaks a rule that the portal knows. `flaws` point to each place."""

    code: str = field(default="not_acceptable", init=False)
    title: str = field(default="The document is not acceptable", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class DocumentDiffers(PortalError):
    """A document with this key was accepted before, with other content."""

    code: str = field(default="document_differs", init=False)
    title: str = field(default="Another document has this number", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class IdempotencyKeyReused(PortalError):
    code: str = field(default="idempotency_key_reused", init=False)
    title: str = field(default="The idempotency key belongs to another request", init=False)
    http_status: int = field(default=422, init=False)


@dataclass
class IdempotencyKeyInUse(PortalError):
    """The first request with this key is not answered yet."""

    retry_after: int | None = 5
    code: str = field(default="idempotency_key_in_use", init=False)
    title: str = field(default="The first request with this key is still being worked on", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class NotRetryable(PortalError):
    code: str = field(default="not_retryable", init=False)
    title: str = field(default="The posting can't be retried", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class NotCancellable(PortalError):
    code: str = field(default="not_cancellable", init=False)
    title: str = field(default="The posting can't be cancelled", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class PaymentNotRead(PortalError):
    """What is paid on a document could not be read now; what was read before stays."""

    code: str = field(default="payment_not_read", init=False)
    title: str = field(default="The payment was not read", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class NotCorrectable(PortalError):
    code: str = field(default="not_correctable", init=False)
    title: str = field(default="The posting can't be corrected", init=False)
    http_status: int = field(default=409, init=False)


@dataclass
class NotReversible(PortalError):
    code: str = field(default="not_reversible", init=False)
    title: str = field(default="The posting can't be reversed", init=False)
    http_status: int = field(default=409, init=False)
