"""Document types and what becomes of each in Intacct (guide, "How financial data is shared"; contract 5.1)."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

JOURNAL_ENTRY = "GLBATCH"
AP_BILL = "APBILL"
AR_INVOICE = "ARINVOICE"


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


@dataclass(frozen=True)
class Target:
    """What a document type becomes. `natural_side`: the side of a line that names none; None where each must."""

    object_name: str
    natural_side: Side | None = None


TARGETS: dict[str, Target] = {
    **{
        kind: Target(JOURNAL_ENTRY)
        for kind in (
            DocumentType.STOCK_JOURNAL,
            DocumentType.STOCK_RECEIPT,
            DocumentType.STOCK_ISSUE,
            DocumentType.STOCK_ADJUSTMENT,
            DocumentType.STOCK_COUNT,
            DocumentType.STOCK_VALUE_CHANGE,
            DocumentType.STOCK_TRANSFER_SHIPMENT,
            DocumentType.STOCK_TRANSFER_RECEIPT,
            DocumentType.WORK_IN_PROGRESS,
            DocumentType.PURCHASE_RECEIPT,
            DocumentType.PURCHASE_RETURN,
            DocumentType.SALES_SHIPMENT,
            DocumentType.SALES_RETURN_RECEIPT,
            DocumentType.REVENUE_RECOGNITION,
        )
    },
    DocumentType.PURCHASE_INVOICE: Target(AP_BILL, natural_side=Side.DEBIT),
    DocumentType.SALES_INVOICE: Target(AR_INVOICE, natural_side=Side.CREDIT),
}
"""The types that can be submitted. Credit notes and prepayments follow with the accounting issue."""
