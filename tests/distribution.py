"""Which tests run on the same worker of a run, and which are begun first (a pytest plugin, see pyproject.toml).

Tests that share a whole portal stay together, so that it is started once. They are also the longest, and wait more than
they compute: begun first, they run beside the rest. (xdist's `xdist_group` marks do nothing under pytest 9.2.)
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

SHARING_A_PORTAL = {
    "tests/chaos/": "chaos",
    "tests/browser/": "portal",
    "tests/clients/": "portal",
}
"""By the beginning of a test's name, what it shares."""

LONG = ("tests/portal/test_admin_pages.py",)
"""Begun first too: the last to end keeps the other workers waiting."""


class Together(LoadFileScheduling):
    """By file, but what shares a portal as one."""

    def _split_scope(self, nodeid: str) -> str:
        shared = (one for folder, one in SHARING_A_PORTAL.items() if nodeid.startswith(folder))
        return next(shared, super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith((*SHARING_A_PORTAL, *LONG)))
