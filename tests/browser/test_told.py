"""A webhook in real processes: its message in the posting's timeline and its own page, both without reload."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE
from tests.browser.portal_process import PortalProcess
from tests.browser.test_looks import beyond_the_window, violations_of
from tests.factories.documents import SALES_INVOICE
from tests.notifications.receiver import Receiver

pytestmark = pytest.mark.browser
WEBHOOKS = "/admin/notifications/webhookendpoint/"
NAME = "Browser's ERP"


@pytest.fixture
def receiver(portal: PortalProcess, admin: Page) -> Iterator[Receiver]:
    """Told by a webhook of all companies, which is deleted afterwards."""
    with Receiver() as told:
        admin.goto(f"{portal.base}{WEBHOOKS}add/")
        admin.locator("#id_name").fill(NAME)
        admin.locator("#id_url").fill(told.url)
        admin.locator("#id_all_companies").check(force=True)
        admin.get_by_role("button", name="Save", exact=True).click()
        expect(admin.locator("input[value^=whsec_]")).to_be_attached()
        yield told
        admin.goto(f"{portal.base}{WEBHOOKS}")
        admin.get_by_role("link", name=NAME, exact=True).click()
        admin.get_by_role("link", name="Delete", exact=True).click()
        admin.get_by_role("button", name="Yes").click()
        admin.wait_for_url(f"{portal.base}{WEBHOOKS}")


def test_what_becomes_of_a_message_is_seen_without_reload(
    portal: PortalProcess,
    admin: Page,
    window: Callable[..., Page],
    session: Callable[[str], dict],
    receiver: Receiver,
) -> None:
    receiver.answer(500)
    receiver.hold.clear()
    pk = portal.submit({**SALES_INVOICE, "number": "TOLD-1"})
    admin.goto(f"{portal.base}/admin/postings/posting/{pk}/change/")
    admin.evaluate("window.untouched = true")
    told = admin.locator(".portal-timeline a", has_text=f"Webhook {NAME}")
    expect(told).to_contain_text(f"Webhook {NAME} is being told: Posted")
    receiver.hold.set()
    expect(told).to_contain_text(f"Webhook {NAME} was told: Posted")
    expect(admin.get_by_text("1 try failed.")).to_be_visible()
    assert admin.locator("#story").get_attribute("hx-get") is None, "nothing is to come, nothing is asked"
    assert admin.evaluate("window.untouched")

    told.click()
    receiver.hold.clear()
    admin.get_by_role("button", name="Send again").click()
    admin.evaluate("window.untouched = true")
    state = admin.locator("#message-state .portal-state").first
    expect(state).to_contain_text("Sending")
    receiver.hold.set()
    expect(state).to_contain_text("Delivered")
    expect(admin.locator("#message-state-said")).to_have_text("posting.posted Sales invoice TOLD-1: Delivered.")
    assert admin.evaluate("window.untouched")
    assert [one.id for one in receiver.received] == [receiver.received[0].id] * 3

    page = window(storage_state=session("admin"), viewport=PHONE, color_scheme="dark")
    for address in (f"/admin/postings/posting/{pk}/change/", admin.url.removeprefix(portal.base)):
        page.goto(f"{portal.base}{address}")
        assert (violations_of(page), beyond_the_window(page) <= 0) == ([], True)
