"""An admin sets up the connection: the switch with its warning, the configuration's tabs, the guided set-up."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.chromium import reload_until_visible
from tests.browser.portal_process import PortalProcess
from tests.patience import PATIENCE

pytestmark = pytest.mark.browser

OPTIONS = "/admin/options/option/"
CONFIGURATION = "/admin/configuration/intacctconfiguration/"


def switch(page: Page) -> None:
    page.get_by_role("switch", name="Active: Sage Intacct").click()


def test_turning_sage_intacct_off_warns_names_the_companies_and_can_be_declined(
    portal: PortalProcess, admin: Page
) -> None:
    admin.goto(f"{portal.base}{OPTIONS}")
    expect(admin.get_by_role("heading", name="Finance integrations")).to_be_visible()
    switch(admin)
    warning = admin.get_by_role("alertdialog")
    expect(warning).to_contain_text("AP/AR postings to the general ledger")
    expect(warning).to_contain_text("300 Northfield Pompes et Vannes SAS")
    expect(warning).to_contain_text("400 Northfield Pumpen und Ventile GmbH")
    expect(warning).not_to_contain_text("100 Northfield")
    admin.get_by_role("button", name="No, leave it on").click()
    expect(admin.get_by_role("switch")).to_have_attribute("aria-checked", "true")
    expect(admin.get_by_text("left on after the warning").first).to_be_visible()


def test_off_is_said_everywhere_and_on_again_by_keyboard(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}{OPTIONS}")
    switch(admin)
    admin.get_by_role("button", name="Yes, turn it off").click()
    try:
        expect(admin.get_by_role("switch")).to_have_attribute("aria-checked", "false")
        expect(admin.get_by_text("turned off in Options management").first).to_be_visible()
        admin.goto(f"{portal.base}/admin/")
        expect(admin.get_by_text("Sage Intacct is turned off, so nothing is sent.")).to_be_visible()
        admin.goto(f"{portal.base}{OPTIONS}")
    finally:
        admin.get_by_role("switch").focus()
        admin.keyboard.press("Enter")
    expect(admin.get_by_role("switch")).to_have_attribute("aria-checked", "true")


def test_the_configuration_has_the_tabs_of_the_guide(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}{CONFIGURATION}")
    admin.get_by_role("link", name="SANDBOX", exact=True).first.click()
    expect(admin.get_by_label("Company ID")).to_have_value("SANDBOX")
    expect(admin.get_by_label("Sender ID")).to_have_value("XT_mfg")
    country, smart_event = admin.get_by_text("Defaults by country"), admin.get_by_text("Smart Events to generate").last
    expect(country).to_be_hidden()
    admin.get_by_role("tab", name="Defaults").click()
    expect(admin.get_by_label("Transaction integration level").first).to_be_visible()
    expect(admin.get_by_label("Chart of accounts")).to_be_visible()
    expect(country).to_be_visible()
    expect(smart_event).to_be_hidden()
    admin.keyboard.press("ArrowRight")
    expect(admin.get_by_role("tab", name="Custom package")).to_be_focused()
    expect(admin.get_by_role("link", name="Custom package file")).to_be_visible()
    expect(smart_event).to_be_visible()
    admin.reload()
    expect(smart_event, "the tab has an address").to_be_visible()


def test_a_set_up_is_created_as_the_guide_says(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}{CONFIGURATION}")
    admin.get_by_role("link", name="Create").first.click()
    admin.locator("#id_code").fill("SECOND")
    admin.get_by_label("Active").uncheck(force=True)  # the demo's is the one that is active
    admin.get_by_label("Company ID").fill("NORTHFIELD")
    admin.get_by_label("User ID").fill("api_alias")
    admin.locator("#id_user_password").fill("a word of the test")

    admin.get_by_role("tab", name="Defaults").click()
    chart = admin.get_by_label("Chart of accounts")
    expect(chart.get_by_role("option"), "no legislation, no charts").to_have_count(1)
    admin.get_by_label("Legislation").select_option(label="FR France")
    expect(chart.get_by_role("option").filter(has_text="FR_")).not_to_have_count(0)
    expect(chart.get_by_role("option").filter(has_text="DE_")).to_have_count(0)
    chart.select_option(label=chart.get_by_role("option").filter(has_text="FR_").first.inner_text())
    admin.get_by_role("link", name="Add another Country").click()
    admin.locator("#id_countries-0-country").fill("FR")
    admin.locator("#id_countries-0-integration_level").select_option(label="Entity level")
    admin.get_by_role("tab", name="Custom package").click()
    expect(admin.get_by_text("Save the configuration first")).to_be_visible()

    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.get_by_role("link", name="Custom package file"), "on to its tab").to_be_visible()
    admin.get_by_role("tab", name="Defaults").click()
    expect(admin.locator("#id_countries-0-country")).to_have_value("FR")
    expect(chart.locator("option:checked")).to_contain_text("FR_")


def test_a_companys_chart_is_one_of_its_legislation(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}/admin/organisation/company/")
    admin.get_by_role("link", name="300", exact=True).click()
    chart = admin.get_by_label("Chart of accounts")
    expect(chart.locator("option:checked")).to_contain_text("FR_")
    expect(chart.get_by_role("option").filter(has_text="DE_")).to_have_count(0)


def test_a_link_of_the_guided_set_up_leads_into_the_tab(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}{CONFIGURATION}set-up/")
    step = admin.locator("section, li, article", has=admin.get_by_role("heading", name="Download the custom package"))
    step.get_by_role("link", name="Go there").last.click()
    expect(admin.get_by_role("tab", name="Custom package")).to_have_attribute("aria-selected", "true")
    expect(admin.get_by_role("link", name="Custom package file")).to_be_visible()


def test_what_is_wrong_is_shown_in_the_tab_where_it_is(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}{CONFIGURATION}")
    admin.get_by_role("link", name="SANDBOX", exact=True).first.click()
    admin.get_by_role("tab", name="Delivery").click()
    admin.get_by_label("Call deadline (seconds)").fill("")
    admin.get_by_role("tab", name="General").click()
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.get_by_role("tab", name="Delivery")).to_have_attribute("aria-selected", "true")


def test_the_asynchronous_test_is_answered_at_the_callback_address(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}{CONFIGURATION}")
    admin.get_by_role("link", name="SANDBOX", exact=True).first.click()
    admin.get_by_role("button", name="New callback secret").click()
    message = admin.get_by_text("The new callback secret, shown this once").inner_text()
    found = re.search(r"once: (\S+)\.", message)
    assert found
    policy = {"url": f"{portal.base}/intacct/async/SANDBOX/", "user": "SANDBOX", "password": found[1]}
    document = {"settings": {"policies": {"XT_mfg_async": policy}}}
    requests.post(f"{portal.sandbox}control/", json=document, timeout=PATIENCE).raise_for_status()
    try:
        admin.get_by_role("button", name="Test asynchronously").click()
        reload_until_visible(admin, "Sage Intacct answered: 4 entities.")
    finally:
        portal.disarm()


def test_the_guided_set_up_shows_what_is_done_and_what_is_left(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}{CONFIGURATION}set-up/")
    admin.get_by_role("button", name="Ask Sage Intacct").click()
    expect(admin.locator("#step-web_services_user")).to_contain_text("Done")
    expect(admin.locator("#step-business_entities")).to_contain_text("Done")
    review = admin.locator("#step-tax_settings")
    expect(review).to_contain_text("To do")
    review.get_by_role("button", name="I have done this").click()
    expect(admin.locator("#step-tax_settings")).to_contain_text("admin said so")
