"""`create`, `update`, `delete` and the legacy creators: what is checked and then written (protocol 3.2)."""

from typing import Any

from lxml import etree

from apps.sandbox.catalogue import LISTS, OBJECTS, ObjectDefinition
from apps.sandbox.checking import Checks, check
from apps.sandbox.failures import FunctionFailed, missing_field, refused
from apps.sandbox.ledger import Ledger
from apps.sandbox.legacy import read_legacy
from apps.sandbox.legacy_models import LEGACY_MODELS
from apps.sandbox.master_records import keep_contact, refuse_if_used
from apps.sandbox.models import StoredRecord
from apps.sandbox.posting_rules import due_date
from apps.sandbox.values import read_keys

Settings = dict[str, Any]
_KEPT = ("RECORDNO", "WHENMODIFIED", "MEGAENTITYID", "RECORD_URL")
_OF_A_LINE = ("RECORDNO", "LINE_NO")


REPEATED = frozenset({"CONTACT_LIST_INFO"})
"""Elements that are repeated where they stand, without one around them (protocol 4.3)."""


def read_fields(element: etree._Element, *, keep_empty: bool = False) -> dict[str, Any]:
    """An object's element as fields; lists of lines as lists of fields, other nested elements as fields."""
    fields: dict[str, Any] = {}
    for child in element:
        name = str(child.tag)
        if name in REPEATED:
            fields.setdefault(name, []).append(read_fields(child))
        elif name in LISTS:
            fields[name] = [read_fields(line) for line in child if line.tag == LISTS[name]]
        elif len(child):
            fields[name] = read_fields(child, keep_empty=keep_empty)
        else:
            fields[name] = (child.text or "").strip()
    return fields if keep_empty else {name: value for name, value in fields.items() if value not in ("", [])}


def create(element: etree._Element, ledger: Ledger, settings: Settings) -> StoredRecord:
    """Check and store one record. Raises `FunctionFailed`."""
    definition = _writable(str(element.tag).upper(), "CREATE", settings)
    checked = check(Checks(definition.name, ledger, settings), read_fields(element))
    record = ledger.store(definition.name, checked.fields, checked.lines)
    keep_contact(record, ledger)
    return record


def create_legacy(element: etree._Element, ledger: Ledger, settings: Settings) -> StoredRecord:
    """The same for one document of a legacy creator."""
    object_name = LEGACY_MODELS[str(element.tag)].object_name
    fields = read_legacy(element)
    if fields.get("TERMNAME") and not fields.get("WHENDUE"):
        fields["WHENDUE"] = due_date(fields["WHENCREATED"], fields["TERMNAME"], object_name, ledger)
    checked = check(Checks(object_name, ledger, settings), fields)
    return ledger.store(object_name, checked.fields, checked.lines)


def update(element: etree._Element, ledger: Ledger, settings: Settings) -> StoredRecord:
    """Only given fields change, an empty one is cleared; owned lines, where given, replace all (protocol 3.2)."""
    definition = _writable(str(element.tag).upper(), "UPDATE", settings)
    given = read_fields(element, keep_empty=True)
    existing = _existing(definition, given, ledger)
    custom = settings["custom_fields"].get(definition.name, [])
    fields = _merged({name: existing.fields[name] for name in _changeable(definition, existing, custom)}, given)
    if any(name in given and not given[name] for name in ("CUSTOMERCONTACTS", "VENDORCONTACTS")):
        fields.pop("CONTACT_LIST_INFO", None)
        fields |= {"CONTACT_LIST_INFO": given["CONTACT_LIST_INFO"]} if given.get("CONTACT_LIST_INFO") else {}
    new_lines = definition.lines_field in given
    if definition.lines_field and not new_lines:
        fields[definition.lines_field] = _stored_lines(definition, ledger, existing, settings)
    checked = check(Checks(definition.name, ledger, settings, existing), fields)
    record = ledger.replace(existing, checked.fields, checked.lines if new_lines else None)
    if definition.lines_field and not new_lines:
        ledger.change_lines(record, checked.lines)
    if "DISPLAYCONTACT" in given:
        keep_contact(record, ledger)
    return record


def _stored_lines(
    definition: ObjectDefinition, ledger: Ledger, existing: StoredRecord, settings: Settings
) -> list[dict[str, Any]]:
    """The lines as they would be given again: without what follows from their document."""
    line = OBJECTS[definition.lines_object]
    names = {*line.fields, *settings["custom_fields"].get(line.name, [])} - {*_OF_A_LINE, line.parent_field}
    return [
        {name: value for name, value in stored.fields.items() if name in names} for stored in ledger.lines_of(existing)
    ]


def _changeable(definition: ObjectDefinition, existing: StoredRecord, custom: list[str]) -> set[str]:
    return existing.fields.keys() & {*definition.fields, *custom} - set(_KEPT)


def delete(object_name: str, keys_text: str, ledger: Ledger) -> None:
    """Delete records by their numbers: all of them, or none. Raises `FunctionFailed`."""
    definition = OBJECTS.get(object_name)
    if definition is None:
        raise refused("DL02000001", f"Object definition {object_name} not found")
    if not definition.creatable and not definition.lines_field:
        raise _not_permitted("DELETE", object_name)
    for key in read_keys(keys_text):
        found = ledger.numbered(object_name, key)
        if found is None:
            raise refused("BL01001973", f"Cannot find {definition.label.lower()} with key '{key}' to delete")
        refuse_if_used(found)
        ledger.remove(found)


def _writable(object_name: str, operation: str, settings: Settings) -> ObjectDefinition:
    definition = OBJECTS.get(object_name)
    if definition is None:
        raise refused("DL02000001", f"Object definition {object_name} not found")
    if not definition.creatable and not (object_name == "ARINVOICE" and settings["generic_arinvoice"]):
        raise _not_permitted(operation, object_name)
    return definition


def _not_permitted(operation: str, object_name: str) -> FunctionFailed:
    return refused(
        "PL04000005", f"You do not have permission for API operation {operation} on objects of type {object_name}"
    )


def _existing(definition: ObjectDefinition, given: dict[str, Any], ledger: Ledger) -> StoredRecord:
    """By record number; master records by their own ID too."""
    number, key = given.pop("RECORDNO", ""), ""
    if number:
        found = ledger.numbered(definition.name, number)
    elif definition.lines_field or not given.get(definition.key):
        raise missing_field("RECORDNO")
    else:
        key = given[definition.key]
        found = ledger.named(definition.name, key)
    if found is None:
        raise refused("BL01001973", f"Cannot find {definition.label.lower()} with key '{number or key}' to update")
    if not definition.lines_field and given.get(definition.key, found.natural_id) != found.natural_id:
        raise refused("BL03002129", f"{definition.key} cannot be changed.", "Create another record.")
    return found


def _merged(stored: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    merged = dict(stored)
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = _merged(merged[name], value)
        elif value in ("", {}):
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged
