"""Reads an answer down to its results, strictly: what is not literally success is not success."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from apps.intacct.documents import read_document
from apps.intacct.error_catalogue import error_catalogue
from apps.intacct.errors import GatewayError, NotUnderstood
from apps.intacct.redaction import scrub

SUPPORT_ID = " [Support ID:"


class Unclear(Exception):
    """A part of the answer can be read in two ways."""


@dataclass(frozen=True)
class ResultPart:
    """One `result` of an answer, not yet matched with anything asked."""

    control_id: str
    status: str
    function: str
    errors: tuple[GatewayError, ...]
    element: etree._Element = field(repr=False)
    unclear: bool = False


@dataclass(frozen=True)
class AnswerParts:
    """An answer, level by level (protocol 2.1 and 2.3)."""

    control_status: str
    acknowledged: bool
    authentication_status: str | None
    errors: tuple[GatewayError, ...]
    results: tuple[ResultPart, ...]
    session_seconds: float | None
    root: etree._Element = field(repr=False)


def read_answer(content: bytes, *, secrets: Sequence[str] = ()) -> AnswerParts:
    """Read the bytes of an answer; raises NotXml, TooLarge or NotUnderstood."""
    root = read_document(content)
    try:
        return _read_root(root, secrets)
    except Unclear:
        raise NotUnderstood from None


def _read_root(root: etree._Element, secrets: Sequence[str]) -> AnswerParts:
    if root.tag != "response":
        raise Unclear
    control = single(root, "control")
    operation = single(root, "operation")
    acknowledgement = single(root, "acknowledgement")
    authentication = single(operation, "authentication") if operation is not None else None
    messages = [part for part in (root, operation) if part is not None]
    return AnswerParts(
        control_status=leaf(control, "status") if control is not None else "",
        acknowledged=acknowledgement is not None and leaf(acknowledgement, "status") == "success",
        authentication_status=leaf(authentication, "status") if authentication is not None else None,
        errors=tuple(error for part in messages for error in read_errors(part, secrets)),
        results=_read_results(operation, secrets),
        session_seconds=_session_seconds(authentication),
        root=root,
    )


def _read_results(operation: etree._Element | None, secrets: Sequence[str]) -> tuple[ResultPart, ...]:
    if operation is None:
        return ()
    parts = []
    for element in operation.findall("result"):
        try:
            control_id = leaf(element, "controlid")
        except Unclear:
            # It cannot be anybody's; those asked for will be missing, which is the truth.
            control_id = ""
        try:
            part = ResultPart(
                control_id=control_id,
                status=leaf(element, "status"),
                function=leaf(element, "function"),
                errors=read_errors(element, secrets),
                element=element,
            )
        except Unclear:
            part = ResultPart(control_id, "", "", (), element, unclear=True)
        parts.append(part)
    return tuple(parts)


def read_errors(parent: etree._Element, secrets: Sequence[str] = ()) -> tuple[GatewayError, ...]:
    """The `errormessage/error` elements of a level, in plain words (protocol 2.4)."""
    return tuple(
        _read_error(element, secrets)
        for message in parent.findall("errormessage")
        for element in message.findall("error")
    )


def _read_error(element: etree._Element, secrets: Sequence[str]) -> GatewayError:
    def text(path: str) -> str:
        found = element.find(path)
        whole = "".join(found.itertext()) if found is not None else ""
        return scrub(strip_support_id(whole), secrets)

    errorno, error_id = text("errorno"), text("additionalinfo/errorid")
    message_id = next(
        (
            scrub((found.text or "").strip(), secrets)
            for found in element.iterfind("additionalinfo//messageid")
            if (found.text or "").strip()
        ),
        "",
    )
    description, description2, correction = text("description"), text("description2"), text("correction")
    entry = error_catalogue().classify(
        errorno=errorno,
        error_id=error_id,
        message_id=message_id,
        texts=(description2, description, correction),
    )
    return GatewayError(
        errorno=errorno,
        description=description,
        description2=description2,
        correction=correction,
        error_id=error_id,
        message_id=message_id,
        meaning=entry.meaning,
        next_step=entry.next_step,
        kind=entry.kind,
        already_executed=entry.already_executed,
    )


def strip_support_id(text: str) -> str:
    """Cut ` [Support ID: …]`, which differs with every call (protocol 2.4)."""
    start = (" " + text).find(SUPPORT_ID)
    if start < 0:
        return text.strip()
    end = text.find("]", start)
    return (text[: max(start - 1, 0)] + (text[end + 1 :] if end >= 0 else "")).strip()


def single(parent: etree._Element, name: str) -> etree._Element | None:
    """The one child of that name, or None; Unclear if there are more."""
    found = parent.findall(name)
    if len(found) > 1:
        raise Unclear
    return found[0] if found else None


def leaf(parent: etree._Element, name: str) -> str:
    """The whole text of the one child of that name; Unclear if it holds elements."""
    element = single(parent, name)
    if element is None:
        return ""
    if len(element):
        raise Unclear
    return element.text or ""


def _session_seconds(authentication: etree._Element | None) -> float | None:
    """How long the session lives, by the answer's own pair: no clock of ours takes part (2.8)."""
    if authentication is None:
        return None
    try:
        begin = datetime.fromisoformat(leaf(authentication, "sessiontimestamp"))
        end = datetime.fromisoformat(leaf(authentication, "sessiontimeout"))
        return (end - begin).total_seconds()
    except (ValueError, TypeError):
        return None
