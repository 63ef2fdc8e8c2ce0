"""A custom package's document: read safely, checked against Intacct's schema, and taken apart (protocol 7.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

MOST_BYTES = 2 * 1024 * 1024
SCHEMA = Path(__file__).parent / "schema" / "CustomERPPackage.xsd"
ROOTS = ("customErpPackage", "customErpPackages")
LONGEST = 200
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_DTD = "A document type (DTD) is not allowed: remove it."
_TRUE = ("true", "1")


class PackageRefused(ValueError):
    """A document that is no valid custom package: why, and in which line."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(f"Line {line}: {words}" if line else words)


@dataclass(frozen=True)
class Event:
    """A smart link of type workflow that posts to an address."""

    smart_link_id: str
    owner_object: str
    events: list[str]
    target: str
    method: str
    arguments: list[tuple[str, str]]
    condition: str
    request_timeout: int
    is_active: bool


@dataclass(frozen=True)
class Package:
    """One `customErpPackage`. `custom_fields`: object → names, the inactive ones left out."""

    name: str
    description: str
    author: str
    intacct_id: str
    is_signed: bool
    document: str
    custom_fields: dict[str, list[str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)


def read_packages(body: bytes) -> list[Package]:
    """The document's packages. Raises `PackageRefused`."""
    root = _parse(body)
    _check(root)
    found = [root] if root.tag == ROOTS[0] else list(root)
    packages = [_package(one) for one in found]
    _check_once("package", [(one.name, element) for one, element in zip(packages, found, strict=True)])
    links = [(_text(one, "smartLinkId"), one) for one in root.iter("smartLink")]
    _check_once("smart link", links)
    return packages


def _parse(body: bytes) -> etree._Element:
    if len(body) > MOST_BYTES:
        raise PackageRefused(f"The document is larger than {MOST_BYTES // 1024 // 1024} MB.")
    if not body.strip():
        raise PackageRefused("The document is empty.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        if b"<!DOCTYPE" in body:  # entities that grow without end end here
            raise PackageRefused(_DTD, 1) from None
        words = str(error.msg).partition(", line ")[0]
        raise PackageRefused(f"This is not well-formed XML: {words}.", error.lineno) from None
    if root.getroottree().docinfo.doctype:
        raise PackageRefused(_DTD, 1)
    return root


def _check(root: etree._Element) -> None:
    if root.tag not in ROOTS:
        raise PackageRefused(f"The document begins with {root.tag!s}, not with {' or '.join(ROOTS)}.", root.sourceline)
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    if not schema.validate(root):
        first = schema.error_log[0]
        raise PackageRefused(first.message, first.line)


def _package(element: etree._Element) -> Package:
    description = element.find("packageDescription")
    assert description is not None  # noqa: S101  the schema was checked
    signature = element.find("signature")
    return Package(
        name=_named(description, "name"),
        description=_text(description, "description"),
        author=_text(description, "author"),
        intacct_id=_text(description, "intacctPackageId"),
        is_signed=signature is not None and bool("".join(signature.itertext()).strip()),
        document=etree.tostring(element, encoding="unicode"),
        custom_fields=_custom_fields(element),
        events=list(_events(element)),
    )


def _custom_fields(package: etree._Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in package.iterfind("customFields/customField"):
        name = _named(one, "customFieldId")
        if not _FIELD_NAME.fullmatch(name):
            raise PackageRefused(f"The customFieldId {name!r} holds other than letters, digits and _.", one.sourceline)
        names = found.setdefault(_named(one, "ownerObject").upper(), [])
        if _is_active(one) and name not in names:
            names.append(name)
    return {owner: names for owner, names in found.items() if names}


def _events(package: etree._Element) -> Iterator[Event]:
    for link in package.iterfind("smartLinks/smartLink"):
        name = _named(link, "smartLinkId")
        details = link.find("renderDetails")
        workflow = None if details is None else details.find("workflow")
        if (_text(link, "type") == "workflow") != (workflow is not None):
            raise PackageRefused(f"The type of the smart link {name} is not its renderDetails'.", link.sourceline)
        post = None if workflow is None else workflow.find("action/httpPostAction")
        if workflow is None or post is None:
            continue
        target = _text(link, "target")
        if not target.lower().startswith(("https://", "http://")):
            raise PackageRefused(f"The Smart Event {name} has no target that begins with https://.", link.sourceline)
        yield Event(
            smart_link_id=name,
            owner_object=_named(link, "ownerObject").upper(),
            events=[(one.text or "").strip().lower() for one in link.iterfind("events/event")],
            target=target,
            method=_text(post, "method") or "post",
            arguments=[
                (_text(one, "argument"), one.findtext("value") or "") for one in post.iterfind("arguments/argument")
            ],
            condition=_text(workflow, "condition"),
            request_timeout=int(_text(post, "requestTimeout") or 0),
            is_active=_is_active(link),
        )


def _is_active(element: etree._Element) -> bool:
    return (_text(element, "active") or "true") in _TRUE


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _named(element: etree._Element, name: str) -> str:
    """A name: neither empty nor longer than a name is."""
    text = _text(element, name)
    if not text or len(text) > LONGEST:
        child = element.find(name)
        line = element.sourceline if child is None else child.sourceline
        raise PackageRefused(f"{name} has 1 to {LONGEST} characters.", line)
    return text


def _check_once(what: str, named: list[tuple[str, etree._Element]]) -> None:
    seen: set[str] = set()
    for name, element in named:
        if name in seen:
            raise PackageRefused(f"The {what} {name} is there twice.", element.sourceline)
        seen.add(name)
