"""Guide, "Attributes and dimensions": what each line must and may name, and what of it reaches Sage Intacct."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.delivery.models import Delivery
from apps.dimensions.models import Attribute, AttributeType, Dimension, DimensionType
from apps.masterdata.models import Account
from apps.organisation.models import Company, Site
from apps.postings.models import Posting
from apps.synchronisation.services.inbound import synchronise
from tests.conftest import ClientOf
from tests.factories.dimensions import (
    AttributeFactory,
    CompanyRequirementFactory,
    DimensionFactory,
    DimensionTypeFactory,
)
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.sandbox_process import SandboxProcess

URL = "/api/v1/postings/"
OWN = "line_of_business"
Document = dict[str, Any]


def bill(**line: Any) -> Document:
    """A bill whose one line is on account 6000, without a department unless one is given."""
    made = purchase_invoice()
    made["lines"][0] = {"account": "6000", "amount": "12.00", **line}
    return made


@pytest.fixture
def values(rest: APIClient) -> None:
    """Departments, projects, tasks and employees as a synchronisation leaves them."""
    DimensionFactory()
    DimensionFactory(code="OLD", is_active=False)
    DimensionFactory(code="PRIVATE", entity="200")
    DimensionFactory(code="OURS", entity="100")
    AttributeFactory()
    AttributeFactory(code="OLD", is_active=False)
    AttributeFactory(code="PAST", begins_on="2025-01-01", ends_on="2025-12-31")
    AttributeFactory(type_id="task", project="PRJ-1", code="BUILD")


def flaws(rest: APIClient, document: Document) -> list[tuple[str, str]]:
    """Pointers and codes of a refusal, the same from preview and submit; nothing was stored."""
    previewed, submitted = rest.post(f"{URL}preview/", document), rest.post(URL, document)
    assert (previewed.status_code, submitted.status_code) == (422, 422), (previewed.json(), submitted.json())
    assert previewed.json()["errors"] == submitted.json()["errors"]
    assert not Posting.objects.exists()
    return [(one["pointer"], one["code"]) for one in submitted.json()["errors"]]


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("unknown department", {"dimensions": {"department": "NOPE"}}, "dimensions/department", "unknown_dimension"),
    ("inactive department", {"dimensions": {"department": "OLD"}}, "dimensions/department", "dimension_inactive"),
    ("unknown project", {"attributes": {"project": "NOPE"}}, "attributes/project", "unknown_attribute"),
    ("inactive project", {"attributes": {"project": "OLD"}}, "attributes/project", "attribute_inactive"),
    ("task without project", {"attributes": {"task": "BUILD"}}, "attributes/task", "task_needs_project"),
    ("another's task", {"attributes": {"project": "PAST", "task": "BUILD"}}, "attributes/task", "unknown_attribute"),
    ("unknown site", {"attributes": {"stock_site": "NOPE"}}, "attributes/stock_site", "unknown_attribute"),
    ("unknown attribute type", {"attributes": {"mood": "GOOD"}}, "attributes/mood", "unknown_attribute"),
    ("unknown dimension type", {"dimensions": {"colour": "RED"}}, "dimensions/colour", "unknown_dimension"),
]  # fmt: skip


class TestValues:
    def test_known_active_ones_are_accepted(self, rest: APIClient, values: None) -> None:
        document = bill(dimensions={"department": "OURS"}, attributes={"project": "PRJ-1", "task": "BUILD"})
        assert rest.post(URL, document).status_code == 201

    @pytest.mark.parametrize(("line", "at", "code"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
    def test_others_are_refused_where_they_stand(
        self, rest: APIClient, values: None, line: dict[str, Any], at: str, code: str
    ) -> None:
        assert flaws(rest, bill(**line)) == [(f"/lines/0/{at}", code)]

    def test_what_was_never_synchronised_is_judged_by_intacct(self, rest: APIClient) -> None:
        document = bill(dimensions={"department": "ANY"}, attributes={"project": "ANY", "task": "ANY", "employee": "X"})
        assert rest.post(URL, document).status_code == 201

    def test_another_entitys_value_can_be_named_at_the_top_level_only(
        self, rest: APIClient, values: None, configuration: IntacctConfiguration
    ) -> None:
        document = bill(dimensions={"department": "PRIVATE"})
        IntacctConfiguration.objects.filter(pk=configuration.pk).update(integration_level=IntegrationLevel.ENTITY)
        assert flaws(rest, document) == [("/lines/0/dimensions/department", "dimension_of_other_entity")]
        assert rest.post(URL, bill(dimensions={"department": "OURS"})).status_code == 201
        IntacctConfiguration.objects.filter(pk=configuration.pk).update(integration_level=IntegrationLevel.TOP)
        assert rest.post(URL, document).status_code == 201

    def test_every_line_says_its_own_flaws(self, rest: APIClient, values: None) -> None:
        document = sales_shipment()
        document["lines"][1]["dimensions"] = {"department": "NOPE"}
        assert flaws(rest, document) == [("/lines/1/dimensions/department", "unknown_dimension")]

    def test_dates_that_have_passed_are_a_warning(self, rest: APIClient, values: None) -> None:
        preview = rest.post(f"{URL}preview/", bill(attributes={"project": "PAST"})).json()
        assert preview["warnings"] == ["Project PAST is dated 2025-01-01 to 2025-12-31, the document 2026-10-21."]


class TestRequired:
    @pytest.mark.parametrize(
        ("flag", "pointer", "code"),
        [
            ("department", "/lines/0/dimensions/department", "dimension_required"),
            ("channel", "/lines/0/dimensions/channel", "dimension_required"),
            ("project", "/lines/0/attributes/project", "attribute_required"),
            ("task", "/lines/0/attributes/task", "attribute_required"),
            ("employee", "/lines/0/attributes/employee", "attribute_required"),
            ("item", "/lines/0/attributes/item", "attribute_required"),
            ("customer", "/lines/0/attributes/customer", "attribute_required"),
        ],
    )
    def test_by_the_account(self, rest: APIClient, flag: str, pointer: str, code: str) -> None:
        Account.objects.filter(number="6000").update(**{f"is_required_{flag}": True})
        assert flaws(rest, bill()) == [(pointer, code)]

    def test_what_fills_itself_is_there(self, rest: APIClient) -> None:
        flags = ("location", "item", "supplier")
        Account.objects.filter(number="6000").update(**{f"is_required_{flag}": True for flag in flags})
        assert rest.post(URL, bill(item="ITEM-1")).status_code == 201

    def test_by_the_company(self, rest: APIClient, company: Company) -> None:
        CompanyRequirementFactory(company=company, attribute_type_id="project")
        CompanyRequirementFactory(company=company, dimension_type=DimensionTypeFactory())
        CompanyRequirementFactory(company=company, dimension_type_id="department", is_required=False)
        assert flaws(rest, bill()) == [
            (f"/lines/0/dimensions/{OWN}", "dimension_required"),
            ("/lines/0/attributes/project", "attribute_required"),
        ]

    def test_not_by_another_company(self, rest: APIClient, other_company: Company) -> None:
        CompanyRequirementFactory(company=other_company, attribute_type_id="project")
        assert rest.post(URL, bill()).status_code == 201


class TestTypes:
    def test_one_that_is_not_active_is_refused_and_not_filled(self, rest: APIClient) -> None:
        AttributeType.objects.filter(code="item").update(is_active=False)
        assert flaws(rest, bill(attributes={"item": "ITEM-1"})) == [
            ("/lines/0/attributes/item", "attribute_type_inactive")
        ]
        preview = rest.post(f"{URL}preview/", bill(item="ITEM-1")).json()
        assert "ITEMID" not in preview["xml"]
        assert "item" not in preview["lines"][0]["attributes"]

    def test_an_inactive_dimension_type(self, rest: APIClient) -> None:
        DimensionTypeFactory(is_active=False)
        assert flaws(rest, bill(dimensions={OWN: "1"})) == [(f"/lines/0/dimensions/{OWN}", "dimension_type_inactive")]

    def test_one_beyond_twenty_is_accepted_and_not_sent(self, rest: APIClient) -> None:
        DimensionTypeFactory(slot=None)
        preview = rest.post(f"{URL}preview/", bill(dimensions={OWN: "1"})).json()
        assert "GLDIM" not in preview["xml"]
        assert preview["warnings"] == ["Line of business is not sent: it has no document property."]

    def test_the_preview_shows_what_fills_itself(self, rest: APIClient) -> None:
        Site.objects.filter(code="100-WH1").update(is_stock=True, is_manufacturing=False)
        line = rest.post(f"{URL}preview/", sales_invoice()).json()["lines"][0]
        assert line["attributes"] == {
            "business_site": "100-WH1", "financial_site": "100", "stock_site": "100-WH1", "item": "ITEM-1",
            "customer": "CUST-01",
        }  # fmt: skip
        assert line["dimensions"] == {"department": "SALES", "channel": "WEB"}


EVERYTHING = {
    "attributes": {"project": "PRJ-1", "task": "BUILD", "employee": "EMP-1"},
    "dimensions": {"department": "SALES", "channel": "WEB", OWN: "2"},
    "item": "ITEM-1",
    "site": "100",
}
ON_A_LINE = {
    "PROJECTID": "PRJ-1", "TASKID": "BUILD", "EMPLOYEEID": "EMP-1", "CLASSID": "WEB", "GLDIMLINE_OF_BUSINESS": "2",
    "ITEMID": "ITEM-1",
}  # fmt: skip
IN_THE_LEDGER = [
    (purchase_invoice, "APBILLITEM", {"DEPARTMENTID": "SALES", "LOCATIONID": "100", "VENDORID": "SUPP-01"}),
    (sales_invoice, "ARINVOICEITEM", {"DEPARTMENTID": "SALES", "LOCATIONID": "100", "CUSTOMERID": "CUST-01"}),
    (sales_shipment, "GLENTRY", {"DEPARTMENT": "SALES", "LOCATION": "100", "CUSTOMERID": "CUST-01"}),
]


@pytest.mark.parametrize(("make", "lines_of", "more"), IN_THE_LEDGER, ids=[one[1] for one in IN_THE_LEDGER])
def test_every_dimension_is_in_the_ledger_under_its_own_name(
    make: Callable[[], Document],
    lines_of: str,
    more: dict[str, str],
    company: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: ClientOf,
    drained: Callable[[], object],
) -> None:
    for wanted in ("DIMENSION_TYPE", "DEPARTMENT", "CHANNEL", "PROJECT", "TASK", "EMPLOYEE", "LINE_OF_BUSINESS"):
        synchronise(connection=connection, wanted=wanted, started_by="test")
    document = make()
    for line in document["lines"]:
        line |= EVERYTHING
    assert client_of(company).post(URL, document).status_code == 201

    drained()

    assert Delivery.objects.get().state == "posted", Delivery.objects.get().problem
    for stored in sandbox.objects(lines_of):
        assert {name: stored.get(name) for name in ON_A_LINE | more} == ON_A_LINE | more


def test_a_location_takes_the_place_of_its_entitys(
    company: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: ClientOf,
    drained: Callable[[], object],
) -> None:
    DimensionTypeFactory(code="place", intacct_object="LOCATION")
    run = synchronise(connection=connection, wanted="LOCATION", started_by="test")
    assert (run.state, run.failed) == ("finished", 0), run.messages
    assert Dimension.objects.get(type_id="place", code="100-WH1").parent == "100"
    rest = client_of(company)
    invoice, shipment = sales_invoice(), sales_shipment()
    invoice["lines"][0]["dimensions"] = {"place": "100-WH2"}
    shipment["lines"][0]["dimensions"] = {"place": "100-WH2"}
    for document in (invoice, shipment):
        assert rest.post(URL, document).status_code == 201

    drained()

    assert [one["LOCATIONID"] for one in sandbox.objects("ARINVOICEITEM")] == ["100-WH2"]
    assert [one["LOCATION"] for one in sandbox.objects("GLENTRY")] == ["100-WH2", "100"]


REQUIRED_BY = {
    "6000": {},
    "6100": {"REQUIREDEPT": "true"},
    "6200": {"REQUIRECLASS": "true", "REQUIREITEM": "true"},
    "6300": {"REQUIREPROJECT": "true", "REQUIRETASK": "true"},
    "6400": {"REQUIREEMPLOYEE": "true", "REQUIREDEPT": "true"},
    "6500": {"TITLE": "Advertising", "REQUIREGLDIMLINE_OF_BUSINESS": "true"},
}
CHOICES: dict[str, dict[str, tuple[str | None, ...]]] = {
    "dimensions": {
        "department": (None, "SALES", "SALES", "IDLE", "NOPE"),
        "channel": (None, "WEB", "WEB", "NOPE"),
        OWN: (None, None, "1", "99"),
    },
    "attributes": {
        "project": (None, "PRJ-1", "PRJ-2", "PRJ-1", "NOPE"),
        "task": (None, None, "DESIGN", "BUILD"),
        "employee": (None, "EMP-1", "EMP-1", "NOPE"),
    },
}


def any_line(chance: random.Random, **more: str) -> dict[str, Any]:
    named = {kind: {code: chance.choice(values) for code, values in of.items()} for kind, of in CHOICES.items()}
    item = chance.choice(("", "ITEM-1"))
    return {"account": chance.choice(list(REQUIRED_BY)), "amount": "5.00", "item": item, **named, **more}


def any_document(chance: random.Random) -> Document:
    make = chance.choice((purchase_invoice, sales_invoice, sales_shipment))
    sides: tuple[dict[str, str], ...] = ({"side": "debit"}, {"side": "credit"}) if make is sales_shipment else ({},)
    return {**make(), "lines": [any_line(chance, **side) for side in sides]}


def ready(document: Document) -> bool:
    """What no gateway could be asked: a task without a project can't be written."""
    attributes = [line["attributes"] for line in document["lines"]]
    return all(one["project"] or not one["task"] for one in attributes)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_preview_submit_and_gateway_come_to_the_same_verdict(
    seed: int,
    company: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: ClientOf,
    drained: Callable[[], object],
) -> None:
    chance = random.Random(seed)
    rest = client_of(company)
    sandbox.records("DEPARTMENT", put=[{"DEPARTMENTID": "IDLE", "TITLE": "Idle", "STATUS": "inactive"}])
    sandbox.records("GLACCOUNT", put=[{"ACCOUNTNO": one, **flags} for one, flags in REQUIRED_BY.items()])
    objects = ("DIMENSION_TYPE", "ACCOUNT", "DEPARTMENT", "CHANNEL", "PROJECT", "TASK", "EMPLOYEE", OWN.upper())
    for wanted in objects:
        synchronise(connection=connection, wanted=wanted, started_by="test")
    documents = [one for one in (any_document(chance) for _ in range(60)) if ready(one)]

    accepted, refused = [], []
    for document in documents:
        previewed, submitted = rest.post(f"{URL}preview/", document), rest.post(URL, document)
        assert (previewed.status_code == 200) is (submitted.status_code == 201), submitted.json()
        assert previewed.json().get("errors") == submitted.json().get("errors")
        (accepted if submitted.status_code == 201 else refused).append(document["number"])
    assert accepted
    assert refused
    # The same documents again, with nothing known here that could tell: now only the gateway judges.
    Account.objects.update(required_dimensions=[], **dict.fromkeys(FLAGS, False))
    Dimension.objects.all().delete()
    Attribute.objects.all().delete()
    for document in documents:
        if document["number"] in refused:
            assert rest.post(URL, document).status_code == 201

    drained()

    states = dict(Delivery.objects.values_list("number", "state"))
    assert {number for number, state in states.items() if state == "posted"} == set(accepted)
    assert {number for number, state in states.items() if state == "error"} == set(refused)
    assert DimensionType.objects.get(code=OWN).is_sent


FLAGS = [field.name for field in Account._meta.fields if field.name.startswith("is_required_")]
