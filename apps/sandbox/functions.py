"""What each function does to the books, and what its result holds (protocol 2.2, part 3)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from apps.sandbox import changing, listing, querying, reading, structure
from apps.sandbox.catalogue import OBJECTS, without_modules
from apps.sandbox.comparisons import unknown_field
from apps.sandbox.documents import Call
from apps.sandbox.failures import ErrorLine, FunctionFailed, refused
from apps.sandbox.ledger import Ledger
from apps.sandbox.legacy_models import LEGACY_MODELS
from apps.sandbox.models import OpenList, StoredRecord
from apps.sandbox.signing_in import Identity, may_work_in, open_session

MOST_OBJECTS = 100


@dataclass(frozen=True)
class Context:
    """Where a function works: who called, with which settings, on which books."""

    identity: Identity
    settings: dict[str, Any]
    base_url: str
    ledger: Ledger
    transaction: bool
    completed: set[str] = field(default_factory=set)

    def custom(self, object_name: str) -> list[str]:
        names: list[str] = self.settings["custom_fields"].get(object_name, [])
        return names


Done = tuple[list[etree._Element], str]
"""What goes into the result, and the record number for the log."""


def run(call: Call, context: Context) -> Done:
    """Work one function. Raises `FunctionFailed`."""
    if call.name in LEGACY_MODELS:
        record = changing.create_legacy(call.element, context.ledger, context.settings)
        return [_text("key", str(record.record_no))], str(record.record_no)
    return _FUNCTIONS[call.name](call.element, context)


def _text(name: str, text: str) -> etree._Element:
    element = etree.Element(name)
    element.text = text
    return element


def _create(element: etree._Element, context: Context) -> Done:
    return _each(element, context, changing.create, "create")


def _update(element: etree._Element, context: Context) -> Done:
    return _each(element, context, changing.update, "update")


def _each(
    element: etree._Element,
    context: Context,
    change: Callable[[etree._Element, Ledger, dict[str, Any]], StoredRecord],
    verb: str,
) -> Done:
    """1 to 100 objects of one kind. Without `transaction` those before and after a refused one stand (2.3 level 5).

    What is refused is refused before anything is written, so nothing has to be undone.
    """
    if len(element) > MOST_OBJECTS or len({one.tag for one in element}) > 1:
        raise refused("XL03000003", f"A {verb} takes 1 to {MOST_OBJECTS} objects of one kind")
    written: list[StoredRecord] = []
    errors: list[ErrorLine] = []
    for one in element:
        try:
            written.append(change(one, context.ledger, context.settings))
        except FunctionFailed as failure:
            errors += _wrapped(failure, f"Could not {verb} {str(one.tag).upper()} record!")
            if context.transaction:
                break
    data = etree.Element("data", listtype="objects", count=str(len(written)))
    for record in written:
        data.append(_written(record))
    if errors:
        raise FunctionFailed(errors, data=data if written and not context.transaction else None)
    return [data], str(written[0].record_no)


def _wrapped(failure: FunctionFailed, text: str) -> list[ErrorLine]:
    """The chain with its generic last line (protocol 2.4)."""
    generic = failure.errors[-1].errorno == "BL01001973"
    return failure.errors if generic else [*failure.errors, ErrorLine("BL01001973", text)]


def _written(record: StoredRecord) -> etree._Element:
    """The record number with the natural ID, of documents with their address."""
    element = etree.Element(record.object_name.lower())
    definition = OBJECTS[record.object_name]
    for name in dict.fromkeys(("RECORDNO", definition.key, "RECORD_URL")):
        if name in record.fields:
            element.append(_text(name, record.fields[name]))
    return element


def _delete(element: etree._Element, context: Context) -> Done:
    name = (element.findtext("object") or "").strip()
    with context.ledger.all_or_nothing():
        changing.delete(name, element.findtext("keys") or "", context.ledger)
    return [], ""


def _get_session(element: etree._Element, context: Context) -> Done:
    """For the entity asked for; an empty one is the top level, none is where the caller is (protocol 2.8)."""
    wanted = element.find("locationid")
    entity = context.identity.entity if wanted is None else (wanted.text or "").strip()
    if not may_work_in(entity, context.settings):
        raise refused("XL03000006", "Sign-in information is incorrect")
    session = open_session(entity, context.identity)
    data = etree.Element("data")
    api = etree.SubElement(data, "api")
    api.append(_text("sessionid", session.key))
    api.append(_text("endpoint", f"{context.base_url}node/ia/xml/xmlgw.phtml"))
    api.append(_text("locationid", entity))
    return [data], ""


def _read_by_query(element: etree._Element, context: Context) -> Done:
    object_name = reading.known_object(element)
    data, more = reading.read_by_query(element, entity=context.identity.entity, custom=context.custom(object_name))
    if more["at"] < len(more["ids"]):
        result_id = secrets.token_hex(8)
        OpenList.objects.create(result_id=result_id, session=context.identity.session, more=more)
        data.set("resultId", result_id)
    return [data], ""


def _read_more(element: etree._Element, context: Context) -> Done:
    """The next page, in the session that asked for the first one (protocol 3.4)."""
    result_id = (element.findtext("resultId") or "").strip()
    open_list = OpenList.objects.filter(result_id=result_id, session=context.identity.session).first()
    if open_list is None:
        raise refused("readMore failed", "Attempt to readMore with invalid or expired resultId", "Query again.")
    data = reading.page_of(open_list.more)
    if open_list.more["at"] < len(open_list.more["ids"]):
        data.set("resultId", result_id)
        open_list.save()
    else:
        open_list.delete()
    return [data], ""


def _query(element: etree._Element, context: Context) -> Done:
    object_name = reading.known_object(element)
    unknown = without_modules(context.settings["modules"], object_name)
    for name in (one.text or "" for one in element.iterfind("select/*")):
        if name.strip() in unknown:
            raise unknown_field(object_name, name.strip())
    custom = context.custom(object_name)
    return [querying.query(element, entity=context.identity.entity, custom=custom)], ""


def _reader(*, by_name: bool) -> Callable[[etree._Element, Context], Done]:
    def read(element: etree._Element, context: Context) -> Done:
        custom = context.custom(reading.known_object(element))
        return [reading.read(element, entity=context.identity.entity, by_name=by_name, custom=custom)], ""

    return read


def _lookup(element: etree._Element, context: Context) -> Done:
    object_name = reading.known_object(element)
    data = structure.lookup(object_name, context.custom(object_name))
    unknown = without_modules(context.settings["modules"], object_name)
    for fields in data.iterfind("Type/Fields"):
        for one in [known for known in fields if known.findtext("ID") in unknown]:
            fields.remove(one)
    return [data], ""


def _inspect(element: etree._Element, context: Context) -> Done:
    return [structure.inspect(element, context.settings["custom_fields"])], ""


def _get_list(element: etree._Element, context: Context) -> Done:
    return listing.get_list(element), ""


_FUNCTIONS: dict[str, Callable[[etree._Element, Context], Done]] = {
    "getAPISession": _get_session,
    "create": _create,
    "update": _update,
    "delete": _delete,
    "readByQuery": _read_by_query,
    "readMore": _read_more,
    "read": _reader(by_name=False),
    "readByName": _reader(by_name=True),
    "query": _query,
    "lookup": _lookup,
    "get_list": _get_list,
    "inspect": _inspect,
    "getDimensions": lambda element, context: ([structure.dimensions()], ""),
}
