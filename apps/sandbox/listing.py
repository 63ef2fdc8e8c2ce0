"""`get_list`, as far as custom packages and Smart Events need it (protocol 2.2, 3.8)."""

import datetime
import re
from collections.abc import Callable

from lxml import etree

from apps.sandbox.failures import refused
from apps.sandbox.models import CustomPackage, SmartEventLog

Row = dict[str, str]
STAMP = "%m/%d/%Y %H:%M:%S"
_OPERATORS: dict[str, Callable[[str | int, str | int], bool]] = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,  # type: ignore[operator]
    "<=": lambda one, other: one <= other,  # type: ignore[operator]
    ">": lambda one, other: one > other,  # type: ignore[operator]
    ">=": lambda one, other: one >= other,  # type: ignore[operator]
}


def get_list(element: etree._Element) -> list[etree._Element]:
    """The list's head and its data. `showprivate` makes no difference: what is listed belongs to the company."""
    name = element.get("object") or ""
    if name not in _LISTS:
        raise refused(
            "DL02000001", f"get_list of {name} is not there in the sandbox", f"It lists {' and '.join(_LISTS)}."
        )
    columns, rows_of = _LISTS[name]
    condition, rows = element.find("filter"), rows_of()
    if condition is not None:
        rows = [row for row in rows if all(_holds(one, row, columns) for one in condition)]
    for wanted in reversed(element.findall("sorts/sortfield")):
        column = _column(wanted, columns)
        rows.sort(key=lambda row: _comparable(column, row[column]), reverse=wanted.get("order") == "desc")
    start, most = int(element.get("start") or 0), int(element.get("maxitems") or 0)
    page = rows[start : start + most] if most else rows[start:]
    fields = [_column(one, columns) for one in element.iterfind("fields/field")] or list(columns)
    return _answer(name, [{field: row[field] for field in fields} for row in page], start=start, total=len(rows))


def _answer(name: str, page: list[Row], *, start: int, total: int) -> list[etree._Element]:
    end = start + max(len(page) - 1, 0)
    head = etree.Element("listtype", start=str(start), end=str(end), total=str(total))
    head.text = name
    data = etree.Element("data")
    for row in page:
        record = etree.SubElement(data, name)
        for field, text in row.items():
            etree.SubElement(record, field).text = text
    return [head, data]


def _holds(condition: etree._Element, row: Row, columns: tuple[str, ...]) -> bool:
    if condition.tag == "logical":
        together = all if condition.get("logical_operator") == "and" else any
        return together([_holds(one, row, columns) for one in condition])
    column = _column(condition[0], columns)
    operator, value = (condition.findtext("operator") or "").strip(), (condition.findtext("value") or "").strip()
    if operator == "is null":
        return not row[column]
    if operator == "like":
        return bool(re.fullmatch(re.escape(value).replace("%", ".*"), row[column], re.DOTALL))
    if operator not in _OPERATORS:
        raise refused("DL02000001", f"The operator {operator} is not known", f"Use {', '.join(_OPERATORS)}, like.")
    return _OPERATORS[operator](_comparable(column, row[column]), _comparable(column, value))


def _column(element: etree._Element, columns: tuple[str, ...]) -> str:
    name = (element.text or "").strip().lower()
    if name not in columns:
        raise refused("DL02000001", f"The field {name} is not there", f"Fields: {', '.join(columns)}.")
    return name


def _comparable(column: str, text: str) -> str | int:
    """Numbers and moments by their size, everything else by its letters."""
    try:
        if column == "recordno":
            return int(text)
        if column == "timestamp":
            return datetime.datetime.strptime(text, STAMP).strftime("%Y%m%d%H%M%S")  # noqa: DTZ007  only compared
    except ValueError:
        raise refused("DL02000001", f"'{text}' cannot be compared with {column}", "Correct the value.") from None
    return text


def _packages() -> list[Row]:
    return [
        {
            "name": one.name,
            "description": one.description,
            "author": one.author,
            "intacctid": one.intacct_id,
            "signed": str(one.is_signed).lower(),
        }
        for one in CustomPackage.objects.all()
    ]


def _events() -> list[Row]:
    return [
        {
            "recordno": str(one.pk),
            "smartlinkid": one.smart_link_id,
            "topic": one.topic,
            "ownerobject": one.owner_object,
            "timestamp": one.due_at.strftime(STAMP),
            "userid": one.user_id,
            "objectkey": one.object_key,
        }
        for one in SmartEventLog.objects.order_by("pk")
    ]


_LISTS: dict[str, tuple[tuple[str, ...], Callable[[], list[Row]]]] = {
    "customerppackage": (("name", "description", "author", "intacctid", "signed"), _packages),
    "smarteventlog": (
        ("recordno", "smartlinkid", "topic", "ownerobject", "timestamp", "userid", "objectkey"), _events,
    ),
}  # fmt: skip
