"""`make screenshots`: the pictures of the docs, taken from a portal of its own with the demo company."""

import sys
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.chromium import DESK, launched, sign_in, why_no_browser
from tests.browser.palette import with_palette
from tests.browser.portal_process import ROOT, PortalProcess

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


def main() -> None:
    reason = why_no_browser()
    if reason:
        raise SystemExit(f"No screenshots: {reason}.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    sys.stdout.write("==> Starting a portal with the demo company\n")
    with PortalProcess() as portal, launched() as browser:
        page = browser.new_page(viewport=DESK, color_scheme="light", locale="en-GB", timezone_id="UTC")
        sign_in(page, portal.base, "admin", portal.password("admin"))
        sys.stdout.write("==> Taking the screenshots\n")
        take(page, "first-page")
        page.goto(f"{portal.base}/admin/postings/posting/")
        take(page, "postings")
        page.goto(f"{portal.base}/admin/postings/posting/{portal.posting(number=POSTED)['id']}/change/")
        take(page, "posting")
        page.goto(f"{portal.base}/admin/configuration/intacctconfiguration/")
        page.get_by_role("link", name="SANDBOX", exact=True).first.click()
        take(page, "connection")


if __name__ == "__main__":
    main()
