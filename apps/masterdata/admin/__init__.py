from apps.masterdata.admin.financial_data import AccountAdmin, JournalAdmin, PaymentTermAdmin, TaxDetailAdmin
from apps.masterdata.admin.outbound_records import CustomerAdmin, ItemAdmin, SupplierAdmin

__all__ = [
    "AccountAdmin",
    "CustomerAdmin",
    "ItemAdmin",
    "JournalAdmin",
    "PaymentTermAdmin",
    "SupplierAdmin",
    "TaxDetailAdmin",
]
