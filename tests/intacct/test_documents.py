"""Hostile and broken documents: read whole or refused, never in part, never at any price."""

import gc
import re
import time
from pathlib import Path

import pytest

import apps.intacct
from apps.intacct import NotXml, OutcomeUnknown, TooLarge
from apps.intacct.documents import read_document
from apps.intacct.limits import MAX_ANSWER_BYTES, MAX_DEPTH, MAX_ELEMENTS

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x0 "ha">%s]><a>&x9;</a>' % b"".join(
    b'<!ENTITY x%d "%s">' % (n, b"&x%d;" % (n - 1) * 10) for n in range(1, 10)
)


def test_a_plain_document_is_read():
    assert read_document(b'<?xml version="1.0" encoding="UTF-8"?>\n<a><b>\xc3\xa9</b></a>').findtext("b") == "é"


@pytest.mark.parametrize(
    ("case", "content"),
    [
        ("document type", b"<!DOCTYPE a><a/>"),
        ("after declaration and comment", b'<?xml version="1.0"?><!-- c --> <?p i?>\n<!DOCTYPE a><a/>'),
        ("with a mark", b"\xef\xbb\xbf<!DOCTYPE a><a/>"),
        ("entity to a file", b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'),
        ("entity to an address", b'<!DOCTYPE a [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]><a>&e;</a>'),
        ("parameter entity", b'<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1:9/">%e;]><a/>'),
        ("external subset", b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>'),
        ("billion laughs", LAUGHS),
        ("laughs in an attribute", LAUGHS.replace(b"<a>&x9;</a>", b'<a b="&x9;"/>')),
        ("quadratic blow-up", b'<!DOCTYPE a [<!ENTITY e "%s">]><a>%s</a>' % (b"x" * 50000, b"&e;" * 50000)),
        ("document type that is no such", b"<!doctype html><html></html>"),
        ("unknown entity", b"<a>&unknown;</a>"),
        ("late document type", b"<a/><!DOCTYPE a>"),
    ],
)
def test_a_document_type_is_refused_at_once(case, content):
    began = time.process_time()
    with pytest.raises(NotXml):
        read_document(content)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("case", "content"),
    [
        ("nothing", b""),
        ("white space", b"  \n"),
        ("text", b"Bad Gateway"),
        ("web page", b"<html><body><p>Service unavailable<br></body></html>"),
        ("cut", b"<response><control><status>success</status>"),
        ("two roots", b"<a/><b/>"),
        ("text after the root", b"<a/>x"),
        ("wrong bytes", b"<a>\xff\xfe</a>"),
        ("zero byte", b"<a>\x00</a>"),
        ("open comment", b"<!-- <a/>"),
        ("namespace not declared", b"<x:a/>"),
    ],
)
def test_a_broken_document_is_refused(case, content):
    with pytest.raises(NotXml) as caught:
        read_document(content)
    assert isinstance(caught.value, OutcomeUnknown)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("case", "content"),
    [
        ("UTF-16 declared, UTF-8 sent", b'<?xml version="1.0" encoding="UTF-16"?><a/>'),
        ("UTF-16", '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16")),
        ("UTF-16 without declaration", "<a/>".encode("utf-16")),
        ("UTF-32", "<a/>".encode("utf-32")),
        ("UTF-7", b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b+AD4-</a>'),
        ("EBCDIC", b'<?xml version="1.0" encoding="cp037"?><a/>'),
        ("UTF-7 in single quotes", b"<?xml version='1.0' encoding = 'utf-7'?><a/>"),
        ("unknown", b'<?xml version="1.0" encoding="klingon"?><a/>'),
    ],
)
def test_a_wrong_character_set_is_refused(case, content):
    with pytest.raises(NotXml):
        read_document(content)


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8", "US-ASCII", "ISO-8859-1"])
def test_ascii_and_its_supersets_are_read(encoding):
    text = "é" if encoding not in {"US-ASCII"} else "e"
    content = f'<?xml version="1.0" encoding="{encoding}"?><a>{text}</a>'.encode(encoding)
    assert read_document(content).text == text


@pytest.mark.parametrize(
    "amount",
    [b"1<!-- c -->00.00", b"<!-- c -->100.00", b"100.00<!-- c -->", b"1<?p i?>00.00", b"<![CDATA[10]]>0.00",
     b"1<!-- a --><!-- b -->0<?x y?>0.00", b"&#49;00.00", b"10<![CDATA[0]]><!-- x -->.00"],
)  # fmt: skip
def test_an_amount_is_read_whole_whatever_stands_inside(amount):
    root = read_document(b"<r><amount>" + amount + b"</amount></r>")
    assert root.findtext("amount") == "100.00"
    assert root[0].text == "100.00"


def nested(depth):
    return b"<a>" * depth + b"</a>" * depth


@pytest.mark.parametrize(
    ("case", "content", "refused"),
    [
        ("elements: cap - 1", b"<r>" + b"<a/>" * (MAX_ELEMENTS - 2) + b"</r>", False),
        ("elements: cap", b"<r>" + b"<a/>" * (MAX_ELEMENTS - 1) + b"</r>", False),
        ("elements: cap + 1", b"<r>" + b"<a/>" * MAX_ELEMENTS + b"</r>", True),
        ("depth: cap - 1", nested(MAX_DEPTH - 1), False),
        ("depth: cap", nested(MAX_DEPTH), False),
        ("depth: cap + 1", nested(MAX_DEPTH + 1), True),
        ("bytes: cap - 1", b"<r>" + b"x" * (MAX_ANSWER_BYTES - 8) + b"</r>", False),
        ("bytes: cap", b"<r>" + b"x" * (MAX_ANSWER_BYTES - 7) + b"</r>", False),
        ("bytes: cap + 1", b"<r>" + b"x" * (MAX_ANSWER_BYTES - 6) + b"</r>", True),
    ],
)
def test_caps_hold_at_the_edge(case, content, refused):
    if refused:
        with pytest.raises(TooLarge):
            read_document(content)
    else:
        read_document(content)


def test_a_crowd_of_empty_elements_is_refused_before_it_takes_memory(resident_kilobytes):
    content = b"<r>" + b"<a/>" * 2_000_000 + b"</r>"
    gc.collect()
    before = resident_kilobytes()
    with pytest.raises(TooLarge):
        read_document(content)
    assert resident_kilobytes() - before < 50_000


def test_no_other_file_of_the_client_reads_xml():
    """One parser factory, so that no second one can be less careful (checklist S16)."""
    readers = re.compile(r"etree\.(fromstring|fromstringlist|parse|iterparse|XML|XMLParser|XMLPullParser|HTML\w*)\b")
    folder = Path(apps.intacct.__file__).parent
    found = {path.name for path in folder.rglob("*.py") if readers.search(path.read_text(encoding="utf-8"))}
    assert found == {"documents.py"}
