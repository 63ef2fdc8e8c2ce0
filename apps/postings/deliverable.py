"""An accounting document's answers to delivery: render yourself, and say what became of you."""

import datetime
from collections.abc import Callable, Mapping, Sequence

from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.delivery import keys
from apps.delivery.deliverables import CannotRender, Finding, Rendered
from apps.delivery.models import Delivery
from apps.delivery.services.documents import investigate_documents
from apps.dimensions.line_check import LineFacts, filled, sent_dimensions
from apps.dimensions.rules import AnalyticalTypes, analytical_types
from apps.intacct import Client, RenderError
from apps.mapping.object_maps import ObjectMap, object_maps
from apps.mapping.own_dimensions import with_own_dimensions
from apps.mapping.rendering import Marking, render
from apps.postings.document import AccountingDocument, AccountingLine
from apps.postings.document_types import TARGETS, Part, Side, part_of
from apps.postings.entry_types import EntryTypes, entry_types_for
from apps.postings.models import TargetDocument
from apps.postings.nodes import DOCUMENT_NODE

KIND = "posting"


class AccountingDocuments:
    """The deliverable of postings."""

    kind = KIND

    def render(self, deliveries: Sequence[Delivery]) -> Mapping[str, Rendered | CannotRender]:
        """Each delivery's function, in a constant number of queries."""
        documents = (
            TargetDocument.objects.filter(delivery__in=[one.pk for one in deliveries])
            .select_related("posting__company", "posting__financial_site__financial_site")
            .prefetch_related("posting__lines__site__financial_site")
        )
        parts = {one.delivery_id: one for one in documents}
        types = analytical_types()
        entry_types = entry_types_for(
            companies={one.posting.company.code for one in parts.values()},
            document_types={one.posting.document_type for one in parts.values()},
        )
        maps = object_maps()
        return {one.pk: _rendered(one, parts[one.pk], entry_types, types, maps[one.object_name]) for one in deliveries}

    def investigate(
        self,
        connection: IntacctConfiguration,
        deliveries: Sequence[Delivery],
        client_for: Callable[[str], Client],
        now: datetime.datetime,
    ) -> Mapping[str, Finding]:
        """Found by the portal's key, and compared."""
        return investigate_documents(connection, deliveries, client_for, now)


def _rendered(
    delivery: Delivery,
    target: TargetDocument,
    entry_types: EntryTypes,
    types: AnalyticalTypes,
    mapped: ObjectMap,
) -> Rendered | CannotRender:
    open_tax = [line.index + 1 for line in target.posting.lines.all() if line.tax_detail and line.tax_amount is None]
    if open_tax:
        return CannotRender(
            f"The tax amount of line {open_tax[0]} is not known.",
            "Cancel it, synchronise tax details, and submit the document again under a new number.",
        )
    document = accounting_document(target, delivery, entry_types, types)
    marking = Marking(value=keys.marker(delivery.key), in_field=delivery.connection.uses_marker_field)
    mapped = with_own_dimensions(mapped, document.own_dimensions)
    rendered = render(mapped, DOCUMENT_NODE, document, marking=marking)
    if rendered.shortfalls:
        return CannotRender(
            " ".join(shortfall.detail for shortfall in rendered.shortfalls),
            "Correct the mapping or the journal entry type, then retry.",
        )
    try:
        payload = rendered.payload(mapped)
    except RenderError as error:
        return CannotRender(str(error), "Submit the document again under a new number, without that character.")
    return Rendered(payload=payload, expectation=document.expectation().as_json())


def accounting_document(
    target: TargetDocument, delivery: Delivery, entry_types: EntryTypes, types: AnalyticalTypes
) -> AccountingDocument:
    """A part of a stored posting as the document that is rendered, analysed by the types as they are."""
    posting = target.posting
    return AccountingDocument(
        company=posting.company.code,
        document_type=posting.document_type,
        type_label=str(posting.get_document_type_display()),
        part=Part(target.part),
        object_name=delivery.object_name,
        flow=TARGETS[posting.document_type].flow,
        journal=entry_types.journal(posting.company.legislation_id, posting.document_type, delivery.object_name),
        common_reference=entry_types.common_reference(posting.company.legislation_id, posting, delivery.object_name),
        number=posting.number,
        posting_date=posting.posting_date,
        document_date=posting.document_date,
        due_date=posting.due_date,
        currency=posting.currency,
        base_currency=posting.company.currency,
        exchange_rate=posting.exchange_rate,
        customer=posting.customer,
        supplier=posting.supplier,
        supplier_document_number=posting.supplier_document_number,
        payment_term=posting.payment_term,
        reference=posting.reference,
        description=posting.description,
        origin_number=posting.origin_number,
        payment_method=posting.payment_method,
        bank_account=posting.bank_account,
        undeposited_account=posting.undeposited_account,
        is_at_top_level=delivery.integration_level == IntegrationLevel.TOP,
        tax_solution=posting.tax_solution,
        contra_account=posting.contra_account,
        entity=posting.financial_site.entity_id,
        lines=tuple(
            AccountingLine(
                index=line.index,
                account=line.account,
                side=Side(line.side),
                amount=line.net_amount,
                entity=line.site.entity_id,
                description=line.description,
                taxes=line.taxes,
                attributes=filled(
                    line.attributes, LineFacts(line.site, line.item, posting.customer, posting.supplier), types
                ),
                dimensions=sent_dimensions(line.dimensions, types),
            )
            for line in posting.lines.all()
            if part_of(posting.document_type, line.movement_type) == target.part
        ),
        own_dimensions=types.own,
    )
