"""The status pages for every reader: by keyboard, with a screen reader, in the dark, on a telephone, on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import PHONE
from tests.browser.portal_process import PortalProcess
from tests.browser.test_looks import WHAT, Axe, beyond_the_window

pytestmark = pytest.mark.browser
COMPANY = "/status/companies/100/"


def sign_in(page: Page, portal: PortalProcess) -> None:
    """By keyboard alone, as the demo's partner."""
    page.goto(f"{portal.base}/status/")
    page.get_by_label("User name").focus()
    page.keyboard.type("partner")
    page.keyboard.press("Tab")
    page.keyboard.type(portal.password("partner"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal.base}/status/")


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=WHAT).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def test_a_partner_reads_them_light_and_dark_wide_and_narrow(
    portal: PortalProcess, window: Callable[..., Page]
) -> None:
    wide = window()
    wide.goto(f"{portal.base}/status/login/")
    found = {"login": violations(wide)}
    sign_in(wide, portal)
    narrow = window(viewport=PHONE, color_scheme="dark", storage_state=wide.context.storage_state())
    for page, name in ((wide, "wide and light"), (narrow, "narrow and dark")):
        for address in ("/status/?all=yes", COMPANY):
            page.goto(f"{portal.base}{address}")
            found[f"{address} {name}"] = violations(page)
            assert beyond_the_window(page) <= 0
    narrow.context.clear_cookies()
    narrow.goto(f"{portal.base}/status/login/")
    found["login narrow and dark"] = violations(narrow)
    assert beyond_the_window(narrow) <= 0

    assert {address: said for address, said in found.items() if said} == {}
    wide.keyboard.press("Tab")
    assert wide.evaluate("document.activeElement.hash") == "#main"
    wide.emulate_media(media="print")
    assert wide.get_by_role("heading", level=1).is_visible()
    assert not wide.get_by_role("button", name="Sign out").is_visible()
    assert not wide.get_by_role("link", name="Download as CSV").is_visible()
