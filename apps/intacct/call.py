"""One request, one answer: sends once and says what is known. Nothing here ever repeats."""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from apps.intacct.endpoints import check_endpoint
from apps.intacct.envelope import ControlBlock, Credentials, build_request, write_request
from apps.intacct.errors import (
    AuthenticationRefused,
    ControlRefused,
    GatewayError,
    IntacctError,
    NotUnderstood,
    OutcomeUnknown,
    Redirected,
    RequestRefused,
    SenderNotAuthorised,
    ServiceUnavailable,
    TooManyRequests,
    UnexpectedStatus,
)
from apps.intacct.exchange import Exchange, match_outcomes
from apps.intacct.functions import Function
from apps.intacct.parsing import AnswerParts, read_answer
from apps.intacct.redaction import Secrets, redact
from apps.intacct.transport import RawAnswer, Transport

logger = logging.getLogger("apps.intacct")

_RATE_LIMIT = "GW-0010"
_INVALID_REQUEST = "GW-0011"
_SIGN_IN = "XMLGW_JPP0002"
_OFF_LINE = "temporarily off-line"
_RATE_WORDS = "rate limit exceeded"
_SENDER_WORDS = ("not authorized to make web services requests", "invalid web services authorization")
_LONGEST_WAIT = 24 * 3600.0
_NO_SECRETS = Secrets()


@dataclass(frozen=True)
class Line:
    """A way to the gateway: who we are, where the door is, and what carries the bytes."""

    endpoint: str
    credentials: Credentials
    transport: Transport
    allowed_hosts: tuple[str, ...]

    def call(
        self,
        url: str,
        authentication: etree._Element,
        functions: Sequence[Function],
        control: ControlBlock,
        *,
        deadline: float,
        secrets: Secrets = _NO_SECRETS,
    ) -> Exchange:
        """Send the functions once; raises NotSent, OutcomeUnknown or Refused."""
        check_endpoint(url, self.allowed_hosts)
        rendered = [(one.control_id, one.to_element()) for one in functions]
        body = write_request(build_request(control, self.credentials, authentication, rendered))
        hidden = Secrets((*self.credentials.secrets, *secrets))
        began, status = time.monotonic(), "no answer"
        try:
            raw = self.transport.post(url, body, deadline)
            status = str(raw.status)
        finally:
            names = Counter(one.name for one in functions)
            logger.info(
                "intacct call control_id=%r functions=%s count=%d status=%s ms=%d",
                control.control_id,
                ",".join(f"{name}:{count}" for name, count in names.items()),
                len(functions),
                status,
                (time.monotonic() - began) * 1000,
            )
        return read_response(raw, functions, secrets=hidden)


def read_response(raw: RawAnswer, functions: Sequence[Function], *, secrets: Sequence[str] = _NO_SECRETS) -> Exchange:
    """Judge an answer by status and document (reliability 2.7); raises what is not an exchange."""
    if 300 <= raw.status < 400 or raw.status < 200:
        raise Redirected(http_status=raw.status)
    answer: AnswerParts | None = None
    unreadable: type[OutcomeUnknown] = NotUnderstood
    try:
        answer = read_answer(raw.content, secrets=secrets)
    except OutcomeUnknown as error:
        unreadable = type(error)
    if answer is not None and raw.status < 500 and raw.status not in {408, 429} and _passes(answer):
        # Most answers; their document is written out only for whoever asks for a function's part.
        asked = [one.asked() for one in functions]
        return match_outcomes(answer, asked, http_status=raw.status, secrets=secrets)
    shown = redact(answer.root if answer else raw.content, secrets=secrets)
    errors = answer.errors if answer else ()
    if raw.status == 429:
        raise TooManyRequests(retry_after=_retry_after(raw), http_status=429, response_xml=shown, errors=errors)
    if raw.status >= 500 or raw.status == 408:
        # 408 can come from a box in front that has already passed the request on.
        raise UnexpectedStatus(raw.status, response_xml=shown, errors=errors)
    if answer is None:
        if raw.status in {401, 403}:
            raise AuthenticationRefused(http_status=raw.status, response_xml=shown)
        if raw.status >= 400:
            raise RequestRefused(
                f"Intacct refused the request with HTTP {raw.status}; nothing was recorded.",
                http_status=raw.status,
                response_xml=shown,
            )
        raise unreadable(http_status=raw.status, response_xml=shown)
    raise _failure_by_level(answer, raw, shown)


def _passes(answer: AnswerParts) -> bool:
    """Only the literal `success` passes, at control and at authentication (protocol 6.3)."""
    if answer.control_status != "success":
        return False
    if answer.acknowledged and not answer.results:
        return True
    return answer.authentication_status == "success" and not answer.errors


def _failure_by_level(answer: AnswerParts, raw: RawAnswer, shown: str) -> IntacctError:
    """Say at which level the request was refused (protocol 2.3), or that the answer does not say."""
    # The front layer and maintenance pages answer without a status in the control block.
    refused_early = not answer.control_status and (raw.status >= 400 or _says_later(answer.errors))
    if answer.control_status == "failure" or refused_early:
        if answer.results:
            # A whole request that failed has no results: an answer that contradicts itself.
            return NotUnderstood(http_status=raw.status, response_xml=shown, errors=answer.errors)
        return _control_failure(answer, raw, shown)
    if answer.control_status == "success" and answer.authentication_status == "failure":
        if answer.results:
            return NotUnderstood(http_status=raw.status, response_xml=shown, errors=answer.errors)
        kind = SenderNotAuthorised if _names_sender(answer.errors) else AuthenticationRefused
        refusal = kind(
            _sentence(kind.sentence, answer.errors),
            http_status=raw.status,
            response_xml=shown,
            errors=answer.errors,
            next_step=_next_step(answer.errors),
        )
        refusal.session_ended = any(_names_ended_session(error) for error in answer.errors)
        return refusal
    return NotUnderstood(http_status=raw.status, response_xml=shown, errors=answer.errors)


def _control_failure(answer: AnswerParts, raw: RawAnswer, shown: str) -> IntacctError:
    errors, status = answer.errors, raw.status
    numbers = {error.errorno.upper() for error in errors}
    if _RATE_LIMIT in numbers or any(_RATE_WORDS in error.text.lower() for error in errors):
        return TooManyRequests(retry_after=_retry_after(raw), http_status=status, response_xml=shown, errors=errors)
    if _says_later(errors) or any(n.startswith("GW-") and n != _INVALID_REQUEST for n in numbers):
        return ServiceUnavailable(http_status=status, response_xml=shown, errors=errors)
    kind = AuthenticationRefused if status in {401, 403} or _SIGN_IN in numbers else ControlRefused
    return kind(
        _sentence(kind.sentence, errors),
        http_status=status,
        response_xml=shown,
        errors=errors,
        next_step=_next_step(errors),
    )


def _names_ended_session(error: GatewayError) -> bool:
    return any(text.lower().startswith("invalid session") for text in (error.description2, error.description))


def _names_sender(errors: Sequence[GatewayError]) -> bool:
    texts = (text.lower() for error in errors for text in (error.description2, error.description))
    return any(words in text for text in texts for words in _SENDER_WORDS)


def _says_later(errors: Sequence[GatewayError]) -> bool:
    return any(_OFF_LINE in text.lower() for error in errors for text in (error.description2, error.description))


def _sentence(sentence: str, errors: Sequence[GatewayError]) -> str:
    words = next((error.meaning or error.text for error in errors), "")
    return f"{sentence.rstrip('.')}: {words}" if words else sentence


def _next_step(errors: Sequence[GatewayError]) -> str | None:
    return next((error.next_step for error in errors if error.next_step), None)


def _retry_after(raw: RawAnswer) -> float | None:
    """Seconds of the Retry-After header: a number or an HTTP date."""
    value = next((v for name, v in raw.headers.items() if name.lower() == "retry-after"), "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_WAIT)
