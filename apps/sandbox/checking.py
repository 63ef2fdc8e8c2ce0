"""What a record must be before it is stored, object by object (protocol 4.2 to 4.9)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.sandbox import open_books
from apps.sandbox import posting_rules as rules
from apps.sandbox.catalogue import OBJECTS
from apps.sandbox.failures import FunctionFailed, missing_field, refused
from apps.sandbox.ledger import Ledger
from apps.sandbox.master_records import check_master_record
from apps.sandbox.models import StoredRecord
from apps.sandbox.tax_rules import check_taxes, line_tax
from apps.sandbox.values import CENT, read_amount, read_date

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
        open_books.check_open(day, self.settings)

    def check_entity(self, line: Fields, day: str) -> str:
        """The entity of a checked line. Raises `FunctionFailed` where it takes no posting on that day."""
        entity: str = line.pop("_ENTITY")
        open_books.check_entity(entity, day, self.settings)
        return entity

    def check_taxes(self, fields: Fields, lines: list[Fields]) -> None:
        check_taxes(self.object_name, fields, lines, self.ledger, required=self.settings["require_tax_solution"])


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
        entity = checks.check_entity(line, fields["BATCH_DATE"])
        key = (line.get("CURRENCY", ""), "" if fields.get("BASELOCATION_NO") else entity)
        balance[key] = balance.get(key, Decimal(0)) + signed
        line |= {"ENTRY_DATE": fields["BATCH_DATE"], "BATCH_DATE": fields["BATCH_DATE"]}
        line["BATCHTITLE"] = fields["BATCH_TITLE"]
    checks.check_taxes(fields, lines)
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
    rules.check_line(line, checks.ledger, location="LOCATION", department="DEPARTMENT")
    tax = line_tax(line, checks.ledger)
    amount = read_amount("TRX_AMOUNT", line["TRX_AMOUNT"])
    if amount < 0:
        raise refused("BL03000018", "TRX_AMOUNT of a journal entry line must not be negative", "Use TR_TYPE.")
    return (amount + tax) * int(line["TR_TYPE"])


def _subledger_document(checks: Checks, fields: Fields, *, party: str, module: str) -> Checked:
    definition = OBJECTS[checks.object_name]
    checks.fields_of(fields)
    rules.check_currency(fields)
    posted_on = fields.get("RECEIPTDATE") or fields.get("WHENPOSTED") or fields["WHENCREATED"]
    checks.check_open(posted_on)
    _check_number(checks, fields, f"{party}ID")
    lines = fields.pop(definition.lines_field)
    inclusive = fields.get("INCLUSIVETAX", "").lower() == "true"
    total = sum((_subledger_line(line, checks, posted_on, inclusive=inclusive) for line in lines), Decimal(0))
    checks.check_taxes(fields, lines)
    for line in lines:
        line |= {"ENTRY_DATE": posted_on} | ({"CURRENCY": fields["CURRENCY"]} if fields.get("CURRENCY") else {})
    known = checks.existing.fields if checks.existing else {}
    paid = Decimal(known.get("TRX_TOTALPAID") or 0).quantize(CENT)
    # What is read-only is never taken from the caller.
    own = {
        "STATE": _state(fields, known),
        **dict.fromkeys(("TOTALENTERED", "TRX_TOTALENTERED"), str(total)),
        **dict.fromkeys(("TOTALPAID", "TRX_TOTALPAID"), str(paid)),
        **dict.fromkeys(("TOTALDUE", "TRX_TOTALDUE"), str(total - paid)),
        f"{party}NAME": rules.referenced(checks.ledger, party, fields[f"{party}ID"]).fields.get("NAME", ""),
    }
    return Checked({"MODULEKEY": module, "WHENPOSTED": posted_on, **fields, **own}, lines)


def _state(fields: Fields, known: Fields) -> str:
    if fields.get("ACTION") == "Draft":
        return "Draft"
    state: str = known.get("STATE", "Draft")
    return "Posted" if state == "Draft" else state


def _check_number(checks: Checks, fields: Fields, key: str) -> None:
    number, but = fields.get("RECORDID", ""), checks.existing.record_no if checks.existing else 0
    if (
        number
        and checks.settings["unique_document_numbers"]
        and checks.ledger.number_taken(checks.object_name, number, field=key, counterparty=fields[key], but=but)
    ):
        raise duplicate(OBJECTS[checks.object_name].label, number)


def _subledger_line(line: Fields, checks: Checks, posted_on: str, *, inclusive: bool) -> Decimal:
    """The line's amount with its tax."""
    checks.fields_of_line(line)
    amount = "TOTALTRXAMOUNT" if inclusive else "TRX_AMOUNT"
    if not line.get(amount):
        raise missing_field(amount)
    # An advance may stand on the customer's account alone (protocol 4.9).
    rules.check_line(
        line, checks.ledger, location="LOCATIONID", department="DEPARTMENTID",
        account_required=checks.object_name != "ARADVANCE",
    )  # fmt: skip
    checks.check_entity(line, posted_on)
    tax = line_tax(line, checks.ledger, inclusive=inclusive)
    return read_amount("TRX_AMOUNT", line["TRX_AMOUNT"]) + tax


def _bill(checks: Checks, fields: Fields) -> Checked:
    for forbidden in "&<>#?\"'":
        if forbidden in fields.get("RECORDID", ""):
            raise refused("BL03000018", f"The bill number must not contain {forbidden}", "Correct the number.")
    checked = _subledger_document(checks, fields, party="VENDOR", module="3.AP")
    wanted = checks.settings["require_supplier_document_number"] and fields.get("ACTION") != "Draft"
    if wanted and not fields.get("DOCNUMBER"):
        raise missing_field("DOCNUMBER")
    if checks.settings["vendors_on_hold_refuse_bills"]:
        _check_hold(checks, checked, "VENDOR")
    return checked


def _invoice(checks: Checks, fields: Fields) -> Checked:
    if not fields.get("WHENDUE") and not fields.get("TERMNAME"):
        raise refused("BL03000018", "Required field Date Due is missing", "Give a due date or a term.")
    checked = _subledger_document(checks, fields, party="CUSTOMER", module="4.AR")
    _check_hold(checks, checked, "CUSTOMER")
    return checked


def _check_hold(checks: Checks, checked: Checked, party: str) -> None:
    """What is owed may still become less: a credit is taken."""
    partner = rules.referenced(checks.ledger, party, checked.fields[f"{party}ID"])
    if partner.fields.get("ONHOLD") == "true" and Decimal(checked.fields["TRX_TOTALENTERED"]) >= 0:
        label = OBJECTS[party].label
        text, correction = (
            f"{label} '{partner.natural_id}' is on hold.",
            f"Release the {label.lower()}, then try again.",
        )
        raise refused("BL03000131", text, correction, "AR-0139" if party == "CUSTOMER" else "")


def _advance(checks: Checks, fields: Fields) -> Checked:
    if not fields.get("FINANCIALENTITY") and not fields.get("UNDEPOSITEDACCOUNTNO"):
        raise missing_field("FINANCIALENTITY or UNDEPOSITEDACCOUNTNO")
    if fields.get("UNDEPOSITEDACCOUNTNO"):
        rules.referenced(checks.ledger, "GLACCOUNT", fields["UNDEPOSITEDACCOUNTNO"])
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
