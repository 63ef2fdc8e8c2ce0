"""`lookup`, `inspect` and `getDimensions`: what the company's objects look like (protocol 3.6, 3.7)."""

from lxml import etree

from apps.sandbox.catalogue import AMOUNTS, BOOLEANS, CODES, DATES, LENGTHS, OBJECTS, USER_DEFINED
from apps.sandbox.failures import refused
from apps.sandbox.readable_fields import READABLE

_READ_ONLY = ("RECORDNO", "WHENMODIFIED", "RECORD_URL")
_DATA_NAMES = {
    "DATE": "Pt_FieldDate", "BOOLEAN": "Pt_FieldBoolean", "DECIMAL": "Pt_FieldDouble", "INTEGER": "Pt_FieldInt"
}  # fmt: skip


def lookup(object_name: str, custom: list[str]) -> etree._Element:
    """Fields with types, and relationships."""
    definition = OBJECTS[object_name]
    data = etree.Element("data", listtype="All", count="1")
    kind = etree.SubElement(data, "Type", Name=object_name, DocumentType="")
    fields = etree.SubElement(kind, "Fields")
    for name in [*sorted(READABLE[object_name]), *custom]:
        field = etree.SubElement(fields, "Field")
        codes = CODES.get((object_name, name)) or CODES.get(("*", name)) or {}
        values = {
            "ID": name,
            "LABEL": name.replace("_", " ").capitalize(),
            "DESCRIPTION": "",
            "REQUIRED": str(name in definition.required).lower(),
            "READONLY": str(name in _READ_ONLY or name not in {*definition.fields, *custom}).lower(),
            "DATATYPE": _data_type(name, bool(codes)),
        }
        for tag, text in values.items():
            etree.SubElement(field, tag).text = text
        if codes:
            valid = etree.SubElement(field, "VALIDVALUES")
            for label in codes.values():
                etree.SubElement(valid, "VALIDVALUE").text = label
        etree.SubElement(field, "ISCUSTOM").text = str(name in custom or name in USER_DEFINED).lower()
    relationships = etree.SubElement(kind, "Relationships")
    for name, other in definition.references.items():
        relationship = etree.SubElement(relationships, "Relationship")
        for tag, text in (
            ("OBJECTPATH", other), ("OBJECTNAME", other), ("LABEL", OBJECTS[other].label),
            ("RELATIONSHIPTYPE", "MANY2ONE"), ("RELATEDBY", name),
        ):  # fmt: skip
            etree.SubElement(relationship, tag).text = text
    return data


def _data_type(name: str, is_enum: bool) -> str:
    if is_enum:
        return "ENUM"
    if name in DATES:
        return "DATE"
    if name in BOOLEANS or name.startswith("REQUIRE"):
        return "BOOLEAN"
    if name in AMOUNTS:
        return "DECIMAL"
    return "INTEGER" if name == "RECORDNO" else "TEXT"


def inspect(element: etree._Element, custom: dict[str, list[str]]) -> etree._Element:
    """The list of objects for `*`, or one object's fields."""
    object_name = (element.findtext("object") or element.findtext("name") or "").strip()
    if object_name == "*":
        data = etree.Element("data")
        for definition in OBJECTS.values():
            etree.SubElement(data, "type", typename=definition.name).text = definition.label
        return data
    if object_name not in OBJECTS:
        raise refused("Query Failed", f"Object definition {object_name} not found", "Correct the object.")
    definition = OBJECTS[object_name]
    data = etree.Element("data")
    kind = etree.SubElement(data, "Type", Name=object_name)
    detailed = element.get("detail") == "1"
    if detailed:
        attributes = etree.SubElement(kind, "Attributes")
        etree.SubElement(attributes, "SingularName").text = definition.label
        etree.SubElement(attributes, "PluralName").text = f"{definition.label}s"
        etree.SubElement(attributes, "Description").text = ""
    fields = etree.SubElement(kind, "Fields")
    for name in [*sorted(READABLE[object_name]), *custom.get(object_name, [])]:
        field = etree.SubElement(fields, "Field")
        if not detailed:
            field.text = name
            continue
        values = {
            "Name": name,
            "GroupName": "",
            "dataName": _DATA_NAMES.get(_data_type(name, is_enum=False), "Pt_FieldString"),
            "isRequired": str(name in definition.required).lower(),
            "isReadOnly": str(name == "RECORDNO").lower(),
            "maxLength": str(LENGTHS.get(name, "")),
            "DisplayLabel": name.capitalize(),
        }
        for tag, text in values.items():
            etree.SubElement(field, tag).text = text
    return data


def dimensions() -> etree._Element:
    """The dimensions of the company, the user-defined one too."""
    data = etree.Element("data")
    listed = etree.SubElement(data, "dimensions")
    for name, label, own in (
        ("DEPARTMENT", "Department", False), ("LOCATION", "Location", False), ("CLASS", "Class", False),
        ("PROJECT", "Project", False), ("TASK", "Task", False), ("CUSTOMER", "Customer", False),
        ("VENDOR", "Vendor", False), ("EMPLOYEE", "Employee", False), ("ITEM", "Item", False),
        ("LINE_OF_BUSINESS", "Line of business", True),
    ):  # fmt: skip
        dimension = etree.SubElement(listed, "dimension")
        values = {
            "objectName": name,
            "objectLabel": label,
            "termLabel": label,
            "userDefinedDimension": str(own).lower(),
            "enabledInGL": "true",
        }
        for tag, text in values.items():
            etree.SubElement(dimension, tag).text = text
    return data
