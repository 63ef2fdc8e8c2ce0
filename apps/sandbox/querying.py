"""`query`: fields and aggregates, filters, order, pages (protocol 3.5)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from lxml import etree

from apps.sandbox.comparisons import check_field, comparable
from apps.sandbox.failures import refused
from apps.sandbox.filters import answered, filter_test, narrowed
from apps.sandbox.ledger import with_id
from apps.sandbox.models import StoredRecord
from apps.sandbox.readable_fields import related
from apps.sandbox.reading import in_no_order, known_object, shown, visible
from apps.sandbox.values import nested

LARGEST_PAGE = 2000
_AGGREGATES: dict[str, Callable[[list[Decimal]], Any]] = {
    "count": len,
    "sum": sum,
    "min": min,
    "max": max,
    "avg": lambda values: sum(values) / len(values),
}


def query(element: etree._Element, *, entity: str, custom: list[str]) -> etree._Element:
    """Every page is a new query over live data; without `orderby` the order is not defined."""
    object_name = known_object(element)
    selected = _selected(element, object_name, custom)
    size, offset = int(element.findtext("pagesize") or 100), int(element.findtext("offset") or 0)
    if not 1 <= size <= LARGEST_PAGE:
        raise refused("DL02000001", f"pagesize is 1 to {LARGEST_PAGE}")
    private = (element.findtext("options/showprivate") or "").strip() == "true"
    rows = visible(object_name, entity=entity, private_too=private)
    keys = _ordered_keys(rows, element, object_name, custom)
    found: list[dict[str, str]]
    if any(kind != "field" for kind, _ in selected):
        found = _grouped(selected, StoredRecord.objects.in_bulk(keys).values())
        total, page = len(found), found[offset : offset + size]
    else:
        total, wanted = len(keys), keys[offset : offset + size]
        by_key = StoredRecord.objects.in_bulk(wanted)
        page = [{name: value_of(by_key[key], name) for _, name in selected} for key in wanted]
    data = etree.Element("data", listtype=object_name)
    data.set("totalcount", str(total))
    data.set("offset", str(offset))
    data.set("count", str(len(page)))
    data.set("numremaining", str(max(0, total - offset - len(page))))
    for values in page:
        record = etree.SubElement(data, object_name)
        for name, text in values.items():
            etree.SubElement(record, name).text = text
    return data


def value_of(row: StoredRecord, path: str) -> str:
    """A field's text, over many-to-one relationships where the path has them."""
    text = shown(nested(row.fields, path))
    found = related(row.object_name, path)
    if text or found is None:
        return text
    name, other, rest = found
    there = with_id(other, row.fields.get(name, ""))
    return value_of(there, rest) if there is not None else ""


def _selected(element: etree._Element, object_name: str, custom: list[str]) -> list[tuple[str, str]]:
    """What is asked for: ("field" or the aggregate, the field's name)."""
    selected = [(str(one.tag), (one.text or "").strip()) for one in element.iterfind("select/*")]
    if not selected:
        raise refused("DL02000001", "A query selects at least one field")
    for kind, name in selected:
        if kind not in ("field", *_AGGREGATES):
            raise refused("DL02000001", f"'{kind}' cannot be selected")
        check_field(object_name, name, custom)
    return selected


def _ordered_keys(
    rows: QuerySet[StoredRecord], element: etree._Element, object_name: str, custom: list[str]
) -> list[int]:
    """The keys of all rows that the query finds, in its order. Reads only keys where that is enough."""
    orders = [
        ((order.findtext("field") or "").strip(), order.find("descending") is not None)
        for order in element.iterfind("orderby/order")
    ]
    for name, _ in orders:
        check_field(object_name, name, custom)
    condition = element.find("filter")
    if condition is not None:
        fold = (element.findtext("options/caseinsensitive") or "").strip() == "true"
        test = filter_test(condition[0], object_name, custom, fold=fold)
        exact = None if fold else answered(condition[0], object_name)
        if exact is not None and (not orders or [name for name, _ in orders] == ["RECORDNO"]):
            keys = list(rows.filter(exact).order_by("record_no").values_list("pk", flat=True))
            return keys[:: -1 if orders[0][1] else 1] if orders else in_no_order(keys)
        narrow = Q() if fold else narrowed(condition[0], object_name)
        found = [row for row in candidates(rows, narrow) if test(row.fields)]
    elif not orders or [name for name, _ in orders] == ["RECORDNO"]:
        keys = list(rows.order_by("record_no").values_list("pk", flat=True))
        return keys[:: -1 if orders[0][1] else 1] if orders else in_no_order(keys)
    else:
        found = list(rows)
    if not orders:
        return in_no_order([row.pk for row in found])
    for name, descending in reversed(orders):
        found.sort(key=lambda row: _sortable(row, name), reverse=descending)
    return [row.pk for row in found]


def candidates(rows: QuerySet[StoredRecord], narrow: Q) -> QuerySet[StoredRecord]:
    """Rows among which those are that a filter finds; without an order, which would keep indexes from being used."""
    return rows.alias(text=Cast("fields", TextField())).filter(narrow).order_by()


def _sortable(row: StoredRecord, name: str) -> tuple[str, Any]:
    value = comparable(name, value_of(row, name))
    return type(value).__name__, value


def _grouped(selected: list[tuple[str, str]], rows: Any) -> list[dict[str, str]]:
    """One row for each combination of the plain fields, with the aggregates over it."""
    plain = [name for kind, name in selected if kind == "field"]
    groups: dict[tuple[str, ...], list[StoredRecord]] = {} if plain else {(): []}
    for row in rows:
        groups.setdefault(tuple(value_of(row, name) for name in plain), []).append(row)
    return [
        {
            **dict(zip(plain, group, strict=True)),
            **{f"{kind.upper()}.{name}": _aggregate(kind, name, members) for kind, name in selected if kind != "field"},
        }
        for group, members in groups.items()
    ]


def _aggregate(kind: str, name: str, members: list[StoredRecord]) -> str:
    texts = [text for row in members if (text := value_of(row, name))]
    if kind == "count":
        return str(len(texts))
    numbers = [value for text in texts if isinstance(value := comparable(name, text), Decimal)]
    return str(_AGGREGATES[kind](numbers)) if numbers else ""
