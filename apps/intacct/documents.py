"""The one place where bytes become an XML tree and a tree becomes text (checklist S15, S16)."""

import copy
import re

from lxml import etree

from apps.intacct.errors import NotXml, TooLarge
from apps.intacct.limits import MAX_ANSWER_BYTES, MAX_DEPTH, MAX_ELEMENTS

_CHUNK = 64 * 1024
_UTF8_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}?\?>")
_DECLARED_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
# Supersets of ASCII only: the search for a DOCTYPE reads bytes, which UTF-7 or UTF-16 would blind.
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1"})


def _parser() -> "etree.XMLPullParser[etree._Element]":
    """The parser factory of S16; fed in chunks so that a cap is met before a big tree exists."""
    return etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def read_document(content: bytes) -> etree._Element:
    """Read a whole document, or raise NotXml or TooLarge.

    Comments and processing instructions are dropped by the parser, so text is never cut where one
    stood (finding 6); any DOCTYPE, any encoding but the ASCII family and every cap is refused.
    """
    if len(content) > MAX_ANSWER_BYTES:
        raise TooLarge
    _check_prolog(content)
    parser = _parser()
    elements = depth = 0
    broken = False
    try:
        for start in range(0, len(content), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
            for event, _ in parser.read_events():
                if event == "end":
                    depth -= 1
                    continue
                elements += 1
                depth += 1
                if elements > MAX_ELEMENTS or depth > MAX_DEPTH:
                    raise TooLarge
        root: etree._Element | None = parser.close()
    except etree.XMLSyntaxError:
        broken, root = True, None
    # Raised out here: the parser's error quotes the document.
    if broken or root is None or root.getroottree().docinfo.internalDTD is not None:
        raise NotXml
    return root


def _check_prolog(content: bytes) -> None:
    """Refuse a DOCTYPE and odd encodings before the parser sees them. Linear in the prolog."""
    position = len(_UTF8_BOM) if content.startswith(_UTF8_BOM) else 0
    if declaration := _DECLARATION.match(content, position):
        position = declaration.end()
        encoding = _DECLARED_ENCODING.search(declaration.group())
        if encoding and encoding.group(1).lower() not in _ENCODINGS:
            raise NotXml
    while position < len(content):
        rest = content[position : position + 4]
        if rest[:1].isspace():
            position += 1
            continue
        closing = b"-->" if rest == b"<!--" else b"?>" if rest[:2] == b"<?" else b""
        if not closing:
            break
        end = content.find(closing, position + len(rest[:2]))
        if end < 0:
            raise NotXml
        position = end + len(closing)
    # Only a start tag may follow; "<!" here can be nothing but a DOCTYPE.
    if content[position : position + 1] != b"<" or content[position + 1 : position + 2] == b"!":
        raise NotXml


def write_text(element: etree._Element) -> str:
    """Serialise compactly; the same element always gives the same text."""
    return etree.tostring(element, encoding="unicode", with_tail=False)


def write_pretty(element: etree._Element) -> str:
    """Serialise for a person's eyes. Only white space between elements changes."""
    shown = copy.deepcopy(element)
    shown.tail = None
    etree.indent(shown, space="  ")
    return etree.tostring(shown, encoding="unicode", with_tail=False) + "\n"
