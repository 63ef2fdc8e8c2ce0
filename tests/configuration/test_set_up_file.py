"""The whole set-up as one file: without secrets, looked at first, taken all or not at all, twice is once."""

import hashlib
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from apps.access.roles import Role
from apps.configuration.models import CountryDefault, IntacctConfiguration
from apps.configuration.services.set_up_file import export_set_up
from apps.dimensions.models import DefaultDimension
from apps.foundation.models import AuditEntry
from apps.mapping.models import FieldMapping, ObjectMapping, SmartEvent
from apps.mapping.services.custom_package import ensure_smart_events
from apps.mapping.services.object_mapping import ensure_object_mappings
from apps.masterdata.models import Account
from apps.options.models import Option
from apps.organisation.models import Company, Site, TaxSolution
from apps.organisation.services.delivered import load_organisation
from apps.postings.models import JournalEntryType, JournalEntryTypeLine, PostingClass, PostingClassAssignment
from tests.conftest import Person
from tests.factories.dimensions import CompanyRequirementFactory, DefaultDimensionFactory, DimensionTypeFactory
from tests.factories.documents import sales_invoice
from tests.factories.posting_classes import PostingClassAssignmentFactory, give_accounts

PAGE = "/admin/configuration/intacctconfiguration/set-up/file/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant(company: Company, configuration: IntacctConfiguration) -> IntacctConfiguration:
    """A set-up with something of everything that is carried."""
    load_organisation()
    IntacctConfiguration.objects.update(
        user_password="SECRET-OF-THE-USER", sender_password="SECRET-OF-THE-SENDER", policy_id="ours"
    )
    CountryDefault.objects.create(
        configuration=configuration, country="FR", tax_solution=TaxSolution.objects.filter(country="FR").first()
    )
    ensure_smart_events(configuration=configuration)
    SmartEvent.objects.filter(object_name="GLJOURNAL").update(is_on=False)
    ensure_object_mappings()
    DimensionTypeFactory()
    DefaultDimensionFactory(dimension_type_id="department")
    CompanyRequirementFactory(company=company, attribute_type_id="project", is_required=False)
    ObjectMapping.objects.filter(object_name="GLJOURNAL").update(direction="not")
    accounts = ObjectMapping.objects.get(object_name="GLACCOUNT")
    accounts.fields.create(field="REQUIREPROJECT", kind="cleared")
    JournalEntryType.objects.filter(document_type="sales_shipment").update(journal="OWN")
    JournalEntryType.objects.get(document_type="stock_count", legislation__code="US").lines.first().delete()
    give_accounts(company)
    PostingClassAssignmentFactory(class_type="item", key="ITEM-1")
    return IntacctConfiguration.objects.get()


@pytest.fixture
def admin(person: Person) -> Client:
    client = Client()
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def exported() -> dict[str, Any]:
    return dict(json.loads(export_set_up(actor="test")))


def changed(change: Callable[[dict[str, Any]], None]) -> str:
    """An exported file in which somebody changed the sections, and put the checksum right."""
    document = exported()
    change(document["sections"])
    document["sha256"] = hashlib.sha256(json.dumps(document["sections"], sort_keys=True).encode()).hexdigest()
    return json.dumps(document)


def write(tmp_path: Path, text: str) -> str:
    file = tmp_path / "set-up.json"
    file.write_text(text)
    return str(file)


def empty() -> None:
    """Another tenant: nothing but what is delivered."""
    for model in (SmartEvent, CountryDefault, IntacctConfiguration, DefaultDimension):
        model.objects.all().delete()
    Site.objects.filter(financial_site__isnull=False).delete()
    Site.objects.all().delete()
    Company.objects.all().delete()
    JournalEntryType.objects.filter(document_type="sales_shipment").update(journal="SJ")
    PostingClassAssignment.objects.all().delete()
    PostingClass.objects.all().delete()
    JournalEntryTypeLine.objects.filter(entry_type__document_type="stock_receipt").delete()
    FieldMapping.objects.all().delete()
    ObjectMapping.objects.update(direction="inbound")


class TestTheFile:
    def test_it_holds_no_secret(self, tenant: IntacctConfiguration) -> None:
        text = export_set_up(actor="test")
        assert "SECRET" not in text
        assert tenant.callback_secret not in text
        assert "password" not in text

    def test_the_same_set_up_gives_the_same_file_but_for_its_time(self, tenant: IntacctConfiguration) -> None:
        first, second = exported(), exported()
        assert {**first, "exported_at": ""} == {**second, "exported_at": ""}

    def test_it_covers_every_part_of_the_set_up(self, tenant: IntacctConfiguration) -> None:
        sections = exported()["sections"]
        assert [name for name, rows in sections.items() if not rows] == ["tax_management"]
        assert {"options", "companies", "sites", "configurations", "countries", "smart_events"} <= set(sections)


class TestCarried:
    def test_into_another_tenant(self, tenant: IntacctConfiguration, tmp_path: Path) -> None:
        before = exported()["sections"]
        file = write(tmp_path, export_set_up(actor="test"))
        empty()

        call_command("import_set_up", file, "--yes", stdout=StringIO())

        assert exported()["sections"] == before
        taken = IntacctConfiguration.objects.get()
        assert (taken.is_active, taken.user_password, taken.sender_password) == (False, "", "")
        assert taken.callback_secret
        assert taken.callback_secret != tenant.callback_secret

    def test_a_mapping_that_could_not_work_is_not_taken(self, tenant: IntacctConfiguration, tmp_path: Path) -> None:
        FieldMapping.objects.create(
            mapping=ObjectMapping.objects.get(object_name="GLACCOUNT"), field="TITLE", kind="constant", value="x"
        )
        file = write(tmp_path, export_set_up(actor="test"))
        FieldMapping.objects.filter(field="TITLE").delete()
        with pytest.raises(CommandError, match="TITLE comes in"):
            call_command("import_set_up", file, "--yes", stdout=StringIO())
        assert not FieldMapping.objects.filter(field="TITLE").exists()

    def test_twice_is_once(self, tenant: IntacctConfiguration, tmp_path: Path) -> None:
        file = write(tmp_path, export_set_up(actor="test"))
        entries = AuditEntry.objects.count()
        out = StringIO()

        call_command("import_set_up", file, "--yes", stdout=out)

        assert "0 created, 0 changed" in out.getvalue()
        assert AuditEntry.objects.count() == entries + 1, "only that it was imported"

    def test_stored_passwords_and_the_active_configuration_stay(
        self, tenant: IntacctConfiguration, tmp_path: Path
    ) -> None:
        file = write(tmp_path, changed(lambda sections: sections["configurations"][0].update(policy_id="theirs")))

        call_command("import_set_up", file, "--yes", stdout=StringIO())

        now = IntacctConfiguration.objects.get()
        assert (now.policy_id, now.is_active, now.user_password) == ("theirs", True, "SECRET-OF-THE-USER")
        assert now.callback_secret == tenant.callback_secret
        entry = AuditEntry.objects.get(action="configuration_changed")
        assert entry.detail["changes"] == {"policy_id": {"old": "ours", "new": "theirs"}}

    def test_from_before_a_field_was_there_it_leaves_that_field_as_it_is(
        self, tenant: IntacctConfiguration, tmp_path: Path
    ) -> None:
        def from_before(sections: dict[str, Any]) -> None:
            (row,) = sections["configurations"]
            del row["nightly_days"]
            row["largest_concurrency"] = 3

        file = write(tmp_path, changed(from_before))
        IntacctConfiguration.objects.update(nightly_days=31)
        call_command("import_set_up", file, "--yes", stdout=StringIO())
        assert list(IntacctConfiguration.objects.values_list("largest_concurrency", "nightly_days")) == [(3, 31)]

    def test_no_switch_is_moved(self, tenant: IntacctConfiguration, tmp_path: Path) -> None:
        file = write(tmp_path, changed(lambda sections: sections["options"][0].update(is_active=False)))
        out = StringIO()

        call_command("import_set_up", file, "--yes", stdout=out)

        assert Option.objects.get().is_active
        assert "An import moves no switch" in out.getvalue()

    def test_accounts_come_from_intacct_first(self, tenant: IntacctConfiguration, tmp_path: Path) -> None:
        row = {"number": "9999", "tax_management": "tax_only"}
        file = write(tmp_path, changed(lambda sections: sections["tax_management"].append(row)))

        call_command("import_set_up", file, "--yes", stdout=StringIO())

        assert not Account.objects.filter(number="9999").exists()


REFUSED: list[tuple[str, Callable[[dict[str, Any]], None], str]] = [
    ("an unknown field", lambda s: s["companies"][0].update(colour="blue"), "Unknown: colour"),
    ("a missing field", lambda s: s["companies"][0].pop("name"), "Missing: name"),
    ("no row", lambda s: s["companies"].append("a company"), "This is not a row."),
    ("a nested value", lambda s: s["companies"][0].update(name={"a": 1}), "neither text"),
    ("an unknown reference", lambda s: s["companies"][0].update(legislation="XX"), "neither here nor in the file"),
    ("a wrong currency", lambda s: s["companies"][0].update(currency="XYZ"), "ISO 4217"),
    ("an address elsewhere", lambda s: s["configurations"][0].update(endpoint_url="https://evil.example/"), "may call"),
    ("an inner address", lambda s: s["configurations"][0].update(endpoint_url="https://10.0.0.1/"), "may call"),
    ("an unknown section", lambda s: s.update(coffee=[]), "no section 'coffee'"),
]


@pytest.mark.parametrize(("change", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_can_not_be_taken_is_refused_and_nothing_else_is_taken_either(
    tenant: IntacctConfiguration, tmp_path: Path, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    def also_rename(sections: dict[str, Any]) -> None:
        sections["sites"][0]["name"] = "Renamed"
        change(sections)

    file, said = write(tmp_path, changed(also_rename)), StringIO()
    before = exported()["sections"]

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("import_set_up", file, "--yes", stdout=StringIO(), stderr=said)

    assert words in said.getvalue()
    assert exported()["sections"] == before


def test_the_level_does_not_change_while_documents_wait(
    tenant: IntacctConfiguration, rest: Any, tmp_path: Path
) -> None:
    rest.post("/api/v1/postings/", sales_invoice())
    file = write(tmp_path, changed(lambda sections: sections["configurations"][0].update(integration_level="entity")))
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("import_set_up", file, "--yes", stdout=StringIO(), stderr=said)

    assert "1 documents are not posted" in said.getvalue()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a set-up"),
        ('{"format": "other"}', "not a set-up"),
        ('{"format": "dmo-intacct-set-up", "version": 2}', "version 2"),
        ('{"format": "dmo-intacct-set-up", "version": 1, "sections": []}', "no sections"),
        ('{"format": "dmo-intacct-set-up", "version": 1, "sections": {}, "sha256": "x"}', "checksum"),
        ("x" * 2_100_000, "larger than 2 MB"),
    ],
)
def test_what_is_no_set_up_file(tenant: IntacctConfiguration, tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("import_set_up", write(tmp_path, text), stdout=StringIO(), stderr=StringIO())


class TestTheCommand:
    def test_without_yes_it_shows_and_changes_nothing(self, tenant: IntacctConfiguration, tmp_path: Path) -> None:
        file = write(tmp_path, changed(lambda sections: sections["sites"][0].update(name="Renamed")))
        out = StringIO()
        with pytest.raises(CommandError, match="Run it again with --yes"):
            call_command("import_set_up", file, stdout=out)
        assert "changed  Site 100: name: Head office → Renamed" in out.getvalue()
        assert not Site.objects.filter(name="Renamed").exists()
        assert not AuditEntry.objects.filter(action="site_changed").exists()

    def test_where_there_is_nothing_to_change_it_ends_well(self, tenant: IntacctConfiguration, tmp_path: Path) -> None:
        out = StringIO()
        call_command("export_set_up", "-o", str(tmp_path / "file.json"), stderr=StringIO())
        call_command("import_set_up", str(tmp_path / "file.json"), "--json", stdout=out)
        assert json.loads(out.getvalue())["counts"]["changed"] == 0

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="can't be read"):
            call_command("import_set_up", str(tmp_path / "nothing.json"))


class TestThePage:
    def upload(self, client: Client, text: str) -> Any:
        return client.post(PAGE, {"file": SimpleUploadedFile("set-up.json", text.encode())})

    def test_export_is_a_download(self, admin: Client, tenant: IntacctConfiguration) -> None:
        answer = admin.get(f"{PAGE}export/")
        assert answer["Content-Disposition"] == 'attachment; filename="set-up.json"'
        assert answer.json()["sections"] == exported()["sections"]

    def test_a_file_is_looked_at_before_it_is_taken(self, admin: Client, tenant: IntacctConfiguration) -> None:
        page = self.upload(admin, changed(lambda sections: sections["sites"][0].update(name="Renamed")))
        assert "Head office → Renamed" in page.text
        assert not Site.objects.filter(name="Renamed").exists()

        taken = admin.post(f"{PAGE}import/", {"signed": page.context["signed"]}, follow=True)
        assert "0 created, 1 changed" in taken.text
        assert Site.objects.filter(name="Renamed").exists()
        assert AuditEntry.objects.get(action="set_up_imported").actor == "integration_admin"

    def test_only_what_was_looked_at_is_taken(self, admin: Client, tenant: IntacctConfiguration) -> None:
        answer = admin.post(f"{PAGE}import/", {"signed": "forged"}, follow=True)
        assert "Nothing was changed" in answer.text
        assert not AuditEntry.objects.filter(action="set_up_imported").exists()

    def test_what_is_no_set_up_is_said_beside_the_field(self, admin: Client, tenant: IntacctConfiguration) -> None:
        assert "The file is not JSON." in self.upload(admin, "no json").text

    def test_an_auditor_may_export_and_not_import(self, person: Person, tenant: IntacctConfiguration) -> None:
        auditor = Client()
        auditor.force_login(person(Role.AUDITOR))
        assert auditor.get(f"{PAGE}export/").status_code == 200
        assert 'type="file"' not in auditor.get(PAGE).text
        assert self.upload(auditor, export_set_up(actor="test")).status_code == 403
        assert auditor.post(f"{PAGE}import/", {"signed": "x"}).status_code == 403

    def test_an_operator_sees_none_of_it(self, person: Person, tenant: IntacctConfiguration) -> None:
        operator = Client()
        operator.force_login(person(Role.OPERATOR))
        assert operator.get(PAGE).status_code == 403
        assert operator.get(f"{PAGE}export/").status_code == 403
