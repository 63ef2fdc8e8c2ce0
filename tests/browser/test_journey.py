"""A finance person at work: signs in, finds what needs a person, and sees it through to the ledger."""

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import sign_in
from tests.browser.portal_process import PortalProcess
from tests.factories.documents import SALES_INVOICE

pytestmark = pytest.mark.browser

_numbers = itertools.count(1)
LIST = "/admin/postings/posting/"


def refused(portal: PortalProcess) -> str:
    """The number of an invoice that Intacct refused, for a reason that is gone by now."""
    number = f"UI-{next(_numbers):04}"
    portal.submit_refused({**SALES_INVOICE, "number": number})
    return number


def open_posting(page: Page, portal: PortalProcess, number: str) -> None:
    page.goto(f"{portal.base}{LIST}?q={number}")
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def posted(page: Page, portal: PortalProcess, number: str) -> None:
    portal.wait_for("posted", number=number)
    page.reload()
    expect(page.locator(".portal-headline .portal-state")).to_contain_text("Posted")


def test_an_error_is_found_understood_retried_and_posted(portal: PortalProcess, window: Callable[..., Page]) -> None:
    number = refused(portal)
    page = window()
    sign_in(page, portal.base, "admin", portal.password("admin"))
    page.get_by_role("link", name="Postings in error", exact=True).click()
    expect(page.get_by_role("link", name=re.compile(r"Error \d+"))).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name=number).click()

    expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    expect(page.get_by_text("The period is closed.").first).to_be_visible()
    page.locator(".portal-attempt summary").first.click()
    expect(page.get_by_role("heading", name="What was sent")).to_be_visible()
    expect(page.get_by_role("heading", name="What Intacct answered")).to_be_visible()

    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("It is on its way again.")).to_be_visible()
    posted(page, portal, number)
    expect(page.get_by_role("definition").filter(has_text=re.compile(r"^Record \d+$"))).to_be_visible()
    expect(page.locator(".portal-key-amount")).to_have_text("108.88 USD")


def test_the_sandbox_shows_what_it_received(portal: PortalProcess, admin: Page) -> None:
    open_posting(admin, portal, "SI-000309")
    admin.get_by_role("link", name="What the sandbox gateway received").first.click()
    expect(admin.get_by_text("SI-000309").first).to_be_visible()


def test_several_are_retried_from_the_list_after_a_question(portal: PortalProcess, admin: Page) -> None:
    numbers = [refused(portal) for _ in range(2)]
    admin.goto(f"{portal.base}{LIST}?q=UI-&state=error")
    for number in numbers:
        admin.locator("tr", has_text=number).get_by_role("checkbox").check()
    admin.locator("select[name=action]").select_option("retry_selected")
    admin.get_by_role("button", name="Run").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Send 2 postings again?")
    for number in numbers:
        expect(admin.get_by_text(f"Sales invoice {number}: Error")).to_be_visible()
    admin.get_by_role("button", name="Yes, retry").click()
    expect(admin.get_by_text("2 postings are sent again.")).to_be_visible()
    for number in numbers:
        portal.wait_for("posted", number=number)


def test_a_refused_posting_is_cancelled_after_a_question(portal: PortalProcess, admin: Page) -> None:
    number = refused(portal)
    open_posting(admin, portal, number)
    admin.get_by_role("button", name="Cancel posting").click()
    admin.get_by_role("link", name="No, go back").click()
    expect(admin.locator(".portal-headline .portal-state")).to_contain_text("Error")
    admin.get_by_role("button", name="Cancel posting").click()
    admin.get_by_role("button", name="Yes, cancel this posting").click()
    expect(admin.locator(".portal-headline .portal-state")).to_contain_text("Cancelled")
    assert portal.posting(number=number)["state"] == "cancelled"


def test_the_connection_is_tested_on_its_page(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}/admin/configuration/intacctconfiguration/")
    admin.get_by_role("link", name="SANDBOX").first.click()
    admin.get_by_role("button", name="Test connection").click()
    expect(admin.get_by_text("The connection works.")).to_be_visible()


FOCUSED_IS = """(words) => {
    const focused = document.activeElement;
    if (!focused.matches("a, button, input")) return false;
    return [focused.ariaLabel || "", ...focused.innerText.split("\\n")].some((line) => line.trim() === words);
}"""
FOCUS_SHOWS = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def tab_to(page: Page, words: str, *, most: int = 90) -> None:
    """Press Tab until what has the focus carries these words; its focus must be visible."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED_IS, words):
            assert page.evaluate(FOCUS_SHOWS), f"The focus on {words} can't be seen."
            return
    raise AssertionError(f"Tab does not reach {words}.")


def test_the_keyboard_alone_is_enough(portal: PortalProcess, window: Callable[..., Page]) -> None:
    number = refused(portal)
    page = window()
    page.goto(f"{portal.base}/admin/login/")
    while page.evaluate("document.activeElement.name") != "username":
        page.keyboard.press("Tab")
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type(portal.password("operator"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal.base}/admin/")
    tab_to(page, "Postings in error")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?state=error")
    tab_to(page, number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/**")
    tab_to(page, "Retry")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is on its way again.")).to_be_visible()
    posted(page, portal, number)
