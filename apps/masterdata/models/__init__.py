from apps.masterdata.models.account import Account, TaxManagement
from apps.masterdata.models.entity import Entity
from apps.masterdata.models.inbound_record import InboundRecord
from apps.masterdata.models.journal import Journal
from apps.masterdata.models.payment_term import DiscountUnit, DueFrom, PaymentTerm, TermLedger
from apps.masterdata.models.tax_detail import TaxDetail, TaxType

__all__ = [
    "Account",
    "DiscountUnit",
    "DueFrom",
    "Entity",
    "InboundRecord",
    "Journal",
    "PaymentTerm",
    "TaxDetail",
    "TaxManagement",
    "TaxType",
    "TermLedger",
]
