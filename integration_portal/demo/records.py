"""Items, customers and suppliers that originate in the demo's ERP; one waits for a payment term that is not there."""

from typing import Any

from apps.masterdata.services.save_records import RecordInput, save_records

ACTOR = "demo"

_MAIN: dict[str, Any] = {"code": "MAIN", "is_primary": True, "country": "US"}
RECORDS: dict[str, list[RecordInput]] = {
    "item": [
        RecordInput("ITEM-21", {"name": "Portable pump PP-05", "description": "With carrying frame, 12 V"}),
        RecordInput("ITEM-22", {"name": "Hose set 25 mm"}),
    ],
    "customer": [
        RecordInput(
            "CUST-21",
            {"name": "Mohawk Canal Tours", "payment_term": "NET30", "currency": "USD"},
            [
                {**_MAIN, "city": "Utica", "postal_code": "13501", "email": "office@mohawk.example"},
                {"code": "BILLING", "is_bill_to": True, "last_name": "Ramsey", "city": "Albany", "country": "US"},
            ],
        ),
        RecordInput("CUST-22", {"name": "Niagara Cold Storage", "payment_term": "NET45", "parent": "CUST-21"}),
    ],
    "supplier": [
        RecordInput(
            "SUPP-21",
            {"name": "Onondaga Welding", "payment_term": "NET30", "form_1099_type": "NEC", "form_1099_box": "1"},
            [{**_MAIN, "city": "Syracuse"}],
        ),
        RecordInput("SUPP-22", {"name": "Palmyra Paints", "payment_term": "NET99"}),
    ],
}
"""SUPP-22 is there to fail: Sage Intacct has no payment term NET99."""


def load_records() -> None:
    """Keep the demo's records; a second time nothing changes."""
    for node, records in RECORDS.items():
        save_records(node=node, records=records, actor=ACTOR)
