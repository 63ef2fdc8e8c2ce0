"""The gateway does its worst; each accepted document is in the ledger once, and none is wrongly in error."""

from typing import Any

import pytest

from tests.chaos.installation import Installation
from tests.factories.documents import sales_invoice

FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("timeout_before", {}),
    ("timeout_after", {}),
    ("reset_before", {}),
    ("reset_after", {}),
    ("late_apply", {"ms": 2500}),
    ("truncate", {}),
    ("garbage", {}),
    ("wrong_charset", {}),
    ("wrong_type", {}),
    ("dribble", {}),
    ("huge", {}),
    ("gzip_bomb", {}),
    ("doctype", {}),
    ("drop_result", {}),
    ("duplicate_result", {}),
    ("foreign_result", {}),
    ("no_record_no", {}),
    ("reorder", {}),
    ("session_expired", {}),
    ("http_status", {"status": 500}),
    ("http_status", {"status": 503}),
)


@pytest.mark.parametrize(("kind", "more"), FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_fault_of_the_gateway(kind: str, more: dict[str, Any], installation: Installation) -> None:
    numbers = [f"SI-{kind}-{more.get('status', '')}-{index}" for index in range(3)]
    installation.sandbox.arm(kind, match={"object": "ARINVOICE", "function": "create_invoice"}, **more)
    for number in numbers:
        installation.submit(sales_invoice(number=number))
    installation.work()
    installation.wait_settled(*numbers)
    installation.assert_once(*numbers)
