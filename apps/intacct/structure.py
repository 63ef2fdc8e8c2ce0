"""What `lookup` and `inspect` say about an object: fields, relationships, types (protocol 3.6)."""

from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True)
class FieldInfo:
    """One field of an object."""

    name: str
    label: str = ""
    description: str = ""
    data_type: str = ""
    required: bool = False
    read_only: bool = False
    custom: bool = False
    max_length: int | None = None
    valid_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class RelationshipInfo:
    """One relationship of an object; its path prefixes dotted field names."""

    path: str
    object_name: str
    label: str = ""
    relationship_type: str = ""
    related_by: str = ""


@dataclass(frozen=True)
class TypeInfo:
    """One object of the list that `inspect *` gives."""

    name: str
    label: str = ""


@dataclass(frozen=True)
class DimensionInfo:
    """One dimension of the company."""

    object_name: str
    label: str = ""
    is_user_defined: bool = False
    is_in_ledger: bool = True


def read_dimensions(data: etree._Element) -> tuple[DimensionInfo, ...]:
    """The list that `getDimensions` gives; one without a name is nobody's."""
    return tuple(
        DimensionInfo(
            object_name=name.upper(),
            label=_text(element, "termLabel", "objectLabel"),
            is_user_defined=_flag(element, "userDefinedDimension"),
            # Where it is not said, it is one: user-defined dimensions are made for the ledger.
            is_in_ledger=_flag(element, "enabledInGL") or not _text(element, "enabledInGL"),
        )
        for element in data.iterfind("dimensions/dimension")
        if (name := _text(element, "objectName"))
    )


def read_fields(data: etree._Element) -> tuple[tuple[FieldInfo, ...], tuple[RelationshipInfo, ...]]:
    """Fields and relationships of the one `Type`; absent children are tolerated (protocol 3.6)."""
    fields = tuple(info for element in data.iterfind("Type/Fields/Field") if (info := _read_field(element)) is not None)
    relationships = tuple(
        RelationshipInfo(
            path=_text(element, "OBJECTPATH"),
            object_name=_text(element, "OBJECTNAME"),
            label=_text(element, "LABEL"),
            relationship_type=_text(element, "RELATIONSHIPTYPE"),
            related_by=_text(element, "RELATEDBY"),
        )
        for element in data.iterfind("Type/Relationships/Relationship")
    )
    return fields, relationships


def read_types(data: etree._Element) -> tuple[TypeInfo, ...]:
    """The list of objects."""
    return tuple(
        TypeInfo(element.get("typename") or "", (element.text or "").strip()) for element in data.iterfind("type")
    )


def _read_field(element: etree._Element) -> FieldInfo | None:
    if not len(element):
        # detail=0 gives plain names.
        name = (element.text or "").strip()
        return FieldInfo(name) if name else None
    name = _text(element, "ID", "Name")
    if not name:
        return None
    length = _text(element, "maxLength")
    return FieldInfo(
        name=name,
        label=_text(element, "LABEL", "DisplayLabel"),
        description=_text(element, "DESCRIPTION", "Description"),
        data_type=_text(element, "DATATYPE", "dataName"),
        required=_flag(element, "REQUIRED", "isRequired"),
        read_only=_flag(element, "READONLY", "isReadOnly"),
        custom=_flag(element, "ISCUSTOM"),
        max_length=int(length) if length.isascii() and length.isdigit() else None,
        valid_values=tuple((value.text or "").strip() for value in element.iterfind("VALIDVALUES/VALIDVALUE")),
    )


def _text(element: etree._Element, *names: str) -> str:
    for name in names:
        if text := (element.findtext(name) or "").strip():
            return text
    return ""


def _flag(element: etree._Element, *names: str) -> bool:
    return _text(element, *names).casefold() in {"true", "1", "yes", "t"}
