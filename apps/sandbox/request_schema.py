"""What the gateway's schema demands of a function; a breach refuses the whole request (protocol 1.5, 2.3 level 1)."""

import re
from collections.abc import Mapping

from lxml import etree

from apps.sandbox.failures import schema_error
from apps.sandbox.legacy_models import LEGACY_LINES, LEGACY_MODELS, LegacyModel

_READ = (("object", "keys"), ("fields", "returnFormat", "docparid"))
# Functions whose children may come in any order: required ones, others (protocol part 3).
_GENERIC: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "getAPISession": ((), ("locationid",)),
    "getDimensions": ((), ()),
    "lookup": (("object",), ("docparid",)),
    "inspect": ((), ("object", "name")),
    "read": _READ,
    "readByName": _READ,
    "delete": (("object", "keys"), ()),
    "readByQuery": (("object",), ("query", "fields", "pagesize", "returnFormat", "docparid")),
    "readMore": ((), ("object", "view", "reportId", "resultId")),
    "query": (("object", "select"), ("docparid", "filter", "orderby", "options", "pagesize", "offset")),
}
_GET_LIST = ("filter", "sorts", "fields", "additional_parameters")
_ONE_CHILD = frozenset({"inspect", "readMore"})
_OPTIONS = ("caseinsensitive", "showprivate", "returnformat")
_NUMBERS = frozenset({"pagesize", "offset"})
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_DATES = frozenset({"datecreated", "dateposted", "datedue", "reversedate", "exchratedate"})
_DATE = ("year", "month", "day")


def check_function(element: etree._Element) -> None:
    """Raises the schema failure for an unknown function, child, order or choice."""
    name = str(element.tag)
    if name in ("create", "update"):
        if not len(element):
            raise _fault(element, "Missing child element(s)")
    elif name == "get_list":
        _check_get_list(element)
    elif name in LEGACY_MODELS:
        _check_legacy(element, LEGACY_MODELS[name])
    elif name in _GENERIC:
        _check_generic(element, *_GENERIC[name])
    else:
        raise _fault(element, "This element is not expected")


def check_order(element: etree._Element, order: tuple[str, ...]) -> None:
    """Children in this order, each at most once."""
    last = -1
    for child in element:
        name = str(child.tag)
        if name not in order or order.index(name) <= last:
            raise _fault(child, f"This element is not expected in '{element.tag!s}'")
        last = order.index(name)


def _check_generic(element: etree._Element, required: tuple[str, ...], others: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for child in element:
        name = str(child.tag)
        if name not in (*required, *others) or name in seen:
            raise _fault(child, f"This element is not expected in '{element.tag!s}'")
        if name in _NUMBERS and not _WHOLE.fullmatch((child.text or "0").strip()):
            raise _fault(child, f"'{child.text}' is not a valid value of the atomic type 'xs:integer'")
        seen.add(name)
    for name in required:
        if name not in seen:
            raise _fault(element, f"Missing child element '{name}'")
    if element.tag in _ONE_CHILD and len(seen) != 1:
        raise _fault(element, f"Exactly one of {', '.join(others)} is expected")
    condition, options = element.find("filter"), element.find("options")
    if condition is not None and len(condition) != 1:
        raise _fault(condition, "Exactly one operator is expected")
    if options is not None:
        check_order(options, _OPTIONS)


def _check_get_list(element: etree._Element) -> None:
    if not element.get("object"):
        raise _fault(element, "The attribute 'object' is required but missing")
    for name in ("start", "maxitems"):
        if not _WHOLE.fullmatch(element.get(name, "0")):
            raise _fault(element, f"The attribute '{name}' is no number")
    check_order(element, _GET_LIST)
    for wanted in element.iter("sortfield"):
        if wanted.get("order") not in ("asc", "desc"):
            raise _fault(wanted, "The attribute 'order' is asc or desc")
    for logical in element.iter("logical"):
        if logical.get("logical_operator") not in ("and", "or"):
            raise _fault(logical, "The attribute 'logical_operator' is and or or")
    for expression in element.iter("expression"):
        if [str(one.tag) for one in expression] != ["field", "operator", "value"]:
            raise _fault(expression, "Expected is ( field, operator, value )")


def _check_legacy(element: etree._Element, model: LegacyModel) -> None:
    _check_model(element, model)
    lines = element.find(model.lines)
    assert lines is not None  # noqa: S101  it is among the required ones
    for line in lines:
        if line.tag != model.line:
            raise _fault(line, f"This element is not expected. Expected is ( {model.line} )")
        _check_model(line, LEGACY_LINES[model.line])
        for entries in line.iterfind("taxentries"):
            _check_tax_entries(entries)
    if len(lines) < model.fewest_lines:
        raise _fault(lines, f"Missing child element(s). Expected is ( {model.line} )")


def _check_tax_entries(entries: etree._Element) -> None:
    if not 1 <= len(entries) <= 2:
        raise _fault(entries, "One or two are expected: ( taxentry )")
    for entry in entries:
        if entry.tag != "taxentry" or entry.find("detailid") is None:
            raise _fault(entry, "This element is not expected. Expected is ( taxentry ) with its ( detailid )")
        check_order(entry, ("detailid", "trx_tax"))


def _check_model(element: etree._Element, model: LegacyModel) -> None:
    check_order(element, model.order)
    present = {str(child.tag) for child in element}
    for child in element:
        if child.tag in _DATES and [str(part.tag) for part in child] != list(_DATE):
            raise _fault(child, f"Expected is ( {', '.join(_DATE)} )")
    for name in model.required:
        if name not in present:
            raise _fault(element, f"Missing child element '{name}'")
    if model.alternatives and len(present.intersection(model.alternatives)) != 1:
        raise _fault(element, f"Exactly one of {', '.join(model.alternatives)} is expected")
    if model.at_least_one and not present.intersection(model.at_least_one):
        raise _fault(element, f"Missing child element(s). Expected is one of ( {', '.join(model.at_least_one)} )")
    for name, wanted in model.needs.items():
        if name in present and not present.intersection(wanted):
            raise _fault(element, f"'{name}' needs '{wanted[0]}'")


def _fault(element: etree._Element, text: str) -> Exception:
    return schema_error(f"Element '{element.tag!s}': {text}", element.sourceline or 1)
