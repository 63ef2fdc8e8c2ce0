"""`readByQuery`, `readMore`, `read`, `readByName`, and what all reading shares (protocol 3.3, 3.4, 5.2)."""

import json
import random
from typing import Any

from django.db.models import Q, QuerySet
from lxml import etree

from apps.sandbox.catalogue import DATES, OBJECTS
from apps.sandbox.comparisons import check_field
from apps.sandbox.failures import FunctionFailed, refused
from apps.sandbox.ledger import Ledger
from apps.sandbox.models import StoredRecord
from apps.sandbox.query_text import text_test
from apps.sandbox.stale import without_hidden
from apps.sandbox.values import nested, read_date, read_keys, read_number

LARGEST_PAGE = 1000
_shuffle = random.SystemRandom()


def visible(object_name: str, *, entity: str, private_too: bool) -> QuerySet[StoredRecord]:
    """At top level shared records, with `showprivate` all; in an entity its own and the shared (protocol 5.2)."""
    rows = without_hidden(StoredRecord.objects.filter(object_name=object_name))
    if entity:
        return rows.filter(Q(entity=entity) | Q(entity=""))
    return rows if private_too else rows.filter(entity="")


def known_object(element: etree._Element) -> str:
    """The object that a function names. Raises the failure for one that is not there."""
    name = (element.findtext("object") or "").strip()
    if name not in OBJECTS:
        raise unknown_object(name)
    return name


def unknown_object(name: str) -> FunctionFailed:
    return refused("Query Failed", f"Object definition {name} not found", "Correct the object.")


def in_no_order(keys: list[int]) -> list[int]:
    """What is not ordered comes in any order: nobody may rely on one (protocol 3.4, 3.5)."""
    _shuffle.shuffle(keys)
    return keys


def read_by_query(element: etree._Element, *, entity: str, custom: list[str]) -> tuple[etree._Element, dict[str, Any]]:
    """The first page, and what `readMore` needs for the rest."""
    object_name = known_object(element)
    wanted = _wanted(element, object_name, custom)
    size = int(element.findtext("pagesize") or 100)
    if not 1 <= size <= LARGEST_PAGE:
        raise refused("DL02000001", f"pagesize is 1 to {LARGEST_PAGE}")
    rows = visible(object_name, entity=entity, private_too=False)
    text = (element.findtext("query") or "").strip()
    if text:
        test = text_test(text, object_name, custom)
        ids = [row.pk for row in rows if test(row.fields)]
    else:
        ids = list(rows.values_list("pk", flat=True))
    more = {"object": object_name, "fields": wanted, "ids": in_no_order(ids), "at": 0, "size": size}
    return page_of(more), more


def page_of(more: dict[str, Any]) -> etree._Element:
    """The next page of an open list; moves its place on. What was deleted meanwhile is not in it."""
    object_name = more["object"]
    ids = more["ids"][more["at"] : more["at"] + more["size"]]
    more["at"] += len(ids)
    by_id = StoredRecord.objects.in_bulk(ids)
    rows = [by_id[pk] for pk in ids if pk in by_id]
    data = etree.Element("data", listtype=object_name.lower())
    data.set("count", str(len(rows)))
    data.set("totalcount", str(len(more["ids"])))
    data.set("numremaining", str(len(more["ids"]) - more["at"]))
    data.set("resultId", "")
    for row in rows:
        data.append(_record(row, more["fields"], tag=object_name.lower(), iso=False))
    return data


def read(element: etree._Element, *, entity: str, by_name: bool, custom: list[str]) -> etree._Element:
    """Records by number (TAXDETAIL: by DETAILID) or by name, lines nested; a missing key gives nothing (unverified)."""
    object_name = known_object(element)
    wanted = _wanted(element, object_name, custom)
    keys = read_keys(element.findtext("keys") or "")
    rows = visible(object_name, entity=entity, private_too=True)
    if by_name or object_name == "TAXDETAIL":
        rows = rows.filter(natural_id__in=keys)
    else:
        rows = rows.filter(record_no__in=[number for key in keys if (number := read_number(key)) is not None])
    data = etree.Element("data", listtype=object_name)
    data.set("count", str(len(rows)))
    for row in rows:
        record = _record(row, wanted, tag=object_name, iso=True)
        definition = OBJECTS[object_name]
        if definition.lines_object:
            lines = etree.SubElement(record, definition.lines_field)
            for line in Ledger.lines_of(row):
                lines.append(_record(line, ["*"], tag=definition.lines_object.lower(), iso=True))
        data.append(record)
    return data


def _wanted(element: etree._Element, object_name: str, custom: list[str]) -> list[str]:
    names = [name.strip() for name in (element.findtext("fields") or "*").split(",")]
    if names != ["*"]:
        for name in names:
            check_field(object_name, name, custom)
    return names


def _record(row: StoredRecord, names: list[str], *, tag: str, iso: bool) -> etree._Element:
    record = etree.Element(tag)
    for name in list(row.fields) if names == ["*"] else names:
        text = shown(nested(row.fields, name))
        if iso and name in DATES and text:
            text = read_date(name, text).isoformat()
        etree.SubElement(record, name).text = text
    return record


def shown(value: Any) -> str:
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value if value is not None else "")
