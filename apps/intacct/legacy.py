"""The strict models of the documented legacy creators (protocol 1.5, 4.6 to 4.8), as data.

A wrong order or an unknown element there is a schema error of the *whole request* (XL03000003), so
one bad invoice would take its ninety-nine neighbours along; what the schema demands is therefore
checked here, and children are put in order whatever the order of the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lxml import etree

from apps.intacct.errors import RenderError
from apps.intacct.records import Record, Value, add_text, make_element

_CURRENCY = "basecurr currency exchratedate exchratetype exchrate"
_DATES = frozenset({"datecreated", "dateposted", "datedue", "exchratedate", "revrecstartdate", "revrecenddate"})
_CONTACTS = frozenset({"billto", "shipto", "payto", "returnto"})
_CUSTOM_FIELDS = "customfields"


@dataclass(frozen=True)
class _Model:
    """Children in order; which must be there, and which need another one."""

    order: tuple[str, ...]
    required: tuple[str, ...]
    one_of: tuple[str, ...] = ()
    exactly_one: bool = False
    needs: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, int | None]] = field(default_factory=dict)


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _header(children: str, items: str, *, party: str, one_of: tuple[str, ...] = ()) -> _Model:
    return _Model(
        order=(*_names(children), items),
        required=(party, "datecreated", items),
        one_of=one_of,
        needs={
            "basecurr": "currency",
            "exchratedate": "exchratetype",
            "exchratetype": "currency",
            "exchrate": "currency",
        },
        lists={items: ("lineitem", None)},
    )


_MODELS: Mapping[str, _Model] = {
    "create_invoice": _header(
        "customerid datecreated dateposted datedue termname batchkey action invoiceno ponumber description"
        f" externalid billto shipto {_CURRENCY} nogl supdocid customfields taxsolutionid",
        "invoiceitems",
        party="customerid",
    ),
    "create_bill": _header(
        "vendorid datecreated dateposted datedue termname action batchkey billno ponumber onhold description"
        f" externalid payto returnto {_CURRENCY} nogl supdocid customfields inclusivetax taxsolutionid",
        "billitems",
        party="vendorid",
        one_of=("datedue", "termname"),
    ),
    "create_aradjustment": _header(
        "customerid datecreated dateposted batchkey adjustmentno action invoiceno description externalid"
        f" {_CURRENCY} nogl taxsolutionid",
        "aradjustmentitems",
        party="customerid",
    ),
    "create_apadjustment": _header(
        "vendorid datecreated dateposted batchkey adjustmentno action billno description externalid"
        f" {_CURRENCY} nogl customfields inclusivetax taxsolutionid",
        "apadjustmentitems",
        party="vendorid",
    ),
    "lineitem": _Model(
        order=_names(
            "accountlabel glaccountno offsetglaccountno amount allocationid memo locationid departmentid"
            " item1099 form1099type form1099box key totalpaid totaldue customfields revrectemplate"
            " defrevaccount revrecstartdate revrecenddate projectid taskid costtypeid customerid vendorid"
            " employeeid itemid classid contractid warehouseid billable totaltrxamount partialexempt"
            " paymenttaxcapture taxentries"
        ),
        required=("amount",),
        one_of=("accountlabel", "glaccountno"),
        exactly_one=True,
        needs={"taskid": "projectid", "costtypeid": "taskid"},
        lists={"taxentries": ("taxentry", 2)},
    ),
    "taxentry": _Model(order=("detailid", "trx_tax"), required=("detailid",)),
}

LEGACY_CREATORS = tuple(name for name in _MODELS if name.startswith("create_"))


def render_legacy(function_name: str, record: Record) -> etree._Element:
    """The function's element with its children in the schema's order, or RenderError."""
    if function_name not in LEGACY_CREATORS:
        raise RenderError(f"The function {function_name!r} is not one this client can write.")
    return _render(function_name, record, path=function_name)


def _render(name: str, record: Record, *, path: str) -> etree._Element:
    model = _MODELS[name]
    given = [(child, value) for child, value in record.fields if value is not None]
    present = [child for child, _ in given]
    for child in present:
        if child not in model.order:
            raise _refusal(f"{path}.{child}", "is not known to Intacct's function")
        if present.count(child) > 1:
            raise _refusal(f"{path}.{child}", "is given twice")
    _check_presence(model, frozenset(present), path)
    if "currency" in present and not {"exchratetype", "exchrate"} & set(present):
        # The schema wants one of them; empty means the company's default rate type.
        given.append(("exchratetype", ""))
    element = make_element(name, path=path)
    for child, value in sorted(given, key=lambda pair: model.order.index(pair[0])):
        _append(element, model, child, value, path=f"{path}.{child}")
    return element


def _check_presence(model: _Model, present: frozenset[str], path: str) -> None:
    for child in model.required:
        if child not in present:
            raise _refusal(f"{path}.{child}", "is required")
    found = [child for child in model.one_of if child in present]
    if model.one_of and not found:
        raise _refusal(f"{path}.{model.one_of[0]}", f"or {model.one_of[1]!r} is required")
    if model.exactly_one and len(found) > 1:
        raise _refusal(f"{path}.{found[1]}", f"cannot stand beside {found[0]!r}")
    if {"exchratetype", "exchrate"} <= present:
        raise _refusal(f"{path}.exchrate", "cannot stand beside 'exchratetype'")
    for child, needed in model.needs.items():
        if child in present and needed not in present:
            raise _refusal(f"{path}.{child}", f"needs {needed!r}")


def _append(element: etree._Element, model: _Model, child: str, value: Value, *, path: str) -> None:
    if child in model.lists:
        element.append(_list(model, child, value, path=path))
    elif child in _DATES:
        element.append(_date(child, value, path=path))
    elif child == _CUSTOM_FIELDS:
        element.append(_custom_fields(value, path=path))
    elif child in _CONTACTS:
        element.append(_contact(child, value, path=path))
    elif value is None or isinstance(value, Record | tuple | date):
        raise _refusal(path, "must be a plain value")
    else:
        add_text(element, child, value, path=path)


def _list(model: _Model, child: str, value: Value, *, path: str) -> etree._Element:
    item, most = model.lists[child]
    records = (value,) if isinstance(value, Record) else value
    if not isinstance(records, tuple) or not records:
        raise _refusal(path, "needs at least one entry")
    if most is not None and len(records) > most:
        raise _refusal(path, f"takes at most {most} entries")
    element = make_element(child, path=path)
    for number, record in enumerate(records, start=1):
        element.append(_render(item, record, path=f"{path}[{number}]"))
    return element


def _date(child: str, value: Value, *, path: str) -> etree._Element:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _refusal(path, "must be a date")
    element = make_element(child, path=path)
    add_text(element, "year", f"{value.year:04d}")
    add_text(element, "month", f"{value.month:02d}")
    add_text(element, "day", f"{value.day:02d}")
    return element


def _custom_fields(value: Value, *, path: str) -> etree._Element:
    if not isinstance(value, Record):
        raise _refusal(path, "must be a record of custom fields")
    element = make_element(_CUSTOM_FIELDS, path=path)
    for name, inner in value.fields:
        if inner is None:
            continue
        if isinstance(inner, Record | tuple):
            raise _refusal(f"{path}.{name}", "must be a plain value")
        custom = etree.SubElement(element, "customfield")
        add_text(custom, "customfieldname", name, path=f"{path}.{name}")
        add_text(custom, "customfieldvalue", inner, path=f"{path}.{name}")
    return element


def _contact(child: str, value: Value, *, path: str) -> etree._Element:
    name = value
    if isinstance(value, Record):
        if [field.casefold() for field, _ in value.fields] != ["contactname"]:
            raise _refusal(path, "takes a contact name and nothing else")
        name = value.get("contactname")
    if not isinstance(name, str):
        raise _refusal(path, "must be the name of a contact")
    element = make_element(child, path=path)
    add_text(element, "contactname", name, path=path)
    return element


def _refusal(path: str, what: str) -> RenderError:
    return RenderError(f"The field {path!r} {what}.", field=path)
