"""What somebody does in Intacct beside the portal."""

from typing import Any

from apps.delivery.models import Delivery
from apps.intacct import Create, Record, Update


def entry_by_hand(journal: str = "SJ", marker: str = "", day: str = "10/12/2026", number: str = "HAND") -> Create:
    """A journal entry; `marker`: with this key of the portal."""
    lines = [
        {"ACCOUNTNO": account, "TRX_AMOUNT": "12.34", "TR_TYPE": side, "LOCATION": "100", "CURRENCY": "USD"}
        for account, side in (("5000", "1"), ("1210", "-1"))
    ]
    fields: dict[str, Any] = {
        "JOURNAL": journal, "BATCH_DATE": day, "BATCH_TITLE": "By hand", "REFERENCENO": number,
        **({"DMO_POSTING_KEY": marker} if marker else {}),
        "ENTRIES": [Record.of("GLENTRY", line) for line in lines],
    }  # fmt: skip
    return Create("by-hand", Record.of("GLBATCH", fields))


def change(delivery: Delivery, **fields: Any) -> Update:
    """The record of a delivery, changed."""
    return Update("by-hand", Record.of(delivery.object_name, {"RECORDNO": delivery.record_no, **fields}))
