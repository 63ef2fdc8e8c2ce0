"""Debian's Chromium, driven by Playwright; and signing in with it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.patience import PATIENCE, wait_until

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1366, "height": 900}
PHONE = {"width": 360, "height": 780}


def chromium_path() -> str | None:
    """Where Chromium is, or None where it is not installed."""
    return os.environ.get("PORTAL_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def why_no_browser() -> str:
    """Why nothing can be driven here; empty where it can."""
    if os.environ.get("PORTAL_BROWSER", "on").lower() in ("off", "0", "no"):
        return "PORTAL_BROWSER=off"
    if chromium_path() is None:
        return "Chromium is not installed here (apt-get install chromium)"
    return ""


@contextmanager
def launched() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Page, base: str, name: str, password: str) -> None:
    """Through the sign-in page, as a person does. Ends on the first page."""
    page.goto(f"{base}/admin/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{base}/admin/")


def reload_until_visible(page: Page, text: str) -> None:
    """For what a worker does meanwhile: the page is loaded again until it says so."""

    def visible() -> bool:
        if page.get_by_text(text).count():
            return True
        page.wait_for_timeout(250)
        page.reload()
        return False

    wait_until(visible, what=f"the page says {text!r}", told=lambda: page.inner_text("body"), every=0.3)
