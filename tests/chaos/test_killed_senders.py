"""A sender of master data is killed (SIGKILL) wherever something could be half done; another finishes it."""

from typing import Any

import pytest

from tests.chaos.installation import Installation
from tests.patience import PATIENCE, wait_until

ITEM, CUSTOMER, VENDOR = "ITEM", "CUSTOMER", "VENDOR"
PLURAL = {ITEM: "items", CUSTOMER: "customers", VENDOR: "suppliers"}
KEY = {ITEM: "ITEMID", CUSTOMER: "CUSTOMERID", VENDOR: "VENDORID"}

ROUNDS = {
    "planned": {ITEM: "before_plan_commit", CUSTOMER: "after_plan_commit", VENDOR: "before_claim_commit"},
    "sent": {ITEM: "before_attempt_commit", CUSTOMER: "after_attempt_commit", VENDOR: "after_answer"},
    "noted": {VENDOR: "after_settle", ITEM: "before_settle_commit", CUSTOMER: "after_results_commit"},
}
"""In each round three senders die, one over each object: batches of one object never wait for those of another."""


@pytest.fixture(autouse=True)
def nobody_works(installation: Installation) -> None:
    """Nothing is sent before a test starts a sender of its own."""
    installation.kill_workers()


def put(installation: Installation, object_name: str, code: str, **values: Any) -> str:
    """Create a record over REST; returns its ID."""
    address = f"{installation.base}/api/v1/{PLURAL[object_name]}/{code}/"
    answer = installation.http.put(address, json={"name": f"Name of {code}", **values}, timeout=PATIENCE)
    assert answer.status_code == 201, answer.text
    return code


def standing(installation: Installation, object_name: str, code: str) -> dict[str, Any]:
    address = f"{installation.base}/api/v1/{PLURAL[object_name]}/{code}/"
    return dict(installation.http.get(address, timeout=PATIENCE).json())


def creates(installation: Installation) -> int:
    """How many functions that create were executed over there, whatever came of them."""
    return int(installation.sandbox.stats()["functions_by_name"].get("create", 0))


def work(installation: Installation) -> None:
    """A sender without faults, until nothing is left to do."""
    installation.python("tests/chaos/send_records.py", str(PATIENCE))


def die(installation: Installation, point: str, object_name: str, code: str) -> None:
    """A sender meets the new record, and dies over it."""
    put(installation, object_name, code)
    doomed = installation.start(
        "tests/chaos/send_records.py", str(PATIENCE), name="sender", PORTAL_CRASH_AT=f"{point}@{code}"
    )
    wait_until(lambda: not doomed.is_running(), what="its death", told=installation.said)
    assert f"Killed at {point}" in doomed.said(), f"It ended by itself.\n{installation.said()}"


def assert_integrated_once(installation: Installation, codes: dict[str, str]) -> None:
    """The ledger has each record, given by its object, once, under the number that the portal names."""
    for object_name, code in codes.items():
        copies = [one for one in installation.sandbox.objects(object_name) if one[KEY[object_name]] == code]
        assert len(copies) == 1, (copies, installation.said())
        stands = standing(installation, object_name, code)
        assert (stands["integration_status"], stands["record_no"]) == ("success", str(copies[0]["RECORDNO"])), stands


@pytest.mark.parametrize("name", ROUNDS)
def test_killed_while_a_record_is(name: str, installation: Installation) -> None:
    before = creates(installation)
    codes = {object_name: f"{object_name[0]}-{name}" for object_name in ROUNDS[name]}
    for object_name, point in ROUNDS[name].items():
        die(installation, point, object_name, codes[object_name])
    work(installation)
    assert_integrated_once(installation, codes)
    assert creates(installation) - before == len(codes), "a second create was executed"


def test_killed_before_what_waits_for_the_record_was_told(installation: Installation) -> None:
    """A child waits for its parent; the parent's sender dies when it has written down that it arrived."""
    before = creates(installation)
    child = put(installation, CUSTOMER, "C-CHILD", parent="C-PARENT")
    work(installation)
    waits = "Its parent C-PARENT is not in Sage Intacct yet."
    assert standing(installation, CUSTOMER, child)["last_message"] == waits
    die(installation, "before_results_commit", CUSTOMER, "C-PARENT")
    work(installation)
    assert_integrated_once(installation, {CUSTOMER: "C-PARENT"})
    assert_integrated_once(installation, {CUSTOMER: child})
    assert creates(installation) - before == 2


def test_an_answer_that_is_lost_makes_no_second_record(installation: Installation) -> None:
    before = creates(installation)
    codes = {object_name: f"{object_name[0]}-LOST" for object_name in PLURAL}
    for object_name, code in codes.items():
        installation.sandbox.arm("timeout_after", match={"object": object_name, "function": "create"})
        put(installation, object_name, code)
    work(installation)
    assert_integrated_once(installation, codes)
    assert creates(installation) - before == len(codes), "a second create was executed"
