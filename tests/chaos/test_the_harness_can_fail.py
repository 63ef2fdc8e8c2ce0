"""With a safeguard taken out there are copies, and the judge reports them: the other tests could fail."""

import pytest

from tests.chaos.installation import Installation
from tests.factories.documents import sales_invoice
from tests.patience import PATIENCE, wait_until


def test_without_a_horizon_a_late_answer_makes_a_copy(installation: Installation) -> None:
    installation.kill_workers()
    number = installation.submit(sales_invoice(number="SI-NO-HORIZON"))
    installation.sandbox.arm("late_apply", match={"object": "ARINVOICE", "function": "create_invoice"}, ms=8000)
    broken = installation.start("tests/chaos/broken_worker.py", "horizon", str(PATIENCE), name="broken")
    wait_until(
        lambda: len(installation.copies(number)) > 1, what="a copy in the ledger", told=installation.said, every=0.4
    )
    broken.kill()
    with pytest.raises(AssertionError, match="copies in the ledger"):
        installation.assert_once(number)


def test_with_the_attempt_written_after_the_send_a_death_makes_a_copy(installation: Installation) -> None:
    installation.kill_workers()
    number = installation.submit(sales_invoice(number="SI-NO-ATTEMPT"))
    doomed = installation.start(
        "tests/chaos/broken_worker.py",
        "attempt",
        str(PATIENCE),
        name="broken",
        PORTAL_CRASH_AT=f"after_answer@{number}",
    )
    wait_until(lambda: not doomed.is_running(), what="its death", told=installation.said)
    assert len(installation.copies(number)) == 1
    installation.work()
    wait_until(
        lambda: len(installation.copies(number)) > 1, what="a copy in the ledger", told=installation.said, every=0.4
    )
    with pytest.raises(AssertionError, match="copies in the ledger"):
        installation.assert_once(number)
