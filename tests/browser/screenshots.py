"""`make screenshots`: the pictures of the docs, taken from a portal of its own with the demo company."""

import sys
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.chromium import DESK, PHONE, launched, sign_in, why_no_browser
from tests.browser.palette import with_palette
from tests.browser.portal_process import ROOT, PortalProcess
from tests.patience import wait_until

IMAGES = ROOT / "docs" / "images"
LARGEST_BYTES = 200_000
POSTED = "SI-000309"
"""A posted sales invoice of the demo, with tax and dimensions."""


def take(page: Page, name: str) -> Path:
    """Write `docs/images/<name>.png`, as large as the window."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    path = IMAGES / f"{name}.png"
    path.write_bytes(with_palette(page, page.screenshot(animations="disabled")))
    size = path.stat().st_size
    sys.stdout.write(f"    {path.relative_to(ROOT)}  {size // 1000} kB\n")
    if size > LARGEST_BYTES:
        raise SystemExit(f"{path.name} is larger than {LARGEST_BYTES // 1000} kB: too heavy for the docs.")
    return path


PAGES = {
    "first-page": "/admin/",
    "postings": "/admin/postings/posting/",
    "customers-at-a-glance": "/admin/status/customerfigure/",
    "sending": "/admin/delivery/connectionhealth/1/change/",
    "shared-links": "/admin/access/sharedlink/",
    "alert-rule": "/admin/notifications/alertrule/add/",
    "digest": "/admin/notifications/digest/add/",
    "notices": "/admin/status/notice/",
}
"""By the name of the picture: pages that only need their address."""


def until_counted(page: Page, base: str) -> None:
    """The worker rolls figures up within seconds after the demo's documents were posted."""

    def counted() -> bool:
        page.goto(f"{base}/admin/")
        return bool(page.locator("#days-as-a-table").count())

    wait_until(counted, what="the first page has figures", told=lambda: page.inner_text("main"), every=2.0)


def of_the_house(page: Page, portal: PortalProcess) -> None:
    """The pages below the admin, as an integration admin sees them."""
    sign_in(page, portal.base, "admin", portal.password("admin"))
    until_counted(page, portal.base)
    for name, address in PAGES.items():
        page.goto(f"{portal.base}{address}")
        take(page, name)
    page.goto(f"{portal.base}/admin/postings/posting/{portal.posting(number=POSTED)['id']}/change/")
    take(page, "posting")
    page.get_by_role("heading", name="T-accounts").scroll_into_view_if_needed()
    take(page, "t-accounts")
    page.goto(f"{portal.base}/admin/configuration/intacctconfiguration/")
    page.get_by_role("link", name="SANDBOX", exact=True).first.click()
    take(page, "connection")
    page.goto(f"{portal.base}{PAGES['customers-at-a-glance']}")
    page.locator("#result_list tbody th a").first.click()
    take(page, "customer")


def of_partners(page: Page, portal: PortalProcess) -> None:
    """The status pages, as a partner sees them."""
    page.goto(f"{portal.base}/status/login/")
    take(page, "status-login")
    page.get_by_label("User name").fill("partner")
    page.get_by_label("Password").fill(portal.password("partner"))
    page.get_by_role("button", name="Sign in").click()
    take(page, "status-companies")
    page.goto(f"{portal.base}/status/companies/100/")
    take(page, "status-page")
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    take(page, "status-page-on-a-telephone")


def main() -> None:
    reason = why_no_browser()
    if reason:
        raise SystemExit(f"No screenshots: {reason}.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    sys.stdout.write("==> Starting a portal with the demo company\n")
    with PortalProcess() as portal, launched() as browser:
        sys.stdout.write("==> Taking the screenshots\n")
        for pages in (of_the_house, of_partners):
            window = browser.new_context(viewport=DESK, color_scheme="light", locale="en-GB", timezone_id="UTC")
            pages(window.new_page(), portal)


if __name__ == "__main__":
    main()
