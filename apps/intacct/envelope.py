"""The request document: control, operation, authentication, content, in the schema's order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from apps.intacct.errors import RenderError, RequestTooLarge
from apps.intacct.limits import MAX_CONTROL_ID, MAX_FUNCTIONS, MAX_REQUEST_BYTES, MAX_SINGLE_REQUEST_BYTES
from apps.intacct.records import add_text, check_text
from apps.intacct.redaction import Secrets


@dataclass(frozen=True)
class Credentials:
    """Who signs in, and to which entity. None is the top level."""

    sender_id: str
    sender_password: str = field(repr=False)
    company_id: str
    user_id: str
    user_password: str = field(repr=False)
    entity_id: str | None = None

    @property
    def secrets(self) -> Secrets:
        """What no document, log or message may show."""
        return Secrets((self.sender_password, self.user_password))


class RequestBody(bytes):
    """The bytes to send. They hold passwords, so they do not show themselves in a traceback."""

    def __repr__(self) -> str:
        return f"<request body, {len(self)} bytes>"

    __str__ = __repr__


@dataclass(frozen=True)
class ControlBlock:
    """The settings of one request (protocol 1.3, 1.4)."""

    control_id: str
    transaction: bool = False
    unique: bool = True
    policy_id: str | None = None


def login(credentials: Credentials) -> etree._Element:
    """Sign in with user and password (strict order, protocol 1.4)."""
    element = etree.Element("login")
    add_text(element, "userid", credentials.user_id, path="user ID")
    add_text(element, "companyid", credentials.company_id, path="company ID")
    add_text(element, "password", credentials.user_password, path="user password")
    if credentials.entity_id is not None:
        add_text(element, "locationid", credentials.entity_id, path="entity ID")
    return element


def session_login(session_id: str) -> etree._Element:
    """Sign in with a session."""
    element = etree.Element("sessionid")
    element.text = check_text(session_id, path="session")
    return element


def build_request(
    control: ControlBlock,
    credentials: Credentials,
    authentication: etree._Element,
    functions: Sequence[tuple[str, etree._Element]],
) -> etree._Element:
    """The document for these functions, each with its control ID."""
    if not 1 <= len(functions) <= MAX_FUNCTIONS:
        raise RequestTooLarge(f"A request takes 1 to {MAX_FUNCTIONS} functions, not {len(functions)}.")
    root = etree.Element("request")
    root.append(_control(control, credentials))
    operation = etree.SubElement(root, "operation", transaction="true" if control.transaction else "false")
    etree.SubElement(operation, "authentication").append(authentication)
    content = etree.SubElement(operation, "content")
    for control_id, element in functions:
        function = etree.SubElement(content, "function", controlid=_control_id(control_id))
        function.append(element)
    return root


def write_request(root: etree._Element) -> RequestBody:
    """The bytes of the document, under the size cap (checklist S15); a function alone may be larger."""
    body = RequestBody(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
    alone = len(root.findall("operation/content/function")) == 1
    if len(body) > (MAX_SINGLE_REQUEST_BYTES if alone else MAX_REQUEST_BYTES):
        raise RequestTooLarge
    return body


def _control(control: ControlBlock, credentials: Credentials) -> etree._Element:
    element = etree.Element("control")
    add_text(element, "senderid", credentials.sender_id, path="sender ID")
    add_text(element, "password", credentials.sender_password, path="sender password")
    add_text(element, "controlid", _control_id(control.control_id), path="control ID")
    add_text(element, "uniqueid", control.unique)
    add_text(element, "dtdversion", "3.0")
    if control.policy_id is not None:
        add_text(element, "policyid", control.policy_id, path="policy ID")
    add_text(element, "includewhitespace", value=False)
    add_text(element, "showadditionalerrorinfo", value=True)
    return element


def _control_id(control_id: str) -> str:
    if not 1 <= len(control_id) <= MAX_CONTROL_ID or control_id != control_id.strip():
        raise RenderError("A control ID needs 1 to 256 characters without spaces around.", field="control ID")
    return check_text(control_id, path="control ID")
