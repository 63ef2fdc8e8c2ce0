from apps.masterdata.models.account import Account, TaxManagement
from apps.masterdata.models.address import Address
from apps.masterdata.models.customer import Customer, CustomerAddress, DeliveryOptions
from apps.masterdata.models.entity import Entity
from apps.masterdata.models.inbound_record import InboundRecord
from apps.masterdata.models.item import Item
from apps.masterdata.models.journal import Journal
from apps.masterdata.models.outbound_record import OutboundRecord
from apps.masterdata.models.partner import Partner
from apps.masterdata.models.payment_term import DiscountUnit, DueFrom, PaymentTerm, TermLedger
from apps.masterdata.models.supplier import PaymentPriority, Supplier, SupplierAddress
from apps.masterdata.models.tax_detail import TaxDetail, TaxType

__all__ = [
    "Account",
    "Address",
    "Customer",
    "CustomerAddress",
    "DeliveryOptions",
    "DiscountUnit",
    "DueFrom",
    "Entity",
    "InboundRecord",
    "Item",
    "Journal",
    "OutboundRecord",
    "Partner",
    "PaymentPriority",
    "PaymentTerm",
    "Supplier",
    "SupplierAddress",
    "TaxDetail",
    "TaxManagement",
    "TaxType",
    "TermLedger",
]
