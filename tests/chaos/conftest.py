"""One installation for all chaos tests of a process; each test has documents of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.installation import Installation

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.chaos)


@pytest.fixture(scope="session")
def running() -> Iterator[Installation]:
    with Installation() as installation:
        yield installation


@pytest.fixture
def installation(running: Installation) -> Installation:
    """Nothing armed, and a ledger that would take any copy: only the portal stands against them."""
    running.sandbox.disarm()
    running.sandbox.set(uniqueid_mode="off", unique_document_numbers=False)
    return running


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("SEED") or int.from_bytes(os.urandom(4), "big"))
