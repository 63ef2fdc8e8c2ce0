"""Document types and what becomes of each in Intacct (guide, "How financial data is shared"; contract 5.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

JOURNAL_ENTRY = "GLBATCH"
AP_BILL = "APBILL"
AP_ADJUSTMENT = "APADJUSTMENT"
AR_INVOICE = "ARINVOICE"
AR_ADJUSTMENT = "ARADJUSTMENT"
AR_ADVANCE = "ARADVANCE"


class DocumentType(models.TextChoices):
    STOCK_JOURNAL = "stock_journal", _("Stock journal")
    STOCK_RECEIPT = "stock_receipt", _("Stock receipt")
    STOCK_ISSUE = "stock_issue", _("Stock issue")
    STOCK_ADJUSTMENT = "stock_adjustment", _("Stock adjustment")
    STOCK_COUNT = "stock_count", _("Stock count")
    STOCK_VALUE_CHANGE = "stock_value_change", _("Stock value change")
    STOCK_TRANSFER_SHIPMENT = "stock_transfer_shipment", _("Stock transfer shipment")
    STOCK_TRANSFER_RECEIPT = "stock_transfer_receipt", _("Stock transfer receipt")
    WORK_IN_PROGRESS = "work_in_progress", _("Work in progress")
    PURCHASE_RECEIPT = "purchase_receipt", _("Purchase receipt")
    PURCHASE_RETURN = "purchase_return", _("Purchase return")
    SALES_SHIPMENT = "sales_shipment", _("Sales shipment")
    SALES_RETURN_RECEIPT = "sales_return_receipt", _("Sales return receipt")
    REVENUE_RECOGNITION = "revenue_recognition", _("Revenue recognition")
    PURCHASE_INVOICE = "purchase_invoice", _("Purchase invoice")
    PURCHASE_CREDIT_NOTE = "purchase_credit_note", _("Purchase credit note")
    SALES_INVOICE = "sales_invoice", _("Sales invoice")
    SALES_CREDIT_NOTE = "sales_credit_note", _("Sales credit note")
    AR_ADVANCE = "ar_advance", _("AR prepayment")


class Side(models.TextChoices):
    DEBIT = "debit", _("Debit")
    CREDIT = "credit", _("Credit")


def opposite(side: str) -> Side:
    """The other side."""
    return Side.CREDIT if side == Side.DEBIT else Side.DEBIT


class MovementType(models.TextChoices):
    DOCUMENT = "document", _("Document")
    STOCK_JOURNAL = "stock_journal", _("Stock journal")
    PRODUCTION_TRACKING = "production_tracking", _("Production tracking")
    MATERIAL_TRACKING = "material_tracking", _("Material tracking")
    LABOUR_SET_UP = "labour_set_up", _("Labour set-up")
    LABOUR_RUN = "labour_run", _("Labour run")
    MACHINE_SET_UP = "machine_set_up", _("Machine set-up")
    MACHINE_RUN = "machine_run", _("Machine run")
    TOOL_SET_UP = "tool_set_up", _("Tool set-up")
    TOOL_RUN = "tool_run", _("Tool run")
    WORK_ORDER_VARIANCE = "work_order_variance", _("Work order variance")
    WORK_ORDER_NEGATIVE_VARIANCE = "work_order_negative_variance", _("Work order negative variance")


class AmountType(models.TextChoices):
    AMOUNT = "amount", _("Amount")
    VARIANCE = "variance", _("Variance")
    AMOUNT_EXCLUDING_TAX = "amount_excluding_tax", _("Amount excluding tax")
    AMOUNT_INCLUDING_TAX = "amount_including_tax", _("Amount including tax")
    TAX = "tax", _("Tax")
    DEDUCTIBLE_TAX = "deductible_tax", _("Deductible tax")
    NON_DEDUCTIBLE_TAX = "non_deductible_tax", _("Non-deductible tax")
    REVERSE_CHARGE_DEDUCTIBLE_TAX = "reverse_charge_deductible_tax", _("Reverse charge, deductible")
    REVERSE_CHARGE_NON_DEDUCTIBLE_TAX = "reverse_charge_non_deductible_tax", _("Reverse charge, non-deductible")
    ADJUSTMENT = "adjustment", _("Adjustment")
    ADJUSTMENT_NOT_ABSORBED = "adjustment_not_absorbed", _("Adjustment, not absorbed")
    LANDED_COST_ADJUSTMENT = "landed_cost_adjustment", _("Landed cost adjustment")
    IN_TRANSIT_AMOUNT = "in_transit_amount", _("Amount in transit")
    IN_TRANSIT_VARIANCE = "in_transit_variance", _("Variance in transit")


class Part(models.TextChoices):
    """The Intacct documents that one source document may become (contract 5.1)."""

    DOCUMENT = "document", _("Document")
    JOURNAL_ENTRY = "journal_entry", _("Journal entry")


class PaymentMethod(models.TextChoices):
    """How a prepayment was paid (dmo-facts 6.4)."""

    PRINTED_CHECK = "printed_check", _("Printed check")
    CASH = "cash", _("Cash")
    EFT = "eft", _("EFT")
    CREDIT_CARD = "credit_card", _("Credit card")


class Flow(models.TextChoices):
    """Whose documents: decides the party, and which tax details fit."""

    SELLING = "selling", _("Selling")
    BUYING = "buying", _("Buying")
    NEITHER = "", _("Neither")


@dataclass(frozen=True)
class Target:
    """What a document type becomes. `natural_side`: the side of a line that names none; None where each must.

    `is_credit`: it takes back what an invoice charged.
    """

    object_name: str
    natural_side: Side | None = None
    flow: Flow = Flow.NEITHER
    is_credit: bool = False

    @property
    def is_entry(self) -> bool:
        """Whether the whole document is a journal entry."""
        return self.object_name == JOURNAL_ENTRY

    @property
    def takes_movements(self) -> bool:
        """Whether the stock movements on it become a journal entry beside it; a prepayment moves no stock."""
        return self.object_name in (AP_BILL, AR_INVOICE)


POSITIVE_SIDE: dict[str, Side] = {
    AP_BILL: Side.DEBIT,
    AP_ADJUSTMENT: Side.DEBIT,
    AR_INVOICE: Side.CREDIT,
    AR_ADJUSTMENT: Side.CREDIT,
    AR_ADVANCE: Side.CREDIT,
}
"""The side of a line whose amount is positive over there; a line on the other side is a negative one (protocol 4.8)."""

TARGETS: dict[str, Target] = {
    DocumentType.STOCK_JOURNAL: Target(JOURNAL_ENTRY),
    DocumentType.STOCK_RECEIPT: Target(JOURNAL_ENTRY),
    DocumentType.STOCK_ISSUE: Target(JOURNAL_ENTRY),
    DocumentType.STOCK_ADJUSTMENT: Target(JOURNAL_ENTRY),
    DocumentType.STOCK_COUNT: Target(JOURNAL_ENTRY),
    DocumentType.STOCK_VALUE_CHANGE: Target(JOURNAL_ENTRY),
    DocumentType.STOCK_TRANSFER_SHIPMENT: Target(JOURNAL_ENTRY),
    DocumentType.STOCK_TRANSFER_RECEIPT: Target(JOURNAL_ENTRY),
    DocumentType.WORK_IN_PROGRESS: Target(JOURNAL_ENTRY),
    DocumentType.PURCHASE_RECEIPT: Target(JOURNAL_ENTRY, flow=Flow.BUYING),
    DocumentType.PURCHASE_RETURN: Target(JOURNAL_ENTRY, flow=Flow.BUYING),
    DocumentType.SALES_SHIPMENT: Target(JOURNAL_ENTRY, flow=Flow.SELLING),
    DocumentType.SALES_RETURN_RECEIPT: Target(JOURNAL_ENTRY, flow=Flow.SELLING),
    DocumentType.REVENUE_RECOGNITION: Target(JOURNAL_ENTRY, flow=Flow.SELLING),
    DocumentType.PURCHASE_INVOICE: Target(AP_BILL, Side.DEBIT, Flow.BUYING),
    DocumentType.PURCHASE_CREDIT_NOTE: Target(AP_BILL, Side.CREDIT, Flow.BUYING, is_credit=True),
    DocumentType.SALES_INVOICE: Target(AR_INVOICE, Side.CREDIT, Flow.SELLING),
    DocumentType.SALES_CREDIT_NOTE: Target(AR_INVOICE, Side.DEBIT, Flow.SELLING, is_credit=True),
    DocumentType.AR_ADVANCE: Target(AR_ADVANCE, Side.CREDIT, Flow.SELLING),
}
"""What each type becomes (contract 5.1); a credit note is the same object with negative lines, as the guide has it."""


def part_of(document_type: str, movement_type: str) -> Part:
    """To which of its Intacct documents a line belongs.

    An invoice's own lines are its document; what moves with it (goods received not invoiced, stock adjustments, revenue
    recognised on close) is a journal entry beside it.
    """
    target = TARGETS[document_type]
    if target.is_entry or movement_type == MovementType.DOCUMENT:
        return Part.DOCUMENT
    return Part.JOURNAL_ENTRY


def object_of(document_type: str, part: str, instead: Mapping[str, str]) -> str:
    """The Intacct object of a part. `instead`: what credit notes become by the mapping, by what they are otherwise."""
    if part == Part.JOURNAL_ENTRY:
        return JOURNAL_ENTRY
    target = TARGETS[document_type]
    return instead.get(target.object_name, target.object_name) if target.is_credit else target.object_name
