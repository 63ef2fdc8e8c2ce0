"""From the *Custom package* tab into Sage Intacct, and a Smart Event back: the guide's last two steps of the set-up."""

from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.chromium import reload_until_visible
from tests.browser.portal_process import PortalProcess
from tests.patience import PATIENCE

pytestmark = pytest.mark.browser

CONFIGURATION = "/admin/configuration/intacctconfiguration/"
RENAME = (
    "<request><control><senderid>XT_mfg</senderid><password>sandbox</password><controlid>rename</controlid>"
    "<uniqueid>false</uniqueid><dtdversion>3.0</dtdversion></control><operation><authentication><login>"
    "<userid>xml_gateway</userid><companyid>SANDBOX</companyid><password>sandbox</password></login></authentication>"
    "<content><function controlid='rename'><update><GLACCOUNT><ACCOUNTNO>4000</ACCOUNTNO>"
    "<TITLE>Sales, as renamed in Sage Intacct</TITLE></GLACCOUNT></update></function></content></operation></request>"
)


def open_configuration(portal: PortalProcess, page: Page) -> None:
    page.goto(f"{portal.base}{CONFIGURATION}")
    page.get_by_role("link", name="SANDBOX", exact=True).first.click()


def test_downloaded_imported_and_a_change_in_sage_intacct_arrives_by_itself(
    portal: PortalProcess, admin: Page, tmp_path: Path
) -> None:
    open_configuration(portal, admin)
    admin.get_by_role("tab", name="Custom package").click()
    expect(admin.get_by_role("heading", name="Smart Events to generate")).to_be_visible()
    with admin.expect_download() as download:
        admin.get_by_role("link", name="Custom package file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "sandbox-custom-package-1.xml"

    admin.get_by_role("link", name="Import Customisation Package").click()
    admin.get_by_label("Customisation package (XML)").set_input_files(file)
    admin.get_by_role("button", name="Import", exact=True).click()
    expect(admin.get_by_text("Imported: Sage DMO integration SANDBOX.")).to_be_visible()

    admin.goto(f"{portal.base}{CONFIGURATION}set-up/")
    admin.get_by_role("button", name="Ask Sage Intacct").click()
    expect(admin.locator("#step-import_package")).to_contain_text("Sage Intacct has the custom package as it is now.")

    answer = requests.post(f"{portal.sandbox}ia/xml/xmlgw.phtml", data=RENAME.encode(), timeout=PATIENCE)
    assert "<status>failure</status>" not in answer.text, answer.text
    admin.goto(f"{portal.base}/admin/synchronisation/incomingevent/")
    reload_until_visible(admin, "Read, and kept as it is in Sage Intacct.")
    admin.goto(f"{portal.base}/admin/masterdata/account/?q=4000")
    expect(admin.get_by_text("Sales, as renamed in Sage Intacct")).to_be_visible()

    # What is imported is compared with what the package would be now.
    open_configuration(portal, admin)
    admin.get_by_role("tab", name="Custom package").click()
    admin.get_by_label("Journals (GLJOURNAL): On").uncheck(force=True)
    admin.get_by_role("button", name="Save and continue editing").click()
    expect(admin.get_by_text("What you imported is out of date.")).to_be_visible()
