"""What must never leave the module: secrets are cut from documents before anybody stores them."""

import copy
import hashlib
import re
from collections.abc import Iterable

from lxml import etree

from apps.intacct.documents import read_document, write_pretty
from apps.intacct.errors import OutcomeUnknown

REDACTED = "***"

_SECRET_NAME = re.compile(r"(password|passwd|pwd|secret|session_?id|token|oauth|api_?key)$", re.IGNORECASE)
# A shorter secret would also blank amounts and codes of the same letters.
_SHORTEST_SECRET = 4


class Secrets(tuple[str, ...]):
    """Secrets to look for. Tracebacks print local variables, so it does not show itself."""

    def __repr__(self) -> str:
        return f"<{len(self)} secrets>"

    __str__ = __repr__


def redact(document: etree._Element | bytes, *, secrets: Iterable[str] = ()) -> str:
    """The whole document, pretty printed, without its secrets.

    Secrets are found by name (element or attribute, any case, any namespace) and, for those the
    caller knows, by value too: the gateway may echo one in a message. What cannot be read as a
    document is described by length and hash, never quoted.
    """
    known = Secrets(secrets)
    if isinstance(document, bytes):
        try:
            tree = read_document(document)
        except OutcomeUnknown:
            return describe_unreadable(document)
    else:
        tree = copy.deepcopy(document)
    for element in list(tree.iter(etree.Element)):
        _redact_element(element, known)
    return write_pretty(tree)


def describe_unreadable(content: bytes) -> str:
    """A fingerprint in place of content that cannot be redacted."""
    return f"unreadable, {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}"


def scrub(text: str, secrets: Iterable[str]) -> str:
    """Blank every known secret inside a text."""
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, REDACTED)
    return text


def _local_name(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


def _redact_element(element: etree._Element, secrets: tuple[str, ...]) -> None:
    if _SECRET_NAME.search(_local_name(str(element.tag))):
        for child in list(element):
            element.remove(child)
        for name in list(element.attrib):
            element.set(name, REDACTED)
        element.text = REDACTED
    for name, value in list(element.attrib.items()):
        if _SECRET_NAME.search(_local_name(str(name))):
            element.set(name, REDACTED)
        else:
            element.set(name, scrub(str(value), secrets))
    if element.text:
        element.text = scrub(element.text, secrets)
    if element.tail:
        element.tail = scrub(element.tail, secrets)
