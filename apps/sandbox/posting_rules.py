"""What Intacct enforces when a document is created (protocol 4.1, 4.5-4.7, 6.2)."""

import datetime
from collections.abc import Iterable
from typing import Any

from apps.sandbox.catalogue import (
    AMOUNTS,
    DATES,
    DIMENSIONS,
    LENGTHS,
    OBJECTS,
    USER_DEFINED,
    ObjectDefinition,
)
from apps.sandbox.failures import invalid_reference, missing_field, refused
from apps.sandbox.ledger import Ledger
from apps.sandbox.values import read_amount, read_date, show_date

REQUIRED_DIMENSIONS = {
    "REQUIREDEPT": ("DEPARTMENT", "Department"), "REQUIRELOC": ("LOCATION", "Location"),
    "REQUIREPROJECT": ("PROJECTID", "Project"), "REQUIRECUSTOMER": ("CUSTOMERID", "Customer"),
    "REQUIREVENDOR": ("VENDORID", "Vendor"), "REQUIREEMPLOYEE": ("EMPLOYEEID", "Employee"),
    "REQUIREITEM": ("ITEMID", "Item"), "REQUIRECLASS": ("CLASSID", "Class"), "REQUIRETASK": ("TASKID", "Task"),
    **{f"REQUIRE{name}": (name, OBJECTS[own].label) for name, own in USER_DEFINED.items()},
}  # fmt: skip


def check_fields(
    definition: ObjectDefinition,
    fields: dict[str, Any],
    custom: Iterable[str],
    ledger: Ledger,
    *,
    optional: Iterable[str] = (),
) -> None:
    """Known, present, short enough, dates that exist, references that are there and active. Rewrites dates."""
    for name in fields:
        if name not in definition.fields and name not in custom:
            raise refused("DL02000001", f"Field {name} is not a valid field of {definition.name}", "Remove the field.")
    for name in definition.required:
        if not fields.get(name) and name not in optional:
            raise missing_field(name)
    for name, value in fields.items():
        longest = LENGTHS.get(name)
        if longest and isinstance(value, str) and len(value) > longest:
            raise refused("BL03000018", f"{name} is longer than {longest} characters", "Shorten the text.")
        if name in DATES and value:
            fields[name] = show_date(read_date(name, value))
    for name, object_name in definition.references.items():
        if fields.get(name):
            referenced(ledger, object_name, fields[name])


def referenced(ledger: Ledger, object_name: str, key: str) -> Any:
    """An active record by its ID. Raises the failure for one that is missing or inactive."""
    label = OBJECTS[object_name].label
    record = ledger.named(object_name, key)
    if record is None:
        raise invalid_reference(label, key)
    if record.fields.get("STATUS") == "inactive":
        raise refused(
            "BL01001973", f"{label} '{key}' is inactive.", f"Activate the {label.lower()}, then try again.", "CO-0003"
        )
    return record


def check_line(
    line: dict[str, Any], ledger: Ledger, *, location: str, department: str, account_required: bool = True
) -> None:
    """Account, amount and dimensions of a line; fills in the entity's location. Its entity is in `_ENTITY`."""
    account: dict[str, Any] = {}
    if line.get("ACCOUNTNO"):
        account = referenced(ledger, "GLACCOUNT", line["ACCOUNTNO"]).fields
    elif account_required:
        raise missing_field("ACCOUNTNO")
    if line.get("OFFSETGLACCOUNTNO"):
        referenced(ledger, "GLACCOUNT", line["OFFSETGLACCOUNTNO"])
    for name in AMOUNTS & line.keys():
        line[name] = str(read_amount(name, line[name]))
    for name in DATES & line.keys():
        line[name] = show_date(read_date(name, line[name]))
    if ledger.entity and not line.get(location):
        line[location] = ledger.entity
    if not line.get(location):
        raise refused("BL03000018", "Location is required for every line of a multi-entity company", "Add a location.")
    found = referenced(ledger, "LOCATION", line[location])
    if ledger.entity and ledger.entity not in (found.natural_id, found.fields.get("PARENTID")):
        raise invalid_reference("Location", line[location])
    line["_ENTITY"] = found.fields.get("PARENTID") or found.natural_id
    if line.get(department):
        referenced(ledger, "DEPARTMENT", line[department])
    for name, object_name in {**DIMENSIONS, **USER_DEFINED}.items():
        if line.get(name):
            referenced(ledger, object_name, line[name])
    _check_task(line, ledger)
    _check_required_dimensions(account, line, location, department)


def _check_task(line: dict[str, Any], ledger: Ledger) -> None:
    """A task needs its project, and is one of it (protocol 4.1)."""
    if not line.get("TASKID"):
        return
    if not line.get("PROJECTID"):
        raise missing_field("PROJECTID")
    if ledger.same("TASK", {"TASKID": line["TASKID"], "PROJECTID": line["PROJECTID"]}) is None:
        raise invalid_reference("Task", line["TASKID"])


def _check_required_dimensions(account: dict[str, Any], line: dict[str, Any], location: str, department: str) -> None:
    names = {"LOCATION": location, "DEPARTMENT": department}
    for flag, (field, label) in REQUIRED_DIMENSIONS.items():
        if account.get(flag) == "true" and not line.get(names.get(field, field)):
            raise refused(
                "BL03000126",
                f"This transaction is missing the {label} dimension for the Account {account['ACCOUNTNO']}.",
                f"Add the {label.lower()} to the line.",
                "GL-1009",
            )


def due_date(created: str, term: str, object_name: str, ledger: Ledger) -> str:
    """The due date that a term gives, counted from the document's date."""
    found = referenced(ledger, OBJECTS[object_name].references["TERMNAME"], term)
    return show_date(read_date("date", created) + datetime.timedelta(days=int(found.fields["DUEDATE"])))


def check_currency(fields: dict[str, Any]) -> None:
    """A rate is given as a number or by its type, not both (protocol 4.6)."""
    if fields.get("EXCHANGE_RATE") and fields.get("EXCH_RATE_TYPE_ID"):
        raise refused("BL03000018", "Give an exchange rate or an exchange rate type, not both", "Remove one.")
