"""Customers, vendors, items and contacts: what Intacct asks of them (protocol 4.2 to 4.4)."""

import re
from typing import Any

from apps.sandbox.catalogue import OBJECTS, names_in
from apps.sandbox.failures import invalid_reference, missing_field, refused
from apps.sandbox.ledger import Ledger
from apps.sandbox.models import StoredRecord
from apps.sandbox.values import read_amount

Fields = dict[str, Any]

ITEM_TYPES = (
    "Inventory", "Non-Inventory", "Non-Inventory (Purchase only)", "Non-Inventory (Sales only)", "Kit", "Stockable Kit",
)  # fmt: skip
WORDS = {
    "ITEMTYPE": ITEM_TYPES,
    "PAYMENTPRIORITY": ("urgent", "high", "normal", "low"),
    "DELIVERY_OPTIONS": ("Print", "E-Mail", "Print#~#E-Mail"),
    "OBJECTRESTRICTION": ("Unrestricted", "RootOnly", "Restricted"),
}
SWITCHES = ("ONHOLD", "ONETIME", "HIDEDISPLAYCONTACT", "EMAILOPTIN", "TAXABLE", "DONOTCUTCHECK")
MONEY = ("CREDITLIMIT", "STANDARD_COST", "BASEPRICE")
CONTACT_FIELDS = names_in(
    "CONTACTNAME PRINTAS COMPANYNAME TAXABLE TAXGROUP TAXSOLUTIONID TAXSCHEDULE TAXID PREFIX FIRSTNAME LASTNAME INITIAL"
    " PHONE1 PHONE2 CELLPHONE PAGER FAX EMAIL1 EMAIL2 URL1 URL2 MAILADDRESS"
)
ADDRESS_FIELDS = names_in("ADDRESS1 ADDRESS2 ADDRESS3 CITY STATE ZIP COUNTRY ISOCOUNTRYCODE")
NAMED_CONTACTS = ("CONTACTINFO", "BILLTO", "SHIPTO", "PAYTO", "RETURNTO")
OWNERS = {"CUSTOMER": "C", "VENDOR": "V"}
USED_IN = {
    "CUSTOMERID": ("ARINVOICE", "ARADJUSTMENT", "ARADVANCE", "GLENTRY", "ARINVOICEITEM", "APBILLITEM", "PROJECT"),
    "VENDORID": ("APBILL", "APADJUSTMENT", "GLENTRY", "ARINVOICEITEM", "APBILLITEM"),
    "ITEMID": ("GLENTRY", "ARINVOICEITEM", "APBILLITEM"),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def check_master_record(object_name: str, fields: Fields, ledger: Ledger, existing: StoredRecord | None) -> None:
    """Words, switches, amounts, contacts and the contacts that are named. Raises `FunctionFailed`."""
    for name, known in WORDS.items():
        if fields.get(name) and fields[name] not in known:
            raise refused("BL03000018", f"Invalid {name} '{fields[name]}'", f"Use one of: {', '.join(known)}.")
    for name in SWITCHES:
        if fields.get(name, "").lower() not in ("", "true", "false"):
            raise refused("BL03000018", f"Invalid {name} '{fields[name]}'", "Use true or false.")
    for name in MONEY:
        if fields.get(name):
            fields[name] = str(read_amount(name, fields[name]))
    if object_name in OWNERS:
        _check_partner(object_name, fields, ledger, existing)
    elif object_name == "CONTACT":
        _check_contact({name: value for name, value in fields.items() if name in CONTACT_FIELDS})


def _check_partner(object_name: str, fields: Fields, ledger: Ledger, existing: StoredRecord | None) -> None:
    contact = fields.get("DISPLAYCONTACT")
    if contact is not None:
        _check_contact(contact)
    elif existing is None:
        raise missing_field("DISPLAYCONTACT")
    for role in NAMED_CONTACTS:
        name = (fields.get(role) or {}).get("CONTACTNAME", "") if isinstance(fields.get(role), dict) else ""
        if name and ledger.named("CONTACT", name) is None:
            raise invalid_reference("Contact", name)
    for listed in fields.get("CONTACT_LIST_INFO") or []:
        name = (listed.get("CONTACT") or {}).get("NAME", "")
        if not listed.get("CATEGORYNAME") or ledger.named("CONTACT", name) is None:
            raise invalid_reference("Contact", name)
    if fields.get("FORM1099BOX") and not fields.get("FORM1099TYPE"):
        raise refused("BL03000018", "A 1099 box needs a 1099 form.", "Give FORM1099TYPE.")


def _check_contact(contact: Fields) -> None:
    if not contact.get("PRINTAS"):
        raise missing_field("PRINTAS")
    for name in contact:
        if name not in CONTACT_FIELDS:
            raise refused("DL02000001", f"Field {name} is not a valid field of CONTACT", "Remove the field.")
    for name in ("EMAIL1", "EMAIL2"):
        if contact.get(name) and not _EMAIL.fullmatch(contact[name]):
            label = "Primary" if name == "EMAIL1" else "Secondary"
            text = f"Illegal format for Contactversion: {label} Email Address {contact[name]}"
            raise refused("BL03000018", text, "Correct the e-mail address.")
    address = contact.get("MAILADDRESS") or {}
    for name in address:
        if name not in ADDRESS_FIELDS:
            raise refused("DL02000001", f"Field {name} is not a valid field of MAILADDRESS", "Remove the field.")
    if address.get("ISOCOUNTRYCODE") and not _COUNTRY.fullmatch(address["ISOCOUNTRYCODE"]):
        raise refused("BL03000018", f"Invalid country code '{address['ISOCOUNTRYCODE']}'", "Use an ISO code.")


def keep_contact(record: StoredRecord, ledger: Ledger) -> None:
    """The display contact of a customer or vendor is a contact of its own, made and changed with it."""
    letter, contact = OWNERS.get(record.object_name), record.fields.get("DISPLAYCONTACT")
    if letter is None or not isinstance(contact, dict):
        return
    name = contact.get("CONTACTNAME") or f"{record.fields['NAME']}({letter}{record.natural_id})"
    fields = {"STATUS": "active", **contact, "CONTACTNAME": name}
    there = ledger.named("CONTACT", name)
    if there is None:
        ledger.store("CONTACT", fields)
    else:
        ledger.replace(there, fields, None)


def refuse_if_used(record: StoredRecord) -> None:
    """What a document or another record names can't be deleted. Raises `FunctionFailed`."""
    definition = OBJECTS[record.object_name]
    label, key = definition.label, record.natural_id
    for object_name in USED_IN.get(definition.key, ()):
        rows = StoredRecord.objects.filter(object_name=object_name)
        if rows.filter(**{f"fields__{definition.key}": key}).exists():
            used = OBJECTS[object_name].label.lower()
            raise refused(
                "BL01001973", f"{label} '{key}' cannot be deleted: it is used by a {used}.", "Make it inactive instead."
            )
    if record.object_name == "CONTACT":
        for owner in OWNERS:
            for role in NAMED_CONTACTS:
                rows = StoredRecord.objects.filter(object_name=owner, **{f"fields__{role}__CONTACTNAME": key})
                if rows.exists():
                    raise refused("BL01001973", f"Contact '{key}' cannot be deleted: it is used.", "Remove it there.")
