"""The guide's set-up, bullet by bullet in its order: an admin in the portal, the sandbox as Sage Intacct.

What a bullet does in Sage Intacct the sandbox has as a setting; the test then asks whether the portal sees it.
"""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from lxml import etree

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.configuration.set_up import set_up
from apps.delivery.services.drain import drain
from apps.dimensions.services.delivered import load_dimensions
from apps.mapping.models import SmartEvent
from apps.options.models import Option, OptionCode
from apps.options.services.delivered import load_options
from apps.organisation.models import ChartOfAccounts, Company, Legislation, Site
from apps.organisation.services.delivered import load_organisation
from tests.conftest import ClientOf, Person
from tests.factories.documents import sales_shipment
from tests.factories.masterdata import AccountFactory, JournalFactory
from tests.factories.organisation import CompanyFactory
from tests.patience import PATIENCE
from tests.sandbox_process import SandboxProcess

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

OPTIONS = "/admin/options/option/"
SWITCH = f"{OPTIONS}sage_intacct/switch/"
CONFIGURATIONS = "/admin/configuration/intacctconfiguration/"
CHECKLIST = f"{CONFIGURATIONS}set-up/"
ENTITIES = "/admin/masterdata/entity/"


class Guide:
    """A person with the guide in hand: each method is one of its actions, done where the guide says."""

    def __init__(self, browser: Client, sandbox: SandboxProcess) -> None:
        self.browser = browser
        self.sandbox = sandbox

    def switch_on(self) -> None:
        self.browser.post(SWITCH, {"to": "on"})

    def create(self, **entered: Any) -> IntacctConfiguration:
        """Select Create, enter the API user, leave the rest as it is proposed; save."""
        form = self.browser.get(f"{CONFIGURATIONS}add/").context["adminform"].form
        proposed = {name: form[name].value() for name in form.fields}
        kept = {name: "on" if value is True else value for name, value in proposed.items() if value}
        rows = {f"{grid}-{n}_FORMS": "0" for grid in ("countries", "smart_events") for n in ("TOTAL", "INITIAL")}
        api_user = {
            "code": "LIVE",
            "endpoint_url": self.sandbox.endpoint,
            "company_id": "SANDBOX",
            "user_id": "xml_gateway",
            "user_password": "sandbox",
            "sender_password": "sandbox",
        }
        answer = self.browser.post(f"{CONFIGURATIONS}add/", {**kept, **rows, **api_user, **entered})
        assert answer.status_code == 302, answer.context["errors"]
        return IntacctConfiguration.objects.get(code="LIVE")

    def custom_package_file(self, configuration: IntacctConfiguration) -> bytes:
        answer = self.browser.get(f"{CONFIGURATIONS}{configuration.pk}/custom-package/")
        assert answer["Content-Disposition"].startswith("attachment")
        return bytes(answer.content)

    def ask_sage_intacct(self) -> dict[str, str]:
        """*Ask Sage Intacct now* on the guided set-up: what each step then is."""
        self.browser.post(f"{CHECKLIST}check/")
        return {status.step.key: status.finding.state.value for status in set_up().statuses}


@pytest.fixture
def guide(person: Person, client: Client, sandbox: SandboxProcess) -> Guide:
    """A tenant as it is delivered, and an Intacct company into which no package was imported."""
    load_options()
    load_organisation()
    load_dimensions()
    sandbox.set(custom_fields={})
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return Guide(client, sandbox)


class TestCreateAWebServicesUser:
    def test_open_company_admin_users_roles_and_groups_web_services_users(self, guide: Guide) -> None:
        page = guide.browser.get(CHECKLIST).text
        assert "Sage Intacct &gt; Company &gt; Admin &gt; Users, roles &amp; groups &gt; Web Services users" in page

    @pytest.mark.parametrize(
        "words",
        [
            "Select Add",
            "enter a user ID, last name, first name and email address for the alias",
            "Contact name: select an existing user",
            "User name: enter the contact name or something else like API alias",
            "User type: Business. Admin privileges: Full. Status: Active.",
            "Roles information: in the Role Name table, click anywhere in the first line and select Admin",
            "User entities: select the checkbox to Enable access to top-level. Save and exit.",
        ],
    )
    def test_what_only_a_person_can_do_there_is_on_the_page(self, guide: Guide, words: str) -> None:
        assert words in guide.browser.get(CHECKLIST).text

    def test_enter_a_user_id_and_save(self, guide: Guide) -> None:
        guide.switch_on()
        guide.create(user_id="nobody_yet")
        assert guide.ask_sage_intacct()["web_services_user"] == "to_do"
        guide.sandbox.set(user_id="nobody_yet")
        assert guide.ask_sage_intacct()["web_services_user"] == "done"

    def test_select_the_checkbox_to_enable_access_to_top_level(self, guide: Guide) -> None:
        guide.switch_on()
        guide.create()
        guide.sandbox.set(top_level_access=False)
        before = guide.ask_sage_intacct()
        assert (before["web_services_user"], before["top_level_access"]) == ("done", "to_do")
        guide.sandbox.set(top_level_access=True)
        assert guide.ask_sage_intacct()["top_level_access"] == "done"


class TestAuthoriseSageDistributionAndManufacturingOperations:
    @pytest.mark.parametrize(
        "words",
        [
            "Sage Intacct &gt; Company &gt; Admin &gt; Setup &gt; Security",
            "Select Edit and scroll down to the Web Services authorisation section.",
            "Enter the Sender ID: XT_mfg. Select Save.",
        ],
    )
    def test_open_security_select_edit_enter_the_sender_and_save(self, guide: Guide, words: str) -> None:
        assert words in guide.browser.get(CHECKLIST).text

    def test_enter_the_sender_id_xt_mfg(self, guide: Guide) -> None:
        guide.sandbox.set(authorised_senders=[])
        guide.switch_on()
        guide.create()
        assert guide.ask_sage_intacct()["sender"] == "to_do"
        assert "Web Services authorisation" in guide.browser.get(CHECKLIST).text
        guide.sandbox.set(authorised_senders=["XT_mfg"])
        assert guide.ask_sage_intacct()["sender"] == "done"


class TestActivateSageIntacctIntegration:
    def test_under_finance_integrations_turn_the_active_switch_to_on(self, guide: Guide) -> None:
        assert "Finance integrations" in guide.browser.get(OPTIONS).text
        assert not Option.objects.is_on(OptionCode.SAGE_INTACCT), "delivered off"
        guide.switch_on()
        assert Option.objects.is_on(OptionCode.SAGE_INTACCT)

    def test_select_configuration_page_to_continue(self, guide: Guide) -> None:
        assert f'<a href="{CONFIGURATIONS}">Configuration page</a>' in guide.browser.get(OPTIONS).text
        assert guide.browser.get(CONFIGURATIONS).status_code == 200

    @pytest.mark.parametrize("country", ["FR", "DE"])
    def test_turning_it_off_warns_for_a_french_or_german_company(self, guide: Guide, country: str) -> None:
        guide.switch_on()
        legislation = Legislation.objects.get(code=country)
        CompanyFactory(code="310", name="Northfield Europe", legislation=legislation, currency="EUR")
        warning = guide.browser.post(SWITCH, {"to": "off"}).text
        assert "deactivates AP/AR postings to the general ledger" in warning
        assert "310 Northfield Europe" in warning
        assert Option.objects.is_on(OptionCode.SAGE_INTACCT), "it is a warning: nothing is saved before the answer"


class TestConfigureTheIntegration:
    def test_select_create_a_new_setup_is_active_by_default(self, guide: Guide) -> None:
        assert f"{CONFIGURATIONS}add/" in guide.browser.get(CONFIGURATIONS).text
        assert guide.create().is_active

    def test_general_other_fields_populate_with_default_values(self, guide: Guide) -> None:
        form = guide.browser.get(f"{CONFIGURATIONS}add/").context["adminform"].form
        assert {name: form[name].value() for name in ("endpoint_url", "sender_id", "policy_id")} == {
            "endpoint_url": "https://api.intacct.com/ia/xml/xmlgw.phtml",
            "sender_id": "XT_mfg",
            "policy_id": "XT_mfg_async",
        }
        assert "The code you enter when you log in to Sage Intacct" in form["company_id"].help_text

    def test_defaults_select_a_legislation_and_the_chart_of_accounts(self, guide: Guide) -> None:
        chart = ChartOfAccounts.objects.get(code="FR_PCG")
        made = guide.create(legislation=chart.legislation_id, chart_of_accounts=chart.pk)
        assert made.chart_of_accounts == chart

    def test_defaults_top_level_is_the_default_value_of_the_transaction_integration_level(self, guide: Guide) -> None:
        assert guide.create().integration_level == IntegrationLevel.TOP

    def test_defaults_entity_level_is_for_multi_entity_general_accounting(self, guide: Guide) -> None:
        assert guide.create(integration_level="entity").integration_level == IntegrationLevel.ENTITY

    def test_custom_package_select_custom_package_file_to_download_and_save_it(self, guide: Guide) -> None:
        guide.switch_on()
        made = guide.create()
        assert guide.ask_sage_intacct()["custom_package"] == "to_do"
        assert etree.fromstring(guide.custom_package_file(made)).tag == "customErpPackage"
        assert guide.ask_sage_intacct()["custom_package"] == "done"

    def test_the_package_includes_the_objects_listed_in_the_smart_events_to_generate_grid(self, guide: Guide) -> None:
        made = guide.create()
        assert "Smart Events to generate" in guide.browser.get(f"{CONFIGURATIONS}{made.pk}/change/").text
        SmartEvent.objects.filter(object_name="GLJOURNAL").update(is_on=False)
        package = etree.fromstring(guide.custom_package_file(made))
        listed = set(SmartEvent.objects.filter(configuration=made, is_on=True).values_list("object_name", flat=True))
        financial = {"APTERM", "ARTERM", "GLACCOUNT", "LOCATIONENTITY", "TAXDETAIL"}
        analytical = {"DEPARTMENT", "CLASS", "PROJECT", "EMPLOYEE", "TASK"}
        assert listed == financial | analytical | {"ARINVOICE"}, "invoices: for what is paid on them"
        assert {link.findtext("ownerObject") for link in package.iter("smartLink")} == listed


class TestAddTheCustomPackageToSageIntacct:
    def test_browse_to_and_select_the_custom_package_file(self, guide: Guide) -> None:
        """The file has a name that a person finds again, and is what the import page of Sage Intacct takes."""
        guide.switch_on()
        made = guide.create()
        answer = guide.browser.get(f"{CONFIGURATIONS}{made.pk}/custom-package/")
        assert answer["Content-Disposition"].endswith('.xml"')
        words = "Browse to and select the Custom package file you downloaded"
        assert words in guide.browser.get(CHECKLIST).text
        guide.sandbox.import_package(bytes(answer.content))

    def test_import_the_file(self, guide: Guide) -> None:
        guide.switch_on()
        file = guide.custom_package_file(guide.create())
        assert guide.ask_sage_intacct()["import_package"] == "to_do"
        guide.sandbox.import_package(file)
        assert guide.ask_sage_intacct()["import_package"] == "done"


class TestBusinessEntities:
    def test_create_a_company_and_a_financial_site_with_the_same_entity_id(self, guide: Guide) -> None:
        guide.switch_on()
        guide.create()
        american = Legislation.objects.get(code="US")
        company = {"code": "100", "name": "Northfield Inc", "legislation": american.pk, "currency": "USD"}
        guide.browser.post("/admin/organisation/company/add/", {**company, "is_active": "on"})
        made = Company.objects.get(code="100")
        guide.browser.post(f"{ENTITIES}ask/")
        assert "Create the financial site" in guide.browser.get(ENTITIES).text

        site = {"code": "100", "name": "Northfield Inc", "company": made.pk, "is_financial": "on", "is_active": "on"}
        guide.browser.post("/admin/organisation/site/add/", site)
        assert Site.objects.get(code="100").company == made
        assert guide.ask_sage_intacct()["business_entities"] == "done"

    def test_a_company_with_another_id_is_not_ready(self, guide: Guide) -> None:
        guide.switch_on()
        guide.create()
        CompanyFactory(code="NORTH", legislation=Legislation.objects.get(code="US"))
        assert guide.ask_sage_intacct()["business_entities"] == "to_do"


def test_when_the_setup_is_complete_you_can_share_data_such_as_journal_entries(
    guide: Guide, company: Company, client_of: ClientOf
) -> None:
    guide.switch_on()
    made = guide.create()
    guide.sandbox.import_package(guide.custom_package_file(made))
    guide.browser.post(f"{CONFIGURATIONS}{made.pk}/audit-trail-update/")
    call_command("synchronise", "--all")
    guide.browser.post(f"{CHECKLIST}tax_settings/confirm/", {"done": "yes"})
    assert set(guide.ask_sage_intacct().values()) == {"done"}

    assert client_of(company).post("/api/v1/postings/", sales_shipment(), format="json").status_code == 201
    made.refresh_from_db()
    drain(connection=made, budget_seconds=PATIENCE)
    (entry,) = guide.sandbox.objects("GLBATCH")
    assert entry["DMO_POSTING_KEY"], "the field that the package brought carries the posting's key"


def test_it_is_recommended_to_post_all_transactions_before_changing_the_level(
    guide: Guide, company: Company, client_of: ClientOf
) -> None:
    guide.switch_on()
    made = guide.create()
    JournalFactory(symbol="IJ")
    AccountFactory(number="1300")
    AccountFactory(number="1210")
    rest = client_of(company)
    assert rest.post("/api/v1/postings/", sales_shipment(), format="json").status_code == 201
    address = f"{CONFIGURATIONS}{made.pk}/change/"
    form = guide.browser.get(address).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    kept = {name: "on" if value is True else value for name, value in shown.items() if value not in (None, False)}
    rows = {f"{grid}-{n}_FORMS": "0" for grid in ("countries", "smart_events") for n in ("TOTAL", "INITIAL")}
    page = guide.browser.post(address, {**kept, **rows, "integration_level": "entity"}).text
    assert "is not posted yet" in page
    assert "Post it first, or confirm below" in page
