"""The custom package: a document that *Import Customisation Package* takes. A pure function of what goes into it.

Element names and order are those of `CustomERPPackage.xsd` (intacct-protocol.md 7.2).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from apps.mapping.smart_event_objects import RecordEvent

NAME_PREFIX = "Sage DMO integration"
AUTHOR = "Sage Distribution and Manufacturing Operations"
MARKER_LENGTH = 20
REQUEST_TIMEOUT_SECONDS = 10
FINGERPRINT_LENGTH = 16
_FINGERPRINT = re.compile(r"\bcontent ([0-9a-f]{16})\b")


@dataclass(frozen=True)
class SmartLink:
    """One Smart Event: an object, its identifying field, and what must happen to a record."""

    object_name: str
    label: str
    id_field: str
    event: RecordEvent


@dataclass(frozen=True)
class PackageContent:
    """All that goes into the package. `token` is the secret with which Intacct signs in here."""

    configuration: str
    address: str
    token: str
    marker_field: str
    marker_objects: Sequence[str]
    links: Sequence[SmartLink]

    @property
    def name(self) -> str:
        return f"{NAME_PREFIX} {self.configuration}"

    def fingerprint(self) -> str:
        """16 hex digits: equal for equal content, whatever the version. Tells nothing about the token."""
        return hashlib.sha256(_document(self, "")).hexdigest()[:FINGERPRINT_LENGTH]


def write_package(content: PackageContent, *, version: int) -> bytes:
    """The file, UTF-8. Its description names version and content, so that Intacct can be asked what was imported."""
    return _document(content, f"Version {version}, content {content.fingerprint()}.")


def fingerprint_in(description: str) -> str:
    """The content that an imported package's description names; empty where it names none."""
    found = _FINGERPRINT.search(description)
    return found.group(1) if found else ""


def _document(content: PackageContent, which: str) -> bytes:
    root = etree.Element("customErpPackage")
    description = etree.SubElement(root, "packageDescription")
    _add(description, "name", content.name)
    _add(description, "description", f"Posting keys and Smart Events. {which}".strip())
    _add(description, "author", AUTHOR)
    fields = etree.SubElement(root, "customFields")
    for object_name in content.marker_objects:
        _custom_field(fields, content.marker_field, object_name)
    if content.links:  # an empty section is refused
        links = etree.SubElement(root, "smartLinks")
        for link in content.links:
            _smart_link(links, link, content)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _custom_field(fields: etree._Element, field: str, object_name: str) -> None:
    element = etree.SubElement(fields, "customField")
    _add(element, "customFieldId", field)
    _add(element, "type", "text")
    _add(element, "ownerObject", object_name)
    _add(element, "label", "DMO posting key")
    text = etree.SubElement(etree.SubElement(element, "dataDescription"), "text")
    _add(text, "length", str(MARKER_LENGTH))
    _add(element, "required", "false")
    _add(element, "description", "Finds a document again that was posted. Do not change it.")
    _add(element, "hidden", "false")
    _add(element, "active", "true")


def _smart_link(links: etree._Element, link: SmartLink, content: PackageContent) -> None:
    element = etree.SubElement(links, "smartLink")
    _add(element, "smartLinkId", f"DMO_{link.object_name}_{link.event.upper()}")
    _add(element, "type", "workflow")
    _add(element, "ownerObject", link.object_name)
    events = etree.SubElement(element, "events")
    _add(events, "event", link.event.value)
    _add(element, "target", content.address)
    _add(element, "active", "true")
    workflow = etree.SubElement(etree.SubElement(element, "renderDetails"), "workflow")
    action = etree.SubElement(etree.SubElement(workflow, "action"), "httpPostAction")
    _add(action, "method", "post")
    arguments = etree.SubElement(action, "arguments")
    for name, value in (
        ("object", link.object_name),
        ("event", link.event.value),
        ("recordno", f"{{!{link.object_name}.RECORDNO!}}"),
        ("id", f"{{!{link.object_name}.{link.id_field}!}}"),
        ("token", content.token),
    ):
        argument = etree.SubElement(arguments, "argument")
        _add(argument, "argument", name)
        _add(argument, "value", value)
    _add(action, "requestTimeout", str(REQUEST_TIMEOUT_SECONDS))
    _add(workflow, "condition", "1 == 1")
    _add(element, "description", f"{link.label}: tells DMO what was {_PAST[link.event]}.")


_PAST = {RecordEvent.ADD: "created", RecordEvent.SET: "changed", RecordEvent.DELETE: "deleted"}


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text
