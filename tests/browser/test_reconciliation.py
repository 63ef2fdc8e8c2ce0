"""A period is compared by a worker while its page follows; the page ends with the result, for every reader."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE
from tests.browser.portal_process import PortalProcess
from tests.browser.test_looks import beyond_the_window, violations_of

pytestmark = pytest.mark.browser
LIST = "/admin/reconciliation/reconciliationrun/"


def compare(page: Page, base: str) -> None:
    page.goto(f"{base}{LIST}")
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("To", exact=True).fill("2026-12-31")
    page.get_by_role("button", name="Compare", exact=True).click()


def test_a_period_is_compared_and_the_page_shows_the_result_by_itself(portal: PortalProcess, admin: Page) -> None:
    compare(admin, portal.base)
    expect(admin.locator("#comparison")).to_be_visible()
    expect(admin.get_by_role("link", name="Download CSV")).to_be_visible()
    expect(admin.get_by_role("heading", name="Totals")).to_be_visible()
    assert admin.locator("[data-live][hx-trigger]").count() == 0, "nothing is asked any more"
    assert violations_of(admin) == []
    admin.goto(f"{portal.base}{LIST}")
    expect(admin.get_by_role("heading", name="Last result:")).to_be_visible()
    assert violations_of(admin) == []


def test_the_result_fits_a_phone_and_is_read_in_the_dark(
    portal: PortalProcess, window: Callable[..., Page], session: Callable[[str], dict]
) -> None:
    page = window(storage_state=session("operator"), viewport=PHONE, color_scheme="dark")
    compare(page, portal.base)
    expect(page.get_by_role("heading", name="Totals")).to_be_visible()
    assert (violations_of(page), beyond_the_window(page)) == ([], 0)
    page.goto(f"{portal.base}{LIST}")
    assert (violations_of(page), beyond_the_window(page)) == ([], 0)
