"""AP/AR postings to the general ledger of French and German companies (guide, "Activate Sage Intacct integration")."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.configuration.models import IntacctConfiguration
from apps.masterdata.models import TaxManagement
from apps.options.consequences import of_turning_off
from apps.options.models import OptionCode
from apps.options.services.switching import switch
from apps.organisation.models import Company
from apps.postings.services.delivered import load_account_determination
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.factories.masterdata import AccountFactory, TaxDetailFactory
from tests.factories.organisation import CompanyFactory, FinancialSiteFactory, LegislationFactory, WarehouseFactory
from tests.factories.posting_classes import give_account
from tests.sandbox_process import SandboxProcess

URL = "/api/v1/postings/"


@pytest.fixture
def french(company: Company) -> Company:
    """Company 300, whose suppliers and customers have control accounts of their own."""
    law = LegislationFactory(
        code="FR", name="France", country="FR", currency="EUR", posts_ap_ar_to_ledger=True, selects_tax_management=True
    )
    made = CompanyFactory(code="300", name="Northfield SAS", legislation=law, currency="EUR")
    FinancialSiteFactory(company=made)
    WarehouseFactory(company=made)
    load_account_determination()
    give_account(made, "STANDARD_CUSTOMER", "customer_control", "1100")
    give_account(made, "STANDARD_SUPPLIER", "supplier_control", "2100")
    TaxDetailFactory(code="FR-STD-OUT", rate="20", tax_type="sale", account="2210", tax_solution="France - VAT")
    return made


def in_france(made: dict[str, Any], **tax: str) -> dict[str, Any]:
    made |= {"company": "300", "financial_site": "300", "currency": "EUR"}
    for line in made["lines"]:
        line |= {"site": "300-WH1", "tax": tax or None}
    return made


def test_each_line_of_an_invoice_has_its_contra_account(
    french: Company, configuration: IntacctConfiguration, client_of: Callable[..., APIClient]
) -> None:
    seen = client_of(french).post(f"{URL}preview/", in_france(sales_invoice(), detail="FR-STD-OUT")).json()

    assert [(one["account"], one["side"], one["amount"], one["contra_account"]) for one in seen["lines"]] == [
        ("4000", "credit", "100.00", "1100"), ("2210", "credit", "20.00", "1100"), ("1100", "debit", "120.00", "4000"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "object_name", "control"),
    [(sales_invoice, "ARINVOICE", "1100"), (purchase_invoice, "APBILL", "2100")],
)
def test_it_goes_to_intacct_as_the_offset_account(
    make: Callable[..., dict[str, Any]],
    object_name: str,
    control: str,
    french: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: Callable[..., APIClient],
    drained: Callable[[], object],
) -> None:
    client_of(french).post(URL, in_france(make()))
    drained()

    (line,) = sandbox.objects(f"{object_name}ITEM")
    assert line["OFFSETGLACCOUNTNO"] == control


def test_elsewhere_and_on_journal_entries_no_contra_account_is_named(
    company: Company, french: Company, configuration: IntacctConfiguration, client_of: Callable[..., APIClient]
) -> None:
    rest = client_of(company, french)
    shipment = in_france(sales_shipment())

    for body in (sales_invoice(), shipment):
        seen = rest.post(f"{URL}preview/", body).json()
        assert {one["contra_account"] for one in seen["lines"]} == {""}


def test_while_the_option_is_off_nothing_is_posted_to_the_ledger(
    french: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: Callable[..., APIClient],
    drained: Callable[[], object],
) -> None:
    told = [str(one) for one in of_turning_off(OptionCode.SAGE_INTACCT)]
    assert any("300" in words for words in told), "the warning names the French company"
    switch(code=OptionCode.SAGE_INTACCT, on=False, actor="test", confirmed=told)
    rest = client_of(french)

    posting = rest.post(URL, in_france(sales_invoice())).json()
    drained()
    assert sandbox.objects("ARINVOICE") == []
    assert rest.get(f"{URL}{posting['id']}/").json()["state"] == "held"

    switch(code=OptionCode.SAGE_INTACCT, on=True, actor="test")
    drained()
    assert rest.get(f"{URL}{posting['id']}/").json()["state"] == "posted"


def test_tax_management_on_accounts_is_other_by_default(french: Company) -> None:
    assert AccountFactory(number="7070").tax_management == TaxManagement.OTHER
