"""The gateway's functions as frozen dataclasses; each writes its own element (protocol part 3)."""

import copy
import functools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from apps.intacct.documents import read_document, write_text
from apps.intacct.errors import OutcomeUnknown, RenderError
from apps.intacct.exchange import Asked
from apps.intacct.legacy import render_legacy
from apps.intacct.limits import MAX_KEYS, MAX_QUERY_PAGE, MAX_READ_PAGE
from apps.intacct.query import Aggregate, Filter, OrderBy
from apps.intacct.records import Record, add_text, make_element


@dataclass(frozen=True)
class Function(ABC):
    """One function of a request. `control_id` identifies it in the answer and, for creates, for ever."""

    control_id: str

    @property
    @abstractmethod
    def name(self) -> str:
        """The element's name, which the answer repeats."""

    @property
    def expected_object(self) -> str | None:
        """The object that the answer must be about, where it says so."""
        return None

    @abstractmethod
    def to_element(self) -> etree._Element:
        """The function's element, without control ID; raises RenderError."""

    def asked(self) -> Asked:
        """What the answer is held against."""
        return Asked(self.control_id, self.name, self.expected_object)


def payload(function: Function) -> str:
    """The canonical text of the function's element: what is frozen, hashed and sent again."""
    return write_text(function.to_element())


@dataclass(frozen=True)
class _OnRecord(Function):
    record: Record

    @property
    def expected_object(self) -> str | None:
        return self.record.object_name

    def to_element(self) -> etree._Element:
        element = etree.Element(self.name)
        element.append(self.record.to_element())
        return element


@dataclass(frozen=True)
class Create(_OnRecord):
    """Create one object of any kind; the order of its fields is free."""

    @property
    def name(self) -> str:
        return "create"


@dataclass(frozen=True)
class Update(_OnRecord):
    """Change the given fields; owned lines, where present, replace all lines."""

    @property
    def name(self) -> str:
        return "update"


@dataclass(frozen=True)
class LegacyCreate(Function):
    """A documented legacy creator (`create_invoice` …); children are put in the schema's order."""

    function_name: str
    record: Record

    @property
    def name(self) -> str:
        return self.function_name

    def to_element(self) -> etree._Element:
        return render_legacy(self.function_name, self.record)


@dataclass(frozen=True)
class Frozen(Function):
    """A payload written earlier, sent byte for byte as it was frozen."""

    xml: str

    @property
    def name(self) -> str:
        return str(self._element.tag)

    @property
    def expected_object(self) -> str | None:
        if self._element.tag in {"create", "update"}:
            return str(self._element[0].tag) if len(self._element) == 1 else None
        return self._element.findtext("object")

    def to_element(self) -> etree._Element:
        return copy.deepcopy(self._element)

    @functools.cached_property
    def _element(self) -> etree._Element:
        try:
            element = read_document(self.xml.encode("utf-8"))
            same = write_text(element) == self.xml
        except (OutcomeUnknown, UnicodeEncodeError):
            same = False
        if not same:
            # Anything else would be sent as other bytes than those that were hashed.
            raise RenderError("The stored payload is not in the form in which it was frozen.")
        return element


@dataclass(frozen=True)
class Delete(Function):
    """Delete records by their record numbers."""

    object_name: str
    keys: Sequence[str]

    @property
    def name(self) -> str:
        return "delete"

    def to_element(self) -> etree._Element:
        return _element(self.name, object=self.object_name, keys=_keys(self.keys))


@dataclass(frozen=True)
class _ReadByKeys(Function):
    object_name: str
    keys: Sequence[str]
    fields: Sequence[str] = ("*",)

    @property
    def expected_object(self) -> str | None:
        return self.object_name

    def to_element(self) -> etree._Element:
        return _element(self.name, object=self.object_name, keys=_keys(self.keys), fields=",".join(self.fields))


@dataclass(frozen=True)
class Read(_ReadByKeys):
    """Read by record number (TAXDETAIL: by DETAILID), with owned lines."""

    @property
    def name(self) -> str:
        return "read"


@dataclass(frozen=True)
class ReadByName(_ReadByKeys):
    """Read by natural ID, with owned lines."""

    @property
    def name(self) -> str:
        return "readByName"


@dataclass(frozen=True)
class ReadByQuery(Function):
    """Legacy paging: compares database codes, in no defined order (protocol 3.4)."""

    object_name: str
    query: str = ""
    fields: Sequence[str] = ("*",)
    page_size: int = 100

    @property
    def name(self) -> str:
        return "readByQuery"

    @property
    def expected_object(self) -> str | None:
        return self.object_name

    def to_element(self) -> etree._Element:
        return _element(
            self.name,
            object=self.object_name,
            fields=",".join(self.fields),
            query=self.query,
            pagesize=_between(self.page_size, 1, MAX_READ_PAGE, "page size"),
        )


@dataclass(frozen=True)
class ReadMore(Function):
    """The next page of a ReadByQuery, in the same session."""

    result_id: str

    @property
    def name(self) -> str:
        return "readMore"

    def to_element(self) -> etree._Element:
        return _element(self.name, resultId=self.result_id)


@dataclass(frozen=True)
class Query(Function):
    """Select records by a filter. Give an order when there may be more than one page."""

    object_name: str
    select: Sequence[str | Aggregate]
    filter: Filter | None = None
    order_by: Sequence[OrderBy] = ()
    page_size: int = 100
    offset: int = 0
    show_private: bool = False
    case_insensitive: bool = False

    @property
    def name(self) -> str:
        return "query"

    @property
    def expected_object(self) -> str | None:
        return self.object_name

    def to_element(self) -> etree._Element:
        if not self.select or "*" in self.select:
            raise RenderError("A query names the fields it selects; it takes no '*'.", field="select")
        element = _element(self.name, object=self.object_name)
        selected = etree.SubElement(element, "select")
        for item in self.select:
            if isinstance(item, Aggregate):
                add_text(selected, item.operation, item.field)
            else:
                add_text(selected, "field", item, path="select")
        if self.filter is not None:
            etree.SubElement(element, "filter").append(self.filter.to_element())
        if self.order_by:
            etree.SubElement(element, "orderby").extend(order.to_element() for order in self.order_by)
        if self.case_insensitive or self.show_private:
            options = etree.SubElement(element, "options")
            if self.case_insensitive:
                add_text(options, "caseinsensitive", value=True)
            if self.show_private:
                add_text(options, "showprivate", value=True)
        add_text(element, "pagesize", _between(self.page_size, 1, MAX_QUERY_PAGE, "page size"))
        add_text(element, "offset", _between(self.offset, 0, 10**9, "offset"))
        return element


@dataclass(frozen=True)
class Inspect(Function):
    """List objects (`*`) or the fields of one."""

    object_name: str = "*"
    detail: bool = False

    @property
    def name(self) -> str:
        return "inspect"

    def to_element(self) -> etree._Element:
        element = _element(self.name, object=self.object_name)
        element.set("detail", "1" if self.detail else "0")
        return element


@dataclass(frozen=True)
class Lookup(Function):
    """The fields and relationships of an object; preferred to Inspect (protocol 3.6)."""

    object_name: str

    @property
    def name(self) -> str:
        return "lookup"

    def to_element(self) -> etree._Element:
        return _element(self.name, object=self.object_name)


@dataclass(frozen=True)
class GetDimensions(Function):
    """The dimensions of the company: how user-defined ones are discovered (protocol 3.7)."""

    @property
    def name(self) -> str:
        return "getDimensions"

    def to_element(self) -> etree._Element:
        return etree.Element(self.name)


@dataclass(frozen=True)
class GetList(Function):
    """The legacy list of an object that no query knows (`customerppackage`, `smarteventlog`): lower-case fields."""

    object_name: str

    @property
    def name(self) -> str:
        return "get_list"

    def to_element(self) -> etree._Element:
        element = etree.Element(self.name)
        element.set("object", self.object_name)
        return element


@dataclass(frozen=True)
class GetApiSession(Function):
    """Open a session: for an entity, for the top level (empty), or where the user is (None)."""

    location_id: str | None = ""

    @property
    def name(self) -> str:
        return "getAPISession"

    def to_element(self) -> etree._Element:
        if self.location_id is None:
            return etree.Element(self.name)
        return _element(self.name, locationid=self.location_id)


def _element(name: str, **children: str | int) -> etree._Element:
    element = make_element(name, path=name)
    for child, value in children.items():
        add_text(element, child, value, path=f"{name}.{child}")
    return element


def _keys(keys: Sequence[str]) -> str:
    """The comma list of keys; a comma inside a key would make two of it."""
    if not 1 <= len(keys) <= MAX_KEYS:
        raise RenderError(f"One call takes 1 to {MAX_KEYS} keys, not {len(keys)}.", field="keys")
    if any(not key.strip() or "," in key for key in keys):
        raise RenderError("A key is empty or contains a comma.", field="keys")
    return ",".join(keys)


def _between(value: int, low: int, high: int, what: str) -> int:
    if not low <= value <= high:
        raise RenderError(f"The {what} must lie between {low} and {high}.", field=what)
    return value
