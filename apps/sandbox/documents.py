"""Request documents in, answer documents out (protocol parts 1 and 2)."""

import copy
from dataclasses import dataclass, field

from lxml import etree

from apps.sandbox.failures import ErrorLine, schema_error
from apps.sandbox.legacy_models import LEGACY_MODELS
from apps.sandbox.request_schema import check_order

CONTROL_ORDER = (
    "appid", "senderid", "password", "controlid", "uniqueid", "dtdversion", "policyid", "debug", "includewhitespace",
    "showadditionalerrorinfo",
)  # fmt: skip
LOGIN_ORDER = ("userid", "companyid", "password", "clientid", "locationid")
LONGEST_CONTROL_ID = 256
SECRET_TAGS = {"password", "sessionid"}


@dataclass
class Call:
    """One function of a request."""

    control_id: str
    name: str
    element: etree._Element
    wrapper: etree._Element

    @property
    def object_name(self) -> str:
        """The Intacct object it is about, for matching faults and for the log."""
        if self.name in ("create", "update"):
            return str(self.element[0].tag).upper() if len(self.element) else ""
        if self.name in LEGACY_MODELS:
            return LEGACY_MODELS[self.name].object_name
        if self.name == "get_list":
            return (self.element.get("object") or "").upper()
        return (self.element.findtext("object") or "").strip().upper()


@dataclass
class Envelope:
    """A request's parts."""

    sender_id: str
    sender_password: str
    control_id: str
    unique: bool
    unique_text: str
    dtd_version: str
    more_error_info: bool
    policy_id: str
    transaction: bool
    login: dict[str, str] | None
    session_id: str
    calls: list[Call] = field(default_factory=list)


def parse(body: bytes) -> etree._Element:
    """Hardened: no DTD, no entities, no network. Raises the schema failure of the protocol."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise schema_error(str(error.msg), error.lineno or 1) from None
    if root.getroottree().docinfo.doctype:
        raise schema_error("A document type is not allowed")
    return root


def read(root: etree._Element) -> Envelope:
    """The envelope, in its strict order. Raises the schema failure."""
    if root.tag != "request":
        raise schema_error(f"Element '{root.tag!s}': No matching global declaration available", 1)
    control, operation = root.find("control"), root.find("operation")
    if control is None or operation is None:
        raise schema_error("Element 'request': Missing child element(s). Expected is ( control ), ( operation )")
    check_order(control, CONTROL_ORDER)
    authentication, content = operation.find("authentication"), operation.find("content")
    if authentication is None or content is None or not len(authentication):
        raise schema_error("Element 'operation': Missing child element(s)", operation.sourceline or 1)
    login = authentication.find("login")
    if login is not None:
        check_order(login, LOGIN_ORDER)
    for name in ("senderid", "controlid"):
        if control.find(name) is None:
            raise schema_error(f"Element 'control': Missing child element '{name}'", control.sourceline or 1)
    if len(control.findtext("controlid") or "") > LONGEST_CONTROL_ID:
        raise schema_error(
            "Element 'controlid': This value exceeds the allowed maximum length", control.sourceline or 1
        )
    unique = (control.findtext("uniqueid") or "").strip()
    return Envelope(
        sender_id=(control.findtext("senderid") or "").strip(),
        sender_password=control.findtext("password") or "",
        control_id=(control.findtext("controlid") or "").strip(),
        unique=unique != "false",
        unique_text=unique or "true",
        dtd_version=(control.findtext("dtdversion") or "3.0").strip(),
        more_error_info=(control.findtext("showadditionalerrorinfo") or "").strip() == "true",
        policy_id=(control.findtext("policyid") or "").strip(),
        transaction=operation.get("transaction") == "true",
        login=None if login is None else {str(one.tag): one.text or "" for one in login},
        session_id=(authentication.findtext("sessionid") or "").strip(),
        calls=[_call(one) for one in content.findall("function")],
    )


def _call(wrapper: etree._Element) -> Call:
    control_id = wrapper.get("controlid")
    if control_id is None or len(control_id) > LONGEST_CONTROL_ID or len(wrapper) != 1:
        raise schema_error(
            "Element 'function': one child and the attribute 'controlid' are required", wrapper.sourceline or 1
        )
    return Call(wrapper.get("controlid") or "", str(wrapper[0].tag), wrapper[0], wrapper)


def control_block(envelope: Envelope | None, status: str) -> etree._Element:
    control = etree.Element("control")
    etree.SubElement(control, "status").text = status
    if envelope is not None:
        for name, text in (
            ("senderid", envelope.sender_id), ("controlid", envelope.control_id), ("uniqueid", envelope.unique_text),
            ("dtdversion", envelope.dtd_version),
        ):  # fmt: skip
            etree.SubElement(control, name).text = text
    return control


def error_message(errors: list[ErrorLine], *, more_info: bool = False) -> etree._Element:
    message = etree.Element("errormessage")
    for number, line in enumerate(errors):
        error = etree.SubElement(message, "error")
        etree.SubElement(error, "errorno").text = line.errorno
        etree.SubElement(error, "description").text = line.description
        support = f" [Support ID: SBX{number}%7E{line.errorno}]" if line.description2 else ""
        etree.SubElement(error, "description2").text = f"{line.description2}{support}"
        etree.SubElement(error, "correction").text = line.correction
        if more_info and line.error_id:
            info = etree.SubElement(error, "additionalinfo")
            etree.SubElement(info, "errorid").text = line.error_id
            etree.SubElement(info, "category").text = "BUSINESS"
    return message


def control_failure(envelope: Envelope | None, error: ErrorLine) -> etree._Element:
    """Level 1 of protocol 2.3: no operation."""
    response = etree.Element("response")
    response.append(control_block(envelope, "failure"))
    response.append(error_message([error]))
    return response


def gateway_failure(errorno: str, text: str) -> etree._Element:
    """Level 6: before the application."""
    response = etree.Element("response")
    control = etree.SubElement(response, "control")
    etree.SubElement(control, "status").text = "failure"
    message = etree.SubElement(response, "errormessage")
    error = etree.SubElement(message, "error")
    etree.SubElement(error, "errorno").text = errorno
    etree.SubElement(error, "description").text = f"{text} [Request ID: sandbox]"
    return response


def without_secrets(element: etree._Element) -> str:
    """Pretty text for the log: passwords and session IDs are not kept."""
    clean = copy.deepcopy(element)
    for one in clean.iter():
        if isinstance(one.tag, str) and one.tag.lower() in SECRET_TAGS:
            one.text = "***"
    etree.indent(clean)
    return etree.tostring(clean, encoding="unicode")


def to_bytes(response: etree._Element) -> bytes:
    return etree.tostring(response, encoding="UTF-8", xml_declaration=True)
