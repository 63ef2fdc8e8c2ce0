"""One portal with the demo company for all browser tests, and a browser's window for each.

The browser is closed after each module: while Playwright runs, its event loop keeps Django from the database in this
process.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.chromium import DESK, launched, sign_in, why_no_browser
from tests.browser.portal_process import PortalProcess
from tests.patience import PATIENCE

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_no_browser()
    for item in items:
        if reason and HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=f"No browser: {reason}"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def session(chromium: Browser, portal: PortalProcess) -> Callable[[str], dict]:
    """The cookies of a demo login, signed in once: `session("admin")`."""
    kept: dict[str, dict] = {}

    def of(name: str) -> dict:
        if name not in kept:
            context = chromium.new_context(viewport=DESK)
            sign_in(context.new_page(), portal.base, name, portal.password(name))
            kept[name] = dict(context.storage_state())
            context.close()
        return kept[name]

    return of


def counts(message: ConsoleMessage) -> bool:
    """Errors and warnings; but no page has to have an icon at the address that browsers try by themselves."""
    return message.type in ("error", "warning") and not message.location["url"].endswith("/favicon.ico")


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A new window: `window(viewport=PHONE)`. At the end, no window may have said anything on its console."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def make(**options: object) -> Page:
        context = chromium.new_context(**{"viewport": DESK, "locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda message: said.append(message.text) if counts(message) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def admin(window: Callable[..., Page], session: Callable[[str], dict]) -> Page:
    """A window in which the demo's integration admin is signed in."""
    return window(storage_state=session("admin"))
