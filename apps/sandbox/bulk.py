"""Many records at once, for measuring at size: as the API would have made them, without asking for each."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.sandbox.catalogue import OBJECTS
from apps.sandbox.models import StoredRecord

CHUNK = 2000
MOST = 1_000_000

_MADE: dict[str, Callable[[int], dict[str, Any]]] = {
    "GLACCOUNT": lambda n: {
        "ACCOUNTNO": f"B{n:07}", "TITLE": f"Account {n}", "ACCOUNTTYPE": "balancesheet", "NORMALBALANCE": "debit",
    },
    "CUSTOMER": lambda n: {
        "CUSTOMERID": f"B{n:07}", "NAME": f"Customer {n}", "DISPLAYCONTACT": {"PRINTAS": f"Customer {n}"},
    },
    "VENDOR": lambda n: {
        "VENDORID": f"B{n:07}", "NAME": f"Vendor {n}", "DISPLAYCONTACT": {"PRINTAS": f"Vendor {n}"},
    },
    "ITEM": lambda n: {"ITEMID": f"B{n:07}", "NAME": f"Item {n}", "ITEMTYPE": "Non-Inventory"},
}  # fmt: skip


def seed_many(object_name: str, number: int) -> int:
    """Add so many records of an object. Returns how many there are then. Raises ValueError in plain words."""
    if object_name not in _MADE:
        raise ValueError(f"Records of {', '.join(sorted(_MADE))} can be made in bulk.")
    if not isinstance(number, int) or not 1 <= number <= MOST:
        raise ValueError(f'"number" is 1 to {MOST}.')
    rows = StoredRecord.objects.filter(object_name=object_name)
    last = rows.aggregate(last=Max("record_no"))["last"] or 0
    for start in range(0, number, CHUNK):
        with transaction.atomic(using="sandbox"):
            StoredRecord.objects.bulk_create(_rows(object_name, last, range(start, min(start + CHUNK, number))))
    return rows.count()


def _rows(object_name: str, last: int, numbers: range) -> Iterator[StoredRecord]:
    now, key = timezone.now().strftime("%m/%d/%Y %H:%M:%S"), OBJECTS[object_name].key
    for number in numbers:
        record_no = last + 1 + number
        fields = {
            "RECORDNO": str(record_no), "MEGAENTITYID": "", "STATUS": "active", "WHENMODIFIED": now,
            **_MADE[object_name](record_no),
        }  # fmt: skip
        yield StoredRecord(object_name=object_name, record_no=record_no, natural_id=str(fields[key]), fields=fields)
