"""Every page for every reader: nothing hides from a screen reader, nothing runs out of a narrow window."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE
from tests.browser.portal_process import PortalProcess

pytestmark = pytest.mark.browser

MAIN = (
    "/admin/",
    "/admin/postings/posting/?state=error",
    "/admin/delivery/attempt/?outcome__exact=refused",
    "/admin/delivery/connectionhealth/1/change/",
    "/admin/configuration/intacctconfiguration/1/change/",
    "/admin/synchronisation/synchronisationrun/",
    "/admin/access/apiclient/add/",
    "/admin/auth/user/2/change/",
    "/admin/masterdata/entity/",
    "/admin/organisation/company/1/change/",
    "/admin/organisation/taxsolution/1/change/",
    "/admin/organisation/taxsolution/custom/",
    "/admin/options/option/",
    "/admin/configuration/intacctconfiguration/set-up/",
    "/admin/configuration/intacctconfiguration/set-up/file/",
    "/admin/status/connection/",
    "/admin/delivery/integrationstate/",
    "/admin/masterdata/customer/add/",
    "/admin/dimensions/attributetype/project/change/",
    "/admin/dimensions/dimensiontype/",
    "/admin/dimensions/dimensiontype/line_of_business/change/",
    "/admin/mapping/objectmapping/",
    "/admin/mapping/objectmapping/1/change/",
    "/admin/postings/integrateddocument/",
    "/admin/status/customerfigure/",
    "/admin/status/customerfigure/1/change/",
    "/admin/notifications/alertrule/add/",
    "/admin/access/sharedlink/add/",
    "/admin/reconciliation/reconciliationrun/",
)
OTHERS = (
    "/admin/notifications/digest/add/",
    "/admin/notifications/mail/",
    "/admin/status/notice/add/",
    "/admin/status/supplierfigure/",
    "/admin/delivery/attempt/",
    "/admin/postings/posting/?q=nothing-has-this-number",
    "/admin/postings/posting/",
    "/admin/delivery/delivery/",
    "/admin/configuration/intacctconfiguration/",
    "/admin/masterdata/account/",
    "/admin/dimensions/attributetype/",
    "/admin/dimensions/attribute/",
    "/admin/dimensions/dimension/",
    "/admin/dimensions/dimensiontype/add/",
    "/admin/dimensions/companyrequirement/",
    "/admin/postings/journalentrytype/",
    "/admin/organisation/chartofaccounts/",
    "/admin/organisation/legislation/1/change/",
    "/admin/organisation/site/",
    "/admin/organisation/taxsolution/",
    "/admin/masterdata/item/",
    "/admin/masterdata/supplier/add/",
    "/admin/access/apiclient/",
    "/admin/auth/group/1/change/",
    "/admin/foundation/auditentry/",
    "/admin/sandbox/storedrecord/1/change/",
    "/admin/sandbox/receivedfunction/",
    "/admin/sandbox/receivedfunction/20/change/",
)
SET_UP = (
    "/admin/options/option/",
    "/admin/configuration/intacctconfiguration/set-up/",
    "/admin/configuration/intacctconfiguration/set-up/file/",
    "/admin/status/connection/",
)
POSTINGS = {"posted": "SI-000309", "in error": "PI-000492"}
WHAT = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def of_postings(portal: PortalProcess) -> list[str]:
    return [f"/admin/postings/posting/{portal.posting(number=number)['id']}/change/" for number in POSTINGS.values()]


def violations_of(page: Page) -> list[str]:
    found = Axe().run(page, options=WHAT).response["violations"]
    return [f"{one['id']} ({one['impact']}): {one['help']}; {one['nodes'][0]['html'][:160]}" for one in found]


def beyond_the_window(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_the_main_pages_hide_nothing_from_a_screen_reader(portal: PortalProcess, admin: Page) -> None:
    violations = {}
    for address in (*of_postings(portal), *MAIN):
        admin.goto(f"{portal.base}{address}")
        violations[address] = violations_of(admin)
    assert {address: found for address, found in violations.items() if found} == {}


def test_contrast_is_enough_in_the_dark(
    portal: PortalProcess, window: Callable[..., Page], session: Callable[[str], dict]
) -> None:
    page = window(storage_state=session("admin"), color_scheme="dark")
    violations = {}
    for address in (of_postings(portal)[1], *MAIN[:2], *SET_UP):
        page.goto(f"{portal.base}{address}")
        violations[address] = violations_of(page)
    assert {address: found for address, found in violations.items() if found} == {}


def test_the_sign_in_page_is_as_good(portal: PortalProcess, window: Callable[..., Page]) -> None:
    page = window()
    page.goto(f"{portal.base}/admin/login/")
    assert violations_of(page) == []


def test_no_page_runs_out_of_a_narrow_window(
    portal: PortalProcess, window: Callable[..., Page], session: Callable[[str], dict]
) -> None:
    page = window(storage_state=session("admin"), viewport=PHONE)
    too_wide = {}
    for address in (*of_postings(portal), *MAIN, *OTHERS):
        answer = page.goto(f"{portal.base}{address}")
        assert answer is not None
        assert answer.status == 200, address
        too_wide[address] = beyond_the_window(page)
    assert {address: pixels for address, pixels in too_wide.items() if pixels > 0} == {}


def test_every_entry_of_the_menu_opens(
    portal: PortalProcess, window: Callable[..., Page], session: Callable[[str], dict]
) -> None:
    page = window(storage_state=session("operator"))
    page.goto(f"{portal.base}/admin/")
    links = page.locator("#nav-sidebar a[href^='/admin/']").evaluate_all("all => all.map(one => one.href)")
    assert len(links) > 5
    assert {link: page.request.get(link).status for link in links} == dict.fromkeys(links, 200)


LISTS = (
    "/admin/postings/posting/",
    "/admin/delivery/delivery/",
    "/admin/delivery/integrationstate/",
    "/admin/foundation/auditentry/",
)
CUT = """() => [...document.querySelectorAll(".result-list tbody :is(th, td)")]
    .filter(cell => cell.scrollHeight > cell.clientHeight + 2 || cell.scrollWidth > cell.clientWidth + 2)
    .map(cell => cell.dataset.label + ": " + cell.innerText)"""
HIDDEN_COLUMNS = """() => {
    const list = document.querySelector(".result-list"), frame = list.closest("[data-simplebar]");
    return Math.max(0, list.getBoundingClientRect().right - frame.getBoundingClientRect().right - 1);
}"""


@pytest.mark.parametrize("language", ["fr-FR", "de-DE"])
def test_a_list_shows_all_its_columns_at_a_desk_and_cuts_no_value_on_a_telephone(
    portal: PortalProcess, window: Callable[..., Page], session: Callable[[str], dict], language: str
) -> None:
    desk = window(storage_state=session("admin"), locale=language, viewport={"width": 1280, "height": 900})
    telephone = window(storage_state=session("admin"), locale=language, viewport=PHONE)
    hidden, cut = {}, {}
    for address in LISTS:
        desk.goto(f"{portal.base}{address}")
        hidden[address] = desk.evaluate(HIDDEN_COLUMNS)
        telephone.goto(f"{portal.base}{address}")
        cut[address] = telephone.evaluate(CUT)
    assert hidden == dict.fromkeys(LISTS, 0)
    assert cut == {address: [] for address in LISTS}


def test_on_paper_a_list_is_a_table_with_nothing_to_press(portal: PortalProcess, admin: Page) -> None:
    admin.set_viewport_size({"width": 718, "height": 1000})  # A4 between the browser's margins
    admin.emulate_media(media="print")
    admin.goto(f"{portal.base}/admin/postings/posting/")
    expect(admin.locator(".result-list thead th").last).to_be_visible()
    expect(admin.locator(".result-list tbody tr").last).to_have_css("display", "table-row")
    expect(admin.locator(".portal-button, .portal-tabs, #changelist-search").locator("visible=true")).to_have_count(0)
    assert beyond_the_window(admin) == 0
