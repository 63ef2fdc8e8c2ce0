"""Who counts figures anew is killed (SIGKILL) between figures and the note that they are counted; another goes on."""

import json
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.chaos.installation import Installation
from tests.factories.documents import sales_invoice
from tests.patience import wait_until

TURN_SECONDS = 3
_numbers = count(1)


def shown(installation: Installation) -> dict[str, Any]:
    return dict(json.loads(installation.python("tests/chaos/roll_up.py", "show")))


@pytest.fixture
def pending(installation: Installation) -> Iterator[list[str]]:
    """Numbers of three documents that are pending, each of a customer of its own; nobody sends or counts meanwhile."""
    installation.kill_workers()
    installation.python("tests/chaos/roll_up.py", "free")
    names = [f"COUNTED-{next(_numbers)}" for _ in range(3)]
    for name in names:
        installation.submit(sales_invoice(customer=name, number=name))
    yield names
    installation.work()
    installation.wait_settled(*names)


def test_killed_while_everything_is_counted(installation: Installation, pending: list[str]) -> None:
    installation.python("tests/chaos/roll_up.py", "all")
    whole = shown(installation)
    assert whole["left"] == []
    assert ["customer", pending[2], 0, 1, 0] in whole["figures"][0]

    # After the slices of days, of hours, and some of the customers.
    doomed = installation.start(
        "tests/chaos/roll_up.py", "all", name="counter", PORTAL_CRASH_AT="before_recount_commit:5"
    )
    wait_until(lambda: "Killed at" in doomed.said(), what="a death in a slice", told=doomed.said)
    doomed.kill()
    left = shown(installation)["left"]
    assert left[0].startswith("customer "), left

    assert int(installation.python("tests/chaos/roll_up.py", "rest")) == 0, "it is the dead one's turn"
    time.sleep(TURN_SECONDS)
    installation.python("tests/chaos/roll_up.py", "rest")
    assert shown(installation) == whole


def test_two_that_count_at_once_because_a_turn_ended_count_the_same(
    installation: Installation, pending: list[str]
) -> None:
    installation.python("tests/chaos/roll_up.py", "all")
    whole = shown(installation)
    installation.python("tests/chaos/roll_up.py", "lose")
    assert pending[0] not in str(shown(installation))
    both = [installation.start("tests/chaos/roll_up.py", "all_in_any_turn", name="counter") for _ in range(2)]
    for one in both:
        one.result()
    assert shown(installation) == whole
