"""What a record must be before it is stored, object by object (protocol 4.2 to 4.9)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.sandbox import posting_rules as rules
from apps.sandbox.catalogue import OBJECTS
from apps.sandbox.failures import FunctionFailed, missing_field, refused
from apps.sandbox.ledger import Ledger
from apps.sandbox.master_records import check_master_record
from apps.sandbox.models import StoredRecord
from apps.sandbox.values import read_amount, read_date

Settings = dict[str, Any]
Fields = dict[str, Any]


@dataclass
class Checked:
    """A record that may be stored."""

    fields: Fields
    lines: list[Fields] = field(default_factory=list)


@dataclass(frozen=True)
class Checks:
    """With what a record is checked. `existing`: the one that is changed."""

    object_name: str
    ledger: Ledger
    settings: Settings
    existing: StoredRecord | None = None

    def fields_of(self, fields: Fields) -> None:
        custom = self.settings["custom_fields"].get(self.object_name, [])
        # A draft of a bill may be without its due date (protocol 4.6).
        optional = ("WHENDUE",) if fields.get("ACTION") == "Draft" else ()
        rules.check_fields(OBJECTS[self.object_name], fields, custom, self.ledger, optional=optional)

    def fields_of_line(self, line: Fields) -> None:
        definition = OBJECTS[OBJECTS[self.object_name].lines_object]
        rules.check_fields(definition, line, self.settings["custom_fields"].get(definition.name, []), self.ledger)

    def check_open(self, day: str) -> None:
        rules.check_open(day, self.settings["books_closed_until"])


def check(checks: Checks, fields: Fields) -> Checked:
    """Raises `FunctionFailed`."""
    if "STATUS" in fields and fields["STATUS"] not in ("active", "inactive"):
        raise refused("BL03000018", f"Invalid STATUS '{fields['STATUS']}'", "Use active or inactive.")
    return _CHECKED.get(checks.object_name, _master_record)(checks, fields)


def duplicate(label: str, value: str) -> FunctionFailed:
    """The published text of a duplicate (protocol 6.1), two spaces and all."""
    text = f"Another {label} with the given value(s) {value}  already exists"
    return refused("BL34000061", text, "Use a unique value instead.", "CO-0004")


def _master_record(checks: Checks, fields: Fields) -> Checked:
    definition = OBJECTS[checks.object_name]
    checks.fields_of(fields)
    key = fields.get(definition.key)
    if not key:
        raise missing_field(definition.key)
    if checks.existing is None and checks.ledger.same(checks.object_name, fields) is not None:
        raise duplicate(definition.label, key)
    check_master_record(checks.object_name, fields, checks.ledger, checks.existing)
    return Checked({"STATUS": "active", **fields})


def _journal_entry(checks: Checks, fields: Fields) -> Checked:
    if checks.existing is not None and checks.existing.fields.get("MODULE") != "2.GL":
        raise refused("BL03002129", "A journal entry of a sub-ledger cannot be changed.", "Change its document.")
    checks.fields_of(fields)
    checks.check_open(fields["BATCH_DATE"])
    if "REVERSEDATE" in fields and (
        read_date("REVERSEDATE", fields["REVERSEDATE"]) <= read_date("BATCH_DATE", fields["BATCH_DATE"])
    ):
        raise refused("BL03000018", "The reversal date must be after the posting date.", "Use a later date.")
    lines = fields.pop("ENTRIES")
    if len(lines) < 2:
        raise refused("BL03000018", "A journal entry needs at least two lines", "Add the missing line.")
    # Balanced per currency and, without a source entity, per entity (protocol 4.5). A draft need not be (unverified).
    balance: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        signed = _journal_line(line, checks)
        entity = line.pop("_ENTITY")
        key = (line.get("CURRENCY", ""), "" if fields.get("BASELOCATION_NO") else entity)
        balance[key] = balance.get(key, Decimal(0)) + signed
        line["ENTRY_DATE"] = fields["BATCH_DATE"]
    for (_, where), difference in balance.items():
        if difference and fields.get("STATE") != "Draft":
            raise refused(
                "BL01001973",
                f"Transactions do not balance for {where or 'the company'}: the difference is {difference}.",
                "Check the transaction for errors or inconsistencies, then try again.",
                "GL-0504",
            )
    return Checked({"STATE": "Posted", "MODULE": "2.GL", **fields}, lines)


def _journal_line(line: Fields, checks: Checks) -> Decimal:
    """The line's amount with its tax, positive for a debit."""
    checks.fields_of_line(line)
    line["TRX_AMOUNT"] = line.get("TRX_AMOUNT") or line.pop("AMOUNT", "")
    if not line["TRX_AMOUNT"]:
        raise missing_field("TRX_AMOUNT")
    if line.get("TR_TYPE") not in ("1", "-1"):
        raise refused("BL03000018", "TR_TYPE must be 1 (debit) or -1 (credit)", "Correct the line.")
    tax = rules.check_line(line, checks.ledger, location="LOCATION", department="DEPARTMENT")
    amount = read_amount("TRX_AMOUNT", line["TRX_AMOUNT"])
    if amount < 0:
        raise refused("BL03000018", "TRX_AMOUNT of a journal entry line must not be negative", "Use TR_TYPE.")
    return (amount + tax) * int(line["TR_TYPE"])


def _subledger_document(checks: Checks, fields: Fields, *, party: str, module: str) -> Checked:
    definition = OBJECTS[checks.object_name]
    checks.fields_of(fields)
    rules.check_currency(fields)
    posted_on = fields.get("WHENPOSTED") or fields.get("RECEIPTDATE") or fields["WHENCREATED"]
    checks.check_open(posted_on)
    number, key = fields.get("RECORDID", ""), f"{party}ID"
    but = checks.existing.record_no if checks.existing else 0
    if (
        number
        and checks.settings["unique_document_numbers"]
        and checks.ledger.number_taken(checks.object_name, number, field=key, counterparty=fields[key], but=but)
    ):
        raise duplicate(definition.label, number)
    lines = fields.pop(definition.lines_field)
    total = Decimal(0)
    for line in lines:
        checks.fields_of_line(line)
        if not line.get("TRX_AMOUNT"):
            raise missing_field("TRX_AMOUNT")
        tax = rules.check_line(line, checks.ledger, location="LOCATIONID", department="DEPARTMENTID")
        total += read_amount("TRX_AMOUNT", line["TRX_AMOUNT"]) + tax
        line.pop("_ENTITY")
    amounts = dict.fromkeys(("TOTALENTERED", "TRX_TOTALENTERED", "TOTALDUE", "TRX_TOTALDUE"), str(total))
    defaults = {
        "STATE": "Draft" if fields.get("ACTION") == "Draft" else "Posted",
        "MODULEKEY": module,
        "WHENPOSTED": posted_on,
        "TOTALPAID": "0",
        "TRX_TOTALPAID": "0",
    }
    party_name = {f"{party}NAME": rules.referenced(checks.ledger, party, fields[key]).fields.get("NAME", "")}
    return Checked({**defaults, **fields, **amounts, **party_name}, lines)


def _bill(checks: Checks, fields: Fields) -> Checked:
    for forbidden in "&<>#?\"'":
        if forbidden in fields.get("RECORDID", ""):
            raise refused("BL03000018", f"The bill number must not contain {forbidden}", "Correct the number.")
    return _subledger_document(checks, fields, party="VENDOR", module="3.AP")


def _invoice(checks: Checks, fields: Fields) -> Checked:
    if fields.get("CUSTOMERID"):
        customer = rules.referenced(checks.ledger, "CUSTOMER", fields["CUSTOMERID"])
        if customer.fields.get("ONHOLD") == "true":
            raise refused(
                "BL03000131",
                f"Customer '{customer.natural_id}' is on hold.",
                "Release the customer, then try again.",
                "AR-0139",
            )
    if not fields.get("WHENDUE") and not fields.get("TERMNAME"):
        raise refused("BL03000018", "Required field Date Due is missing", "Give a due date or a term.")
    return _subledger_document(checks, fields, party="CUSTOMER", module="4.AR")


def _advance(checks: Checks, fields: Fields) -> Checked:
    if not fields.get("FINANCIALENTITY") and not fields.get("UNDEPOSITEDACCOUNTNO"):
        raise missing_field("FINANCIALENTITY or UNDEPOSITEDACCOUNTNO")
    methods = ("Printed Check", "Cash", "EFT", "Credit Card")
    if fields.get("PAYMENTMETHOD") not in (None, *methods):
        raise refused("BL03000018", f"Invalid payment method '{fields['PAYMENTMETHOD']}'", f"Use {', '.join(methods)}.")
    return _subledger_document(checks, fields, party="CUSTOMER", module="4.AR")


_CHECKED: dict[str, Callable[[Checks, Fields], Checked]] = {
    "GLBATCH": _journal_entry,
    "APBILL": _bill,
    "ARINVOICE": _invoice,
    "ARADJUSTMENT": lambda checks, fields: _subledger_document(checks, fields, party="CUSTOMER", module="4.AR"),
    "APADJUSTMENT": lambda checks, fields: _subledger_document(checks, fields, party="VENDOR", module="3.AP"),
    "ARADVANCE": _advance,
}
