"""Pages that change without reload, and that stop: a posting, the list of postings."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.portal_process import PortalProcess
from tests.factories.documents import SALES_INVOICE

pytestmark = pytest.mark.browser
LIST = "/admin/postings/posting/"
HEALTH = "/admin/delivery/connectionhealth/"


@pytest.fixture
def held(portal: PortalProcess, admin: Page) -> Iterator[str]:
    """The number of an invoice that was refused once, and is held since, because sending is paused."""
    number = "LIVE-1"
    portal.submit_refused({**SALES_INVOICE, "number": number})
    admin.goto(f"{portal.base}{HEALTH}1/change/")
    admin.get_by_role("button", name="Pause sending").click()
    admin.goto(f"{portal.base}{LIST}{portal.posting(number=number)['id']}/change/")
    admin.get_by_role("button", name="Retry").click()
    yield number
    admin.goto(f"{portal.base}{HEALTH}1/change/")
    if admin.get_by_role("button", name="Resume sending").count():
        admin.get_by_role("button", name="Resume sending").click()


def asked(page: Page) -> list[str]:
    """The polls of a page from now on."""
    polls: list[str] = []

    def note(request: Request) -> None:
        if re.search(r"/(story|live-rows|drain)/", request.url):
            polls.append(request.url)

    page.on("request", note)
    return polls


def test_a_posting_and_its_row_change_without_reload_and_then_nothing_is_asked(
    portal: PortalProcess, admin: Page, window: Callable[..., Page], session: Callable[[str], dict], held: str
) -> None:
    listed, page = window(storage_state=session("admin")), window(storage_state=session("admin"))
    listed.goto(f"{portal.base}{LIST}?q={held}")
    expect(listed.locator("#result_list .portal-state")).to_contain_text("Held")
    listed.evaluate("window.untouched = true")
    page.goto(f"{portal.base}{LIST}{portal.posting(number=held)['id']}/change/")
    expect(page.get_by_text("Sending is paused")).to_be_visible()
    page.evaluate("window.untouched = true")
    attempt = page.locator("details.portal-attempt").last
    attempt.locator("summary").click()
    polls = asked(page)

    admin.goto(f"{portal.base}{HEALTH}1/change/")
    expect(admin.get_by_text("Why nothing moves:")).to_be_visible()
    admin.get_by_role("button", name="Resume sending").click()

    expect(page.locator(".portal-headline .portal-state")).to_contain_text("Posted")
    expect(page.locator("#story-said")).to_have_text(f"Sales invoice {held}: Posted.")
    assert page.locator("#story-said").bounding_box()["width"] <= 1, "it is for who does not see the page change"
    expect(page.locator("details.portal-attempt")).to_have_count(2)
    expect(attempt).to_have_attribute("open", "")
    expect(attempt.locator("summary")).to_be_focused()
    expect(listed.locator("#result_list .portal-state")).to_contain_text("Posted")
    expect(listed.get_by_text("No row of this page is on its way any more.")).to_be_visible()
    expect(admin.get_by_text("Nothing waits to be sent.")).to_be_visible()
    assert all(one.evaluate("window.untouched") for one in (listed, page))
    assert polls
    assert [one.locator("[data-live][hx-trigger]").count() for one in (page, listed, admin)] == [0, 0, 0]
