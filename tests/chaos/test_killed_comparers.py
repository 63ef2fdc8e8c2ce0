"""A worker that compares a period is killed (SIGKILL) in a page or after it; another goes on where it stopped."""

import json
import time
from typing import Any

import pytest

from tests.chaos.installation import CALL_DEADLINE_SECONDS, Installation
from tests.factories.documents import sales_shipment
from tests.patience import wait_until

DOCUMENTS = 5
DAY = "2026-10-07"
"""No other test posts then: some leave copies in the ledger."""
LEASE_SECONDS = CALL_DEADLINE_SECONDS + 5


def figures(installation: Installation, what: str = "look") -> dict[str, Any]:
    return dict(json.loads(installation.python("tests/chaos/compare_days.py", what).splitlines()[-1]))


@pytest.mark.parametrize("point", ["before_comparison_commit:2", "after_comparison_commit:2"])
def test_killed_while_comparing(point: str, installation: Installation) -> None:
    installation.work()
    numbers = [installation.submit(sales_shipment(posting_date=DAY)) for _ in range(DOCUMENTS)]
    installation.wait_settled(*numbers)
    installation.kill_workers()
    doomed = installation.start("tests/chaos/compare_days.py", "start", DAY, name="comparer", PORTAL_CRASH_AT=point)
    wait_until(lambda: "Killed at" in doomed.said(), what=f"a death at {point}", told=installation.said)
    doomed.kill()
    assert figures(installation)["state"] == "running"

    time.sleep(LEASE_SECONDS)
    run = figures(installation, "resume")
    assert (run["state"], run["total"], run["done"]) == ("finished", run["agreeing"], run["agreeing"]), run
    assert run["done"] >= DOCUMENTS
    assert (run["missing"], run["extra"], run["different"]) == (0, 0, 0), run
