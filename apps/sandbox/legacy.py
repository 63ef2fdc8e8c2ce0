"""The legacy creators' elements as fields of their objects (protocol 4.5 to 4.8)."""

from typing import Any

from lxml import etree

from apps.sandbox.failures import refused
from apps.sandbox.legacy_models import LEGACY_LINES, LEGACY_MODELS, LegacyModel

_SIDES = {"debit": "1", "credit": "-1"}


def read_legacy(element: etree._Element) -> dict[str, Any]:
    """A document's fields with its lines; the schema was checked on arrival."""
    model = LEGACY_MODELS[str(element.tag)]
    fields = _fields(element, model)
    lines = [_line(line, LEGACY_LINES[model.line]) for line in element.iterfind(f"{model.lines}/{model.line}")]
    return {**fields, model.lines_field: lines}


def _fields(element: etree._Element, model: LegacyModel) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for child in element:
        name = str(child.tag)
        if name == "customfields":
            fields |= {
                one.findtext("customfieldname") or "": one.findtext("customfieldvalue") or ""
                for one in child.iter("customfield")
            }
        elif name in model.fields:
            fields[model.fields[name]] = _date(child) if len(child) else (child.text or "").strip()
    return {name: value for name, value in fields.items() if value}


def _date(element: etree._Element) -> str:
    return "/".join((element.findtext(part) or "").strip() for part in ("month", "day", "year"))


def _line(element: etree._Element, model: LegacyModel) -> dict[str, Any]:
    line = _fields(element, model)
    if "TR_TYPE" in line:
        if line["TR_TYPE"] not in _SIDES:
            raise refused("BL03000018", f"Invalid trtype '{line['TR_TYPE']}'", "Use debit or credit.")
        line["TR_TYPE"] = _SIDES[line["TR_TYPE"]]
    entries = [
        {"DETAILID": entry.findtext("detailid") or "", "TRX_TAX": entry.findtext("trx_tax") or ""}
        for entry in element.iterfind("taxentries/taxentry")
    ]
    return {**line, "TAXENTRIES": entries} if entries else line
