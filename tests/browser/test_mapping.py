"""Guide, "GL account mapping", as a person does it: the error, the Mapping page, and the synchronisation after it."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.chromium import reload_until_visible
from tests.browser.portal_process import PortalProcess
from tests.patience import PATIENCE

pytestmark = pytest.mark.browser

RUNS = "/admin/synchronisation/synchronisationrun/"
MAPPING = "/admin/mapping/objectmapping/of/GLACCOUNT/"


def with_projects(portal: PortalProcess, there: bool) -> None:
    settings = {"settings": {"modules": {"projects": there}}}
    requests.post(f"{portal.sandbox}control/", json=settings, timeout=PATIENCE).raise_for_status()


@pytest.fixture
def without_the_project_module(portal: PortalProcess) -> Iterator[None]:
    with_projects(portal, there=False)
    yield
    with_projects(portal, there=True)


def test_without_the_project_module_is_required_project_is_deleted_from_the_fields_grid(
    portal: PortalProcess, admin: Page, without_the_project_module: None
) -> None:
    admin.goto(f"{portal.base}{RUNS}")
    admin.get_by_role("button", name="Accounts: everything").click()
    reload_until_visible(admin, "Synchronisation error")
    admin.get_by_role("link", name="Mapping of this object").click()
    for field, name in (("REQUIREPROJECT", "isRequiredProject"), ("REQUIRETASK", "isRequiredTask")):
        cell = admin.get_by_label(f"Sage DMO property of {field}")
        expect(cell).to_have_value(name)
        cell.fill("")
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.get_by_text("Saved. It applies from now on.")).to_be_visible()

    admin.goto(f"{portal.base}{RUNS}")
    admin.get_by_role("button", name="Accounts: everything").click()
    reload_until_visible(admin, "Finished")

    admin.goto(f"{portal.base}{MAPPING}")
    admin.get_by_role("button", name="Reset to delivered settings").click()
    expect(admin.get_by_text("REQUIREPROJECT: cleared → isRequiredProject")).to_be_visible()
    admin.get_by_role("button", name="Reset to delivered settings").click()
    expect(admin.get_by_label("Sage DMO property of REQUIREPROJECT")).to_have_value("isRequiredProject")


def test_a_tab_of_the_configuration_opens_when_only_the_fragment_changes(portal: PortalProcess, admin: Page) -> None:
    admin.goto(f"{portal.base}/admin/configuration/intacctconfiguration/1/change/")
    expect(admin.get_by_label("Company ID")).to_be_visible()
    admin.evaluate("location.hash = 'id_integration_level'")
    expect(admin.get_by_label("Transaction integration level").first).to_be_visible()


def test_the_integration_page_follows_a_record_without_being_loaded_again(portal: PortalProcess, admin: Page) -> None:
    """A change in the portal's own form, sent by a real worker to the sandbox gateway."""
    admin.goto(f"{portal.base}/admin/masterdata/item/add/")
    admin.locator("#id_code").fill("LIVE-1")
    admin.locator("#id_name").fill("A pump to follow")
    admin.get_by_role("button", name="Save", exact=True).click()
    admin.goto(f"{portal.base}/admin/delivery/integrationstate/?q=LIVE-1")
    row = admin.locator("#result_list tr", has_text="LIVE-1")
    expect(row).to_contain_text("Success", timeout=PATIENCE * 1000)
    there = requests.get(f"{portal.sandbox}control/objects/", params={"object": "ITEM"}, timeout=PATIENCE).json()
    assert "LIVE-1" in [one["ITEMID"] for one in there["results"]]
