"""Guide, "Attributes and dimensions": types that are delivered, types that a company defines, and switching them."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from rest_framework.test import APIClient

from apps.access.roles import Role
from apps.dimensions.models import SLOTS, AttributeType, CompanyRequirement, DimensionType
from apps.dimensions.services.delivered import load_dimensions
from apps.dimensions.services.types import IntacctDimension, take_discovered
from apps.foundation.audit import AuditEntry
from apps.mapping.services.object_mapping import ensure_object_mappings
from apps.masterdata.models import Account
from apps.organisation.models import Company
from tests.factories.dimensions import (
    AttributeFactory,
    CompanyRequirementFactory,
    DimensionFactory,
    DimensionTypeFactory,
)
from tests.factories.documents import purchase_invoice

pytestmark = pytest.mark.django_db

ATTRIBUTE_TYPES = "/admin/dimensions/attributetype/"
DIMENSION_TYPES = "/admin/dimensions/dimensiontype/"


@pytest.fixture
def admin(person: Callable[[Role], User], client: Client) -> Client:
    load_dimensions()
    client.force_login(person(Role.INTEGRATION_ADMIN))
    return client


def test_what_is_delivered(db: None) -> None:
    assert {name: report.created for name, report in load_dimensions().items()} == {
        "attribute types": 10,
        "dimension types": 2,
    }
    assert AttributeType.objects.get(code="task").restricted_to_id == "project"
    types = {one.code: (one.slot, one.intacct_object, one.is_locked) for one in DimensionType.objects.all()}
    assert types == {"department": (1, "DEPARTMENT", True), "channel": (2, "CLASS", True)}


def test_a_load_never_activates_what_an_admin_deactivated(db: None) -> None:
    load_dimensions()
    AttributeType.objects.filter(code="item").update(is_active=False)
    load_dimensions()
    assert not AttributeType.objects.get(code="item").is_active


class TestDeactivating:
    def test_what_it_means_is_shown_first(self, admin: Client, rest: APIClient, company: Company) -> None:
        document = purchase_invoice()
        document["lines"][0]["attributes"] = {"project": "PRJ-1"}
        assert rest.post("/api/v1/postings/", document).status_code == 201
        Account.objects.filter(number="6000").update(is_required_project=True)
        CompanyRequirementFactory(company=company, attribute_type_id="project")

        page = admin.post(f"{ATTRIBUTE_TYPES}project/switch/").text

        assert "not posted yet: 1, documents: 1. They are sent without it." in page
        assert "Accounts that require it: 1." in page
        assert "Required of every line of: 100" in page
        assert AttributeType.objects.get(code="project").is_active

        admin.post(f"{ATTRIBUTE_TYPES}project/switch/", {"confirmed": "yes"})

        assert not AttributeType.objects.get(code="project").is_active
        assert AuditEntry.objects.filter(action="attribute_type_changed", subject_id="project").count() == 1

    def test_a_user_defined_dimension(self, admin: Client, company: Company) -> None:
        DimensionTypeFactory()
        Account.objects.filter(number="6000").update(required_dimensions=["line_of_business"])
        assert "Accounts that require it: 1." in admin.post(f"{DIMENSION_TYPES}line_of_business/switch/").text

    def test_it_is_activated_at_once(self, admin: Client) -> None:
        AttributeType.objects.filter(code="item").update(is_active=False)
        admin.post(f"{ATTRIBUTE_TYPES}item/switch/")
        assert AttributeType.objects.get(code="item").is_active

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
    def test_only_an_admin_may(self, person: Callable[[Role], User], client: Client, role: Role) -> None:
        load_dimensions()
        client.force_login(person(role))
        assert client.post(f"{ATTRIBUTE_TYPES}item/switch/", {"confirmed": "yes"}).status_code == 403
        assert AttributeType.objects.get(code="item").is_active

    @pytest.mark.parametrize("code", ["department", "channel"])
    def test_department_and_channel_are_locked(self, admin: Client, code: str) -> None:
        assert admin.post(f"{DIMENSION_TYPES}{code}/switch/", {"confirmed": "yes"}).status_code in (302, 403)
        admin.post(f"{DIMENSION_TYPES}{code}/change/", {"code": code, "name": "Other", "slot": 9})
        admin.post(f"{DIMENSION_TYPES}{code}/delete/", {"post": "yes"})
        kept = DimensionType.objects.get(code=code)
        assert (kept.is_active, kept.name != "Other") == (True, True)
        with pytest.raises(IntegrityError), transaction.atomic():
            DimensionType.objects.filter(code=code).update(is_active=False)


class TestDefining:
    def test_a_type_takes_the_lowest_free_slot(self, admin: Client) -> None:
        assert 'value="3"' in admin.get(f"{DIMENSION_TYPES}add/").text
        values = {"code": "colour", "name": "Colour", "slot": "3", "intacct_object": "COLOUR"}
        admin.post(f"{DIMENSION_TYPES}add/", values)
        made = DimensionType.objects.get(code="colour")
        assert (made.slot, made.is_sent, made.is_user_defined) == (3, True, True)

    def test_the_twenty_first_is_allowed_with_a_warning_and_never_sent(self, admin: Client) -> None:
        for slot in range(3, SLOTS + 1):
            DimensionTypeFactory(code=f"type_{slot}", slot=slot)
        values = {"code": "one_more", "name": "One more", "slot": "", "intacct_object": "ONE_MORE"}
        page = admin.post(f"{DIMENSION_TYPES}add/", values, follow=True).text
        assert "no predefined integration" in page
        assert not DimensionType.objects.get(code="one_more").is_sent

    @pytest.mark.parametrize("slot", [0, 21])
    def test_there_are_twenty_slots(self, db: None, slot: int) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            DimensionTypeFactory(slot=slot)

    def test_one_type_for_a_slot_and_for_an_object(self, db: None) -> None:
        DimensionTypeFactory()
        for other in ({"slot": 3, "intacct_object": "X"}, {"slot": 4, "intacct_object": "LINE_OF_BUSINESS"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                DimensionTypeFactory(code="other", **other)

    def test_one_with_values_is_not_deleted(self, db: None) -> None:
        type_ = DimensionTypeFactory()
        DimensionFactory(type_id=type_.code, code="1")
        with pytest.raises(ProtectedError):
            type_.delete()

    def test_a_task_names_its_project_and_a_project_none(self, db: None) -> None:
        load_dimensions()
        for type_id, project in (("task", ""), ("project", "PRJ-1"), ("item", "")):
            with pytest.raises(IntegrityError), transaction.atomic():
                AttributeFactory(type_id=type_id, project=project, code="X")


class TestLinking:
    """Which dimension of Sage Intacct a type stands for."""

    def add(self, admin: Client, object_name: str) -> str:
        values = {"code": "one", "name": "One", "slot": "3", "intacct_object": object_name}
        return str(admin.post(f"{DIMENSION_TYPES}add/", values, follow=True).text)

    @pytest.mark.parametrize("object_name", ["PROJECT", "CUSTOMER", "LOCATIONENTITY"])
    def test_what_lines_carry_as_an_attribute_is_refused(self, admin: Client, object_name: str) -> None:
        assert "Lines carry this dimension as an attribute" in self.add(admin, object_name)
        assert not DimensionType.objects.filter(code="one").exists()

    def test_a_location_is_no_user_defined_dimension(self, admin: Client) -> None:
        self.add(admin, "LOCATION")
        made = DimensionType.objects.get(code="one")
        assert (made.is_sent, made.is_own, made.is_user_defined) == (True, True, False)

    def test_one_without_a_link_is_not_sent_until_it_has_one(self, admin: Client) -> None:
        assert "linked to no dimension" in self.add(admin, "")
        values = {"code": "one", "name": "One", "slot": "3", "intacct_object": "COLOUR"}
        admin.post(f"{DIMENSION_TYPES}one/change/", values)
        assert DimensionType.objects.get(code="one").is_sent
        admin.post(f"{DIMENSION_TYPES}one/change/", {**values, "intacct_object": "OTHER"})
        assert DimensionType.objects.get(code="one").intacct_object == "COLOUR", "its values are those records"

    def test_a_linked_one_is_deactivated_not_deleted(self, admin: Client) -> None:
        self.add(admin, "COLOUR")
        admin.post(f"{DIMENSION_TYPES}one/delete/", {"post": "yes"})
        admin.post(f"{DIMENSION_TYPES}one/switch/", {"confirmed": "yes"})
        assert not DimensionType.objects.get(code="one").is_active
        ensure_object_mappings()
        assert admin.get("/admin/mapping/objectmapping/").status_code == 200


class TestRequirementsOfACompany:
    PAGE = "/admin/dimensions/companyrequirement/"

    def test_one_type_each(self, admin: Client, company: Company) -> None:
        values = {"company": company.pk, "dimension_type": "department", "attribute_type": "item", "is_required": "on"}
        assert "not both" in admin.post(f"{self.PAGE}add/", values).text
        admin.post(f"{self.PAGE}add/", {**values, "attribute_type": ""})
        assert CompanyRequirement.objects.get().dimension_type_id == "department"
        (entry,) = AuditEntry.objects.filter(subject_type="company_requirement")
        assert (entry.action, entry.company) == ("company_requirement_created", "100")

    def test_an_inactive_type_can_not_be_required(self, admin: Client, company: Company) -> None:
        AttributeType.objects.filter(code="item").update(is_active=False)
        admin.post(f"{self.PAGE}add/", {"company": company.pk, "attribute_type": "item", "is_required": "on"})
        assert not CompanyRequirement.objects.exists()


def test_an_account_shows_what_it_requires(admin: Client, company: Company) -> None:
    account = Account.objects.get(number="6000")
    account.is_required_department, account.required_dimensions = True, ["line_of_business"]
    account.save()
    page = admin.get(f"/admin/masterdata/account/{account.pk}/change/").text
    assert "Department, Line of business" in page
    assert "changed in Sage Intacct" in page


class TestDiscovered:
    FOUND = (
        IntacctDimension("DEPARTMENT", "Department", is_user_defined=False),
        IntacctDimension("LINE_OF_BUSINESS", "Line of business", is_user_defined=True),
        IntacctDimension("SALES_TEAM", "Sales team", is_user_defined=True, is_in_ledger=False),
    )

    def test_user_defined_ones_become_types_once(self, db: None) -> None:
        load_dimensions()
        (made,) = take_discovered(found=self.FOUND, actor="test")
        assert (made.code, made.name, made.slot, made.is_sent) == ("line_of_business", "Line of business", 3, True)
        assert take_discovered(found=self.FOUND, actor="test") == []

    def test_beyond_twenty_they_have_no_slot(self, db: None) -> None:
        load_dimensions()
        many = [IntacctDimension(f"D_{n}", f"D {n}", is_user_defined=True) for n in range(25)]
        made = take_discovered(found=many, actor="test")
        assert [one.slot for one in made] == [*range(3, 21), *[None] * 7]


def test_over_rest(rest: APIClient) -> None:
    DimensionFactory(parent="ALL")
    AttributeFactory(type_id="task", code="BUILD", project="PRJ-1", name="Build")
    (dimension,) = rest.get("/api/v1/dimensions/", {"type": "department"}).json()["results"]
    assert (dimension["type"], dimension["id"], dimension["parent"]) == ("department", "SALES", "ALL")
    (task,) = rest.get("/api/v1/attributes/", {"project": "PRJ-1"}).json()["results"]
    assert (task["type"], task["id"], task["project"]) == ("task", "BUILD", "PRJ-1")
    types = rest.get("/api/v1/dimension-types/").json()["results"]
    assert [(one["id"], one["slot"], one["is_sent"]) for one in types] == [
        ("channel", 2, True), ("department", 1, True),
    ]  # fmt: skip
    assert rest.post("/api/v1/dimensions/", {}).status_code == 405
