"""The simulated company's master data: a small manufacturer of pumps and valves. Idempotent."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.sandbox import statistics
from apps.sandbox.catalogue import OBJECTS, USER_DEFINED
from apps.sandbox.models import (
    CompletedFunction,
    CustomPackage,
    GatewaySession,
    OpenList,
    ReceivedFunction,
    SandboxState,
    SmartEventLog,
    StoredRecord,
)

Row = tuple[str, dict[str, Any]]
ENTITIES = {
    "100": ("Northfield US", "USD", "United States"),
    "200": ("Northfield GB", "GBP", "United Kingdom"),
    "300": ("Northfield FR", "EUR", "France"),
    "400": ("Northfield DE", "EUR", "Germany"),
}
LOCATIONS = ("100-WH1", "100-WH2", "100-MFG", "200-WH1", "300-WH1", "400-WH1")
BALANCE_SHEET = {
    "1000": "Cash at bank", "1100": "Accounts receivable", "1200": "Raw material stock", "1210": "Finished goods stock",
    "1220": "Work in progress", "1300": "Goods shipped not invoiced", "1400": "Input tax", "2000": "Accounts payable",
    "2100": "Goods received not invoiced", "2200": "Sales tax payable", "2210": "Output VAT",
    "2300": "Accrued expenses",
}  # fmt: skip
INCOME = {
    "4000": "Sales of goods", "4010": "Sales of spare parts", "4100": "Freight charged", "4900": "Sales returns",
    "5000": "Cost of goods sold", "5100": "Purchase price variance", "5200": "Stock adjustments", "5300": "Freight in",
    "6000": "Office supplies", "6100": "Maintenance", "6200": "Energy", "6300": "Professional services",
    "6400": "Travel",
    "9990": "Old suspense account",
}  # fmt: skip
OTHER_REQUIREMENTS = (
    "REQUIRELOC", "REQUIREPROJECT", "REQUIRETASK", "REQUIRECUSTOMER", "REQUIREVENDOR", "REQUIREEMPLOYEE",
    "REQUIREITEM", "REQUIRECLASS",
)  # fmt: skip
JOURNALS = {
    "SJ": "Sales journal",
    "PJ": "Purchase journal",
    "GJ": "General journal",
    "IJ": "Inventory journal",
    "ADJ": "Adjustments",
}
_INVOICE_DATE = "from invoice/bill date"
TERMS = {
    "NET15": ("15", _INVOICE_DATE), "NET30": ("30", _INVOICE_DATE), "NET45": ("45", _INVOICE_DATE),
    "NET60": ("60", _INVOICE_DATE), "2-10-NET30": ("30", _INVOICE_DATE), "IMMEDIATE": ("0", _INVOICE_DATE),
    "MONTH-END": ("31", "of the month of invoice/bill date"), "15-NEXT": ("15", "of next month from invoice/bill date"),
    "COD-OLD": ("0", _INVOICE_DATE),
}  # fmt: skip
DISCOUNTS = {
    "2-10-NET30": {"DISCDATE": "10", "DISCFROM": _INVOICE_DATE, "DISCAMOUNT": "2", "DISCPERCAMN": "%"},
}
TAX_SOLUTIONS = {
    "US": "United States - Sales Tax",
    "GB": "United Kingdom - VAT",
    "FR": "France - VAT",
    "DE": "Germany - VAT",
}
TAX_DETAILS = {
    "US-NY-8.875": ("8.875", "Sale", "US", "2200"), "US-CA-7.25": ("7.25", "Sale", "US", "2200"),
    "US-EXEMPT": ("0", "Sale", "US", "2200"), "US-USE-IN": ("0", "Purchase", "US", "1400"),
    "GB-STD-OUT": ("20", "Sale", "GB", "2210"), "GB-STD-IN": ("20", "Purchase", "GB", "1400"),
    "GB-ZERO-OUT": ("0", "Sale", "GB", "2210"), "GB-ZERO-IN": ("0", "Purchase", "GB", "1400"),
    "FR-STD-OUT": ("20", "Sale", "FR", "2210"), "FR-STD-IN": ("20", "Purchase", "FR", "1400"),
    "FR-RED-OUT": ("5.5", "Sale", "FR", "2210"), "DE-STD-OUT": ("19", "Sale", "DE", "2210"),
    "DE-STD-IN": ("19", "Purchase", "DE", "1400"), "GB-RC-IN": ("20", "Purchase", "GB", "1400"),
    "GB-RC-OUT": ("-20", "Purchase", "GB", "2210"), "FR-RC-IN": ("20", "Purchase", "FR", "1400"),
    "FR-RC-OUT": ("-20", "Purchase", "FR", "2210"), "FR-RED-IN": ("5.5", "Purchase", "FR", "1400"),
    "DE-RC-IN": ("19", "Purchase", "DE", "1400"), "DE-RC-OUT": ("-19", "Purchase", "DE", "2210"),
    "DE-RED-OUT": ("7", "Sale", "DE", "2210"),
}  # fmt: skip
CUSTOMERS = (
    "Adirondack Water Works", "Bayou Chemical", "Cascade Breweries", "Delta Irrigation", "Erie Shipyards",
    "Fjord Marine AS", "Granite State Paper", "Hudson Utilities", "Ironwood Dairy", "Juniper Hotels", "Kestrel Mining",
    "Lakeside Laundry",
)  # fmt: skip
VENDORS = (
    "Albany Foundry", "Buffalo Bearings", "Clyde Castings", "Dorset Seals", "Elbe Electric", "Finger Lakes Freight",
    "Genesee Steel", "Harbor Coatings", "Inland Tooling", "Jersey Gaskets",
)  # fmt: skip
ITEMS = (
    "Centrifugal pump CP-40", "Gate valve GV-80", "Ball valve BV-25", "Submersible pump SP-12", "Check valve CV-50",
    "Gear pump GP-08", "Butterfly valve BF-100", "Dosing pump DP-02", "Pump service kit", "Valve service kit",
    "Pressure gauge", "Installation hour",
)  # fmt: skip
EMPLOYEES = ("Ada Berg", "Ben Cole", "Cara Diaz", "Dan Evers", "Eva Frost", "Finn Gray")
RAW_MATERIALS = (
    "Cast iron housing", "Stainless impeller", "Mechanical seal", "Shaft 40 mm", "Bearing 6204", "Motor 4 kW",
    "Gasket set",
    "Bolt set M12",
)  # fmt: skip


def _rows() -> Iterator[Row]:
    for code, (name, currency, country) in ENTITIES.items():
        yield "LOCATIONENTITY", {"LOCATIONID": code, "NAME": name, "CURRENCY": currency, "OPCOUNTRY": country}
        yield "LOCATION", {"LOCATIONID": code, "NAME": name, "CURRENCY": currency, "PARENTID": ""}
    for code in LOCATIONS:
        yield "LOCATION", {"LOCATIONID": code, "NAME": code, "PARENTID": code[:3]}
    for kind, accounts in (("balancesheet", BALANCE_SHEET), ("incomestatement", INCOME)):
        for number, title in accounts.items():
            yield (
                "GLACCOUNT",
                {
                    "ACCOUNTNO": number,
                    "TITLE": title,
                    "ACCOUNTTYPE": kind,
                    "NORMALBALANCE": "credit" if number.startswith(("2", "4")) else "debit",
                    "REQUIREDEPT": str(number in ("6300", "6400")).lower(),
                    **dict.fromkeys((*OTHER_REQUIREMENTS, *(f"REQUIRE{one}" for one in USER_DEFINED)), "false"),
                    "STATUS": "inactive" if number == "9990" else "active",
                },
            )
    for symbol, title in JOURNALS.items():
        yield "GLJOURNAL", {"SYMBOL": symbol, "TITLE": title}
    for name, (days, counted) in TERMS.items():
        for kind in ("APTERM", "ARTERM"):
            yield kind, {
                "NAME": name, "DESCRIPTION": f"{days} days", "DUEDATE": days, "DUEFROM": counted,
                "STATUS": "inactive" if name == "COD-OLD" else "active", **DISCOUNTS.get(name, {}),
            }  # fmt: skip
    for code, solution in TAX_SOLUTIONS.items():
        yield "TAXSOLUTION", {"SOLUTIONID": solution, "DESCRIPTION": code, "TAXMETHOD": "VAT", "TYPE": "Custom"}
    for detail, (rate, kind, country, account) in TAX_DETAILS.items():
        yield "TAXDETAIL", {
            "DETAILID": detail, "DESCRIPTION": detail, "VALUE": rate, "TAXTYPE": kind, "GLACCOUNT": account,
            "TAXSOLUTIONID": TAX_SOLUTIONS[country], "REVERSECHARGE": str("-RC-" in detail).lower(),
        }  # fmt: skip
    yield from _partners()
    yield from _dimensions()


def _partners() -> Iterator[Row]:
    for index, name in enumerate(CUSTOMERS, start=1):
        yield "CUSTOMER", {
            "CUSTOMERID": f"CUST-{index:02}", "NAME": name, "TERMNAME": "NET30", "ONHOLD": str(index == 11).lower(),
            "STATUS": "inactive" if index == 12 else "active",
        }  # fmt: skip
    for index, name in enumerate(VENDORS, start=1):
        yield "VENDOR", {
            "VENDORID": f"SUPP-{index:02}", "NAME": name, "TERMNAME": "NET30", "ONHOLD": str(index == 9).lower(),
            "STATUS": "inactive" if index == 10 else "active",
        }  # fmt: skip
    for prefix, names in (("ITEM-{}", ITEMS), ("RM-{:02}", RAW_MATERIALS)):
        for index, name in enumerate(names, start=1):
            yield "ITEM", {"ITEMID": prefix.format(index), "NAME": name, "ITEMTYPE": "Non-Inventory"}


def _dimensions() -> Iterator[Row]:
    for code, title in {
        "SALES": "Sales",
        "PURCH": "Purchasing",
        "PROD": "Production",
        "ADMIN": "Administration",
        "LOGI": "Logistics",
    }.items():
        yield "DEPARTMENT", {"DEPARTMENTID": code, "TITLE": title, "PARENTID": "PROD" if code == "LOGI" else ""}
    for code, name in {"WEB": "Web shop", "RETAIL": "Retail", "WHOLESALE": "Wholesale", "EXPORT": "Export"}.items():
        yield "CLASS", {"CLASSID": code, "NAME": name, "PARENTID": "WHOLESALE" if code == "EXPORT" else ""}
    for index, name in enumerate(("Lock 12 refit", "Harbor pumps", "Dairy line 3", "Spare parts"), start=1):
        days = {"BEGINDATE": "01/01/2026", "ENDDATE": "06/30/2026"} if index == 3 else {}
        yield "PROJECT", {"PROJECTID": f"PRJ-{index}", "NAME": name, "CUSTOMERID": f"CUST-{index:02}", **days}
    for project, task in (("PRJ-1", "DESIGN"), ("PRJ-1", "BUILD"), ("PRJ-2", "BUILD"), ("PRJ-2", "TEST")):
        yield "TASK", {"TASKID": task, "NAME": task.capitalize(), "PROJECTID": project}
    for index, name in enumerate(EMPLOYEES, start=1):
        yield "EMPLOYEE", {
            "EMPLOYEEID": f"EMP-{index}", "TITLE": "Fitter", "LOCATIONID": "100", "CONTACT": {"CONTACTNAME": name},
        }  # fmt: skip
    for index, name in enumerate(("Pumps", "Valves", "Service"), start=1):
        yield "LINE_OF_BUSINESS", {"id": str(index), "name": name}


def _identities(records: QuerySet[StoredRecord]) -> Iterable[tuple[str, str, str | None]]:
    """What tells records apart: a task's ID is unique within its project only."""
    return records.values_list("object_name", "natural_id", "fields__PROJECTID")


SEEDED = sum(1 for _ in _rows())


@transaction.atomic(using="sandbox")
def seed() -> None:
    """Create what is missing; what is there stays."""
    seeded = StoredRecord.objects.filter(object_name__in={name for name, _ in _rows()})
    existing = {(name, key, project or "") for name, key, project in _identities(seeded)}
    last: dict[str, int] = {}
    for name, number in StoredRecord.objects.order_by("record_no").values_list("object_name", "record_no"):
        last[name] = number
    now = timezone.now().strftime("%m/%d/%Y %H:%M:%S")
    rows = []
    for object_name, fields in _rows():
        key = str(fields[OBJECTS[object_name].key])
        if (object_name, key, fields.get("PROJECTID", "")) in existing:
            continue
        last[object_name] = last.get(object_name, 0) + 1
        full = {
            "RECORDNO": str(last[object_name]),
            "STATUS": "active",
            **fields,
            "WHENMODIFIED": now,
            "MEGAENTITYID": "",
        }
        rows.append(
            StoredRecord(
                object_name=object_name, record_no=last[object_name], natural_id=key, is_seed=True, fields=full
            )
        )
    StoredRecord.objects.bulk_create(rows)


@transaction.atomic(using="sandbox")
def start_over() -> None:
    """An empty ledger with the seed as it was delivered; no session, no used control ID, no package, no statistics."""
    for model in (CompletedFunction, CustomPackage, GatewaySession, OpenList, ReceivedFunction, SmartEventLog):
        model.objects.all().delete()
    kept = StoredRecord.objects.filter(is_seed=True).count()
    rows = StoredRecord.objects.filter(is_seed=False) if kept == SEEDED else StoredRecord.objects.all()
    rows.delete()
    SandboxState.objects.update(last_numbers={})
    statistics.clear()
    if kept != SEEDED:
        seed()
