"""Multi-entity structures: at which level each kind of document is posted (guide, "Multi-entity … structures")."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.configuration.models import IntacctConfiguration, IntegrationLevel
from apps.organisation.models import Company
from tests.factories.documents import prepayment, purchase_invoice, sales_credit_note, sales_invoice, with_movements
from tests.factories.masterdata import TaxDetailFactory
from tests.sandbox_process import SandboxProcess

URL = "/api/v1/postings/"
MAKES = {
    "AP invoice": (purchase_invoice, "APBILL"),
    "AR invoice": (sales_invoice, "ARINVOICE"),
    "AR credit note": (sales_credit_note, "ARINVOICE"),
    "AR prepayment": (prepayment, "ARADVANCE"),
}


@pytest.fixture
def prepaying(company: Company) -> Company:
    company.uses_ar_prepayments = True
    company.save()
    return company


@pytest.mark.parametrize("kind", MAKES)
@pytest.mark.parametrize(("level", "owner"), [(IntegrationLevel.TOP, ""), (IntegrationLevel.ENTITY, "100")])
def test_it_is_posted_at_the_level_of_its_country(
    kind: str,
    level: IntegrationLevel,
    owner: str,
    prepaying: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: Callable[..., APIClient],
    drained: Callable[[], object],
) -> None:
    make, object_name = MAKES[kind]
    connection.countries.create(country="US", integration_level=level)

    answer = client_of(prepaying).post(URL, make()).json()
    drained()

    assert (answer["integration_level"], answer["entity"]) == (level, owner or None)
    (record,) = sandbox.objects(object_name)
    assert record["MEGAENTITYID"] == owner


def test_a_change_of_level_does_not_touch_what_was_accepted(
    company: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: Callable[..., APIClient],
    drained: Callable[[], object],
) -> None:
    rest = client_of(company)
    rest.post(URL, with_movements(purchase_invoice(number="BEFORE")))
    connection.integration_level = IntegrationLevel.ENTITY
    connection.save()
    rest.post(URL, with_movements(purchase_invoice(number="AFTER")))
    drained()

    for object_name, number in (("APBILL", "RECORDID"), ("GLBATCH", "REFERENCENO")):
        levels = {record[number]: record["MEGAENTITYID"] for record in sandbox.objects(object_name)}
        assert levels == {"BEFORE": "", "AFTER": "100"}


def test_the_tax_solution_is_named_to_intacct_at_the_top_level(
    company: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: Callable[..., APIClient],
    drained: Callable[[], object],
) -> None:
    sandbox.set(require_tax_solution=True)
    TaxDetailFactory(code="US-NY-8.875", rate="8.875", tax_type="sale", tax_solution="United States - Sales Tax")
    rest = client_of(company)

    at_top: Any = rest.post(URL, sales_invoice()).json()
    connection.countries.create(country="US", integration_level=IntegrationLevel.ENTITY)
    in_entity = rest.post(URL, sales_invoice()).json()
    drained()

    states = [rest.get(f"{URL}{one['id']}/").json()["state"] for one in (at_top, in_entity)]
    assert states == ["posted", "posted"]
    named = {record["RECORDID"]: record.get("TAXSOLUTIONID", "") for record in sandbox.objects("ARINVOICE")}
    assert named == {at_top["number"]: "United States - Sales Tax", in_entity["number"]: ""}
