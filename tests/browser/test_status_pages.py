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


def shared_link(page: Page, portal: PortalProcess) -> str:
    """The address of a new link to the first company, as an integration admin makes and copies it."""
    page.goto(f"{portal.base}/admin/access/sharedlink/add/")
    page.locator("select[name=company]").select_option(index=1)
    page.locator("input[name=label]").fill("Anna's accountant")
    page.get_by_role("button", name="Save", exact=True).click()
    return page.locator("#new-key").input_value()


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


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE, "color_scheme": "dark"}], ids=["wide", "narrow and dark"])
def test_who_has_a_link_chooses_the_language_by_keyboard(
    options: dict, portal: PortalProcess, admin: Page, window: Callable[..., Page]
) -> None:
    """No form could: the page sends no referrer, so that its address stays with its reader."""
    page = window(locale="fr-FR", **options)
    page.goto(shared_link(admin, portal))
    language = page.locator("html")
    assert language.get_attribute("lang") == "fr"

    page.get_by_role("navigation", name="Langue").get_by_role("link", name="Deutsch").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?language=de")

    assert language.get_attribute("lang") == "de"
    switch = page.get_by_role("navigation", name="Sprache")
    assert switch.get_by_role("link").all_inner_texts() == ["English", "Français", "Deutsch"]
    assert switch.locator("[aria-current]").inner_text() == "Deutsch"
    assert (violations(page), page.context.cookies()) == ([], [])
    assert beyond_the_window(page) <= 0
    page.get_by_label("Belegart").select_option("sales_invoice")
    page.get_by_role("button", name="Filtern").click()
    page.wait_for_url("**/?language=de&type=sales_invoice**")
    with page.expect_download() as download:
        page.get_by_role("link", name="Als CSV herunterladen").click()
    assert download.value.url.endswith("failing.csv?language=de&type=sales_invoice")
    asked = page.locator("#company-now").get_attribute("hx-get") or ""
    assert "/live/?language=de&" in asked
    page.emulate_media(media="print")
    assert not switch.is_visible()
