"""Guide, "Configure the integration" step 5 and "Add the custom package to Sage Intacct"."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from lxml import etree

from apps.access.roles import Role
from apps.configuration.models import IntacctConfiguration
from apps.configuration.services.callback_secret import renew
from apps.configuration.services.connection_test import test_connection as check_connection
from apps.foundation.models import AuditEntry
from apps.mapping.models import PackageVersion, SmartEvent
from apps.mapping.package_state import PackageStanding, package_state
from apps.mapping.services.custom_package import ensure_smart_events, make_package
from apps.organisation.models import Company
from tests.conftest import Person
from tests.sandbox_process import SandboxProcess

OTHERS = (
    "APTERM", "ARTERM", "LOCATIONENTITY", "TAXDETAIL", "DEPARTMENT", "CLASS", "PROJECT", "EMPLOYEE", "TASK",
)  # fmt: skip
SCHEMA = Path(__file__).resolve().parents[2] / "apps" / "sandbox" / "schema" / "CustomERPPackage.xsd"
pytestmark = pytest.mark.django_db


def page(configuration: IntacctConfiguration) -> str:
    return f"/admin/configuration/intacctconfiguration/{configuration.pk}/"


def made(configuration: IntacctConfiguration) -> etree._Element:
    return etree.fromstring(make_package(configuration=configuration, actor="test").content)


def links(package: etree._Element) -> set[str]:
    return {one.findtext("smartLinkId") or "" for one in package.iter("smartLink")}


@pytest.fixture
def admin(person: Person) -> Client:
    client = Client()
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


class TestTheFile:
    def test_it_is_valid_under_the_schema_of_custom_packages(self, configuration: IntacctConfiguration) -> None:
        schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
        schema.assertValid(made(configuration))

    def test_posted_objects_get_the_field_that_carries_the_posting_key(
        self, configuration: IntacctConfiguration
    ) -> None:
        fields = {
            (one.findtext("ownerObject"), one.findtext("customFieldId"), one.findtext("type"))
            for one in made(configuration).iter("customField")
        }
        assert fields == {(name, "DMO_POSTING_KEY", "text") for name in ("GLBATCH", "APBILL", "ARINVOICE")}

    def test_smart_events_post_to_this_portal_with_the_secret_and_name_the_record(
        self, configuration: IntacctConfiguration
    ) -> None:
        package = made(configuration)
        link = next(one for one in package.iter("smartLink") if one.findtext("smartLinkId") == "DMO_GLACCOUNT_SET")
        assert link.findtext("type") == "workflow"
        assert link.findtext("target", "").endswith("/intacct/events/SANDBOX/")
        arguments = {one.findtext("argument"): one.findtext("value") for one in link.iterfind(".//arguments/argument")}
        assert arguments == {
            "object": "GLACCOUNT",
            "event": "set",
            "recordno": "{!GLACCOUNT.RECORDNO!}",
            "id": "{!GLACCOUNT.ACCOUNTNO!}",
            "token": configuration.callback_secret,
        }

    def test_the_grid_says_which_smart_events_are_in_it(self, configuration: IntacctConfiguration) -> None:
        ensure_smart_events(configuration=configuration)
        SmartEvent.objects.filter(object_name="GLJOURNAL").update(is_on=False)
        SmartEvent.objects.filter(object_name="GLACCOUNT").update(on_delete=False)
        assert links(made(configuration)) == {
            *(f"DMO_GLACCOUNT_{event}" for event in ("ADD", "SET")),
            *(f"DMO_ARINVOICE_{event}" for event in ("SET", "DELETE")),
            *(f"DMO_{name}_{event}" for name in OTHERS for event in ("ADD", "SET", "DELETE")),
        }

    def test_without_any_smart_event_it_has_no_empty_section(self, configuration: IntacctConfiguration) -> None:
        ensure_smart_events(configuration=configuration)
        SmartEvent.objects.update(is_on=False)
        package = made(configuration)
        assert package.find("smartLinks") is None
        etree.XMLSchema(etree.parse(str(SCHEMA))).assertValid(package)

    def test_the_same_set_up_gives_the_same_bytes_and_version(self, configuration: IntacctConfiguration) -> None:
        first = make_package(configuration=configuration, actor="one")
        second = make_package(configuration=configuration, actor="two")
        assert (first.content, first.version) == (second.content, second.version)
        assert PackageVersion.objects.count() == 1

    def test_another_set_up_is_another_version_and_going_back_is_the_first_again(
        self, configuration: IntacctConfiguration
    ) -> None:
        ensure_smart_events(configuration=configuration)
        first = make_package(configuration=configuration, actor="test")
        SmartEvent.objects.filter(object_name="GLJOURNAL").update(is_on=False)
        assert make_package(configuration=configuration, actor="test").version == 2
        SmartEvent.objects.filter(object_name="GLJOURNAL").update(is_on=True)
        assert make_package(configuration=configuration, actor="test") == first


class TestTheTab:
    def test_custom_package_file_is_a_download(self, admin: Client, configuration: IntacctConfiguration) -> None:
        shown = admin.get(f"{page(configuration)}change/").text
        assert "Smart Events to generate" in shown
        assert f'href="{page(configuration)}custom-package/"' in shown

        answer = admin.get(f"{page(configuration)}custom-package/")
        assert answer["Content-Disposition"] == 'attachment; filename="sandbox-custom-package-1.xml"'
        assert "no-store" in answer["Cache-Control"]
        assert etree.fromstring(answer.content).tag == "customErpPackage"

    def test_the_download_is_in_the_history_without_the_secret(
        self, admin: Client, configuration: IntacctConfiguration
    ) -> None:
        admin.get(f"{page(configuration)}custom-package/")
        (entry,) = AuditEntry.objects.filter(action="custom_package_downloaded")
        assert entry.detail["version"] == 1
        assert configuration.callback_secret not in json.dumps(entry.detail)

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR])
    def test_who_may_not_change_the_configuration_does_not_get_the_secret_in_it(
        self, person: Person, configuration: IntacctConfiguration, role: Role
    ) -> None:
        client = Client()
        client.force_login(person(role))
        assert client.get(f"{page(configuration)}custom-package/").status_code == 403
        assert configuration.callback_secret not in client.get(f"{page(configuration)}change/").text

    def test_the_grid_is_saved_and_a_row_that_is_on_has_an_event(
        self, admin: Client, configuration: IntacctConfiguration
    ) -> None:
        context = admin.get(f"{page(configuration)}change/").context
        form = context["adminform"].form
        values = {name: form[name].value() for name in form.fields}
        sent = {name: "on" if value is True else value for name, value in values.items() if value not in (None, False)}
        for inline in context["inline_admin_formsets"]:
            formset = inline.formset
            rows = [*formset.initial_forms]
            sent |= {f"{formset.prefix}-TOTAL_FORMS": str(len(rows)), f"{formset.prefix}-INITIAL_FORMS": str(len(rows))}
            for row in rows:
                sent[f"{row.prefix}-id"] = str(row.instance.pk)
                sent[f"{row.prefix}-configuration"] = str(configuration.pk)
                if row.instance.object_name == "GLACCOUNT":
                    sent[f"{row.prefix}-is_on"] = "on"

        refused = admin.post(f"{page(configuration)}change/", sent)
        assert "Choose at least one event, or turn the object off." in refused.text

        (row,) = [name for name in sent if name.endswith("-is_on")]
        answer = admin.post(f"{page(configuration)}change/", {**sent, row.replace("is_on", "on_set"): "on"})
        assert answer.status_code == 302
        assert links(made(configuration)) == {"DMO_GLACCOUNT_SET"}


class TestTheCommand:
    def test_it_writes_the_active_configurations_package_to_standard_output(
        self, configuration: IntacctConfiguration
    ) -> None:
        out = StringIO()
        call_command("custom_package", stdout=out)
        assert out.getvalue().encode() == make_package(configuration=configuration, actor="test").content

    def test_it_writes_a_file(self, configuration: IntacctConfiguration, tmp_path: Path) -> None:
        call_command("custom_package", "SANDBOX", "-o", str(tmp_path / "package.xml"), stderr=StringIO())
        assert etree.parse(str(tmp_path / "package.xml")).getroot().tag == "customErpPackage"

    def test_it_says_what_is_not_there(self, configuration: IntacctConfiguration, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="no configuration 'OTHER'"):
            call_command("custom_package", "OTHER")
        with pytest.raises(CommandError, match="can't be written"):
            call_command("custom_package", "-o", str(tmp_path / "nowhere" / "package.xml"))


class TestWhatIsImported:
    def standing(self, configuration: IntacctConfiguration) -> PackageStanding:
        return package_state(configuration).standing

    def test_the_whole_way(self, connection: IntacctConfiguration, company: Company, sandbox: SandboxProcess) -> None:
        sandbox.set(custom_fields={})
        assert self.standing(connection) == PackageStanding.NOT_DOWNLOADED
        package = make_package(configuration=connection, actor="test")
        assert self.standing(connection) == PackageStanding.NOT_ASKED
        check_connection(configuration=connection, actor="test")
        assert self.standing(connection) == PackageStanding.NOT_IMPORTED
        assert connection.uses_marker_field is False

        sandbox.import_package(package.content)
        test = check_connection(configuration=connection, actor="test")
        assert self.standing(connection) == PackageStanding.CURRENT
        assert {step.code: step.result for step in test.steps}["custom_package"] == "passed"
        assert connection.uses_marker_field is True, "the package brought the field"

        ensure_smart_events(configuration=connection)
        SmartEvent.objects.filter(object_name="GLJOURNAL").update(is_on=False)
        state = package_state(connection)
        assert (state.standing, state.words) == (
            PackageStanding.OUT_OF_DATE,
            "What you imported is out of date.",
        )
        sandbox.import_package(make_package(configuration=connection, actor="test").content)
        check_connection(configuration=connection, actor="test")
        assert self.standing(connection) == PackageStanding.CURRENT

    def test_a_new_callback_secret_makes_it_out_of_date(
        self, connection: IntacctConfiguration, company: Company, sandbox: SandboxProcess
    ) -> None:
        sandbox.import_package(make_package(configuration=connection, actor="test").content)
        check_connection(configuration=connection, actor="test")
        renew(configuration=connection, actor="test")
        assert self.standing(connection) == PackageStanding.OUT_OF_DATE

    def test_the_guided_set_up_is_green_only_when_it_is_imported_and_current(
        self, admin: Client, connection: IntacctConfiguration, company: Company, sandbox: SandboxProcess
    ) -> None:
        def states() -> tuple[str, str]:
            statuses = admin.get("/admin/configuration/intacctconfiguration/set-up/").context["set_up"].statuses
            found = {one.step.key: one.finding.state.value for one in statuses}
            return found["custom_package"], found["import_package"]

        assert states() == ("to_do", "to_do")
        package = admin.get(f"{page(connection)}custom-package/").content
        assert states() == ("done", "not_known")
        sandbox.import_package(package)
        admin.post("/admin/configuration/intacctconfiguration/set-up/check/")
        assert states() == ("done", "done")
