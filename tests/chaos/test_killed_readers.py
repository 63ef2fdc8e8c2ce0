"""A reader of master data is killed (SIGKILL) in a page or after it; another goes on at the page where it stopped."""

import time
from typing import Any

import pytest

from tests.chaos.installation import CALL_DEADLINE_SECONDS, Installation
from tests.patience import PATIENCE, wait_until

TERMS = 9
PAGES = 3
LEASE_SECONDS = CALL_DEADLINE_SECONDS + 5


def newest_run(installation: Installation) -> dict[str, Any]:
    answer = installation.http.get(
        f"{installation.base}/api/v1/synchronisations/", params={"object": "AP_TERM"}, timeout=PATIENCE
    )
    return dict(answer.json()["results"][0])


def queries(installation: Installation) -> int:
    return int(installation.sandbox.stats()["functions_by_name"].get("query", 0))


@pytest.mark.parametrize(("point", "kept"), [("before_page_commit:2", 4), ("after_page_commit:2", 8)])
def test_killed_while_reading(point: str, kept: int, installation: Installation) -> None:
    installation.kill_workers()
    doomed = installation.start("tests/chaos/read_terms.py", "start", name="reader", PORTAL_CRASH_AT=point)
    wait_until(lambda: "Killed at" in doomed.said(), what=f"a death at {point}", told=installation.said)
    doomed.kill()
    assert (newest_run(installation)["state"], newest_run(installation)["done"]) == ("running", kept)

    time.sleep(LEASE_SECONDS)
    before = queries(installation)
    installation.python("tests/chaos/read_terms.py", "resume")

    run = newest_run(installation)
    assert (run["state"], run["done"], run["failed"]) == ("finished", TERMS, 0), run
    assert queries(installation) - before == PAGES - kept // 4, "only the pages that were not stored are read again"
