"""What a document depends on: master data that Intacct does not have yet, and the document that it follows."""

from collections.abc import Iterable, Mapping

from apps.delivery.keys import awaited
from apps.delivery.models import Delivery, IntegrationState, WaitKind
from apps.delivery.selectors import MISSING, why_missing
from apps.delivery.services.enqueue import WaitFor
from apps.delivery.states import FINAL_STATES
from apps.dimensions.models import AttributeCode
from apps.postings.document import AccountingDocument, DocumentInput, DocumentKey
from apps.postings.document_types import DocumentType, Part

FOLLOWS: Mapping[str, frozenset[str]] = {
    DocumentType.PURCHASE_CREDIT_NOTE: frozenset({DocumentType.PURCHASE_INVOICE}),
    DocumentType.SALES_CREDIT_NOTE: frozenset({DocumentType.SALES_INVOICE}),
    DocumentType.PURCHASE_RETURN: frozenset({DocumentType.PURCHASE_RECEIPT}),
    DocumentType.SALES_RETURN_RECEIPT: frozenset({DocumentType.SALES_SHIPMENT}),
}
"""What takes something back goes after what it takes back, where it names that as its origin. Others in any order.

A reversal needs no line here: it is made only once its original is posted.
"""

OBJECTS = {AttributeCode.CUSTOMER: "CUSTOMER", AttributeCode.SUPPLIER: "VENDOR", AttributeCode.ITEM: "ITEM"}
"""The records that the portal sends, and that documents name."""


def missing_of(documents: Iterable[DocumentInput]) -> dict[str, str]:
    """Records that these name, that are to be sent and that Intacct does not have: by key, with why. One query."""
    named: set[str] = set()
    for document in documents:
        named |= {document.customer, document.supplier}
        for line in document.lines:
            named |= {line.item, *(line.attributes.get(code, "") for code in OBJECTS)}
    named.discard("")
    if not named:
        return {}
    states = IntegrationState.objects.filter(
        MISSING, connection__is_active=True, object_name__in=OBJECTS.values(), key__in=named
    )
    return {
        awaited(one.object_name, one.key): why_missing(one)
        for one in states.order_by().only("node", "object_name", "key", "status", "last_message")
    }


def waits_of(
    document: DocumentInput,
    resolved: AccountingDocument,
    missing: Mapping[str, str],
    followed: Mapping[DocumentKey, str],
) -> tuple[WaitFor, ...]:
    """What this document must wait for, of what is missing (`missing_of`) and open (`followed_by`). Reads nothing."""
    named = dict.fromkeys(
        awaited(object_name, line.attributes[code])
        for line in resolved.lines
        for code, object_name in OBJECTS.items()
        if line.attributes.get(code)
    )
    if not resolved.is_entry:
        if resolved.customer:
            named[awaited("CUSTOMER", resolved.customer)] = None
        if resolved.supplier:
            named[awaited("VENDOR", resolved.supplier)] = None
    records = [WaitFor(WaitKind.MASTER_DATA, key, missing[key]) for key in named if key in missing]
    return (*records, *_behind_what_it_follows(document, followed))


def followed_by(documents: Iterable[DocumentInput]) -> dict[DocumentKey, str]:
    """The deliveries that these documents follow and that are not done yet, by the key of what they take back.

    One query; none where none of them takes back another.
    """
    keys = {key for one in documents if (key := _taken_back(one))}
    if not keys:
        return {}
    rows = (
        Delivery.objects.filter(
            target_document__posting__company__code__in={company for company, _type, _number in keys},
            target_document__posting__document_type__in={document_type for _company, document_type, _number in keys},
            target_document__posting__number__in={number for _company, _type, number in keys},
            target_document__part=Part.DOCUMENT,
        )
        .exclude(state__in=FINAL_STATES)
        .order_by()
        .values_list(
            "target_document__posting__company__code",
            "target_document__posting__document_type",
            "target_document__posting__number",
            "pk",
        )
    )
    return {(company, document_type, number): pk for company, document_type, number, pk in rows}


def _taken_back(document: DocumentInput) -> DocumentKey | None:
    """The key of the document that this one takes back."""
    if document.origin_document_type not in FOLLOWS.get(document.document_type, frozenset()):
        return None
    return (document.company, document.origin_document_type, document.origin_number)


def _behind_what_it_follows(document: DocumentInput, followed: Mapping[DocumentKey, str]) -> Iterable[WaitFor]:
    first = followed.get(key) if (key := _taken_back(document)) else None
    if first is not None:
        label = DocumentType(document.origin_document_type).label
        words = f"{label} {document.origin_number} is not in Sage Intacct yet; this takes it back, and follows it."
        yield WaitFor(WaitKind.DELIVERY, first, words)
