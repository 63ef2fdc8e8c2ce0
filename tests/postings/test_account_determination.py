"""Account determination over REST: explicit wins, then entry type, posting class, chart and tax; or a clear refusal."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.configuration.models import IntacctConfiguration
from apps.organisation.models import Company
from apps.postings.models import (
    JournalEntryType,
    Posting,
    PostingClass,
    PostingClassDefinition,
    PostingClassLine,
    PostingLine,
)
from apps.postings.services.delivered import load_account_determination
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.factories.organisation import CompanyFactory, FinancialSiteFactory, LegislationFactory, WarehouseFactory
from tests.factories.posting_classes import (
    PostingClassAssignmentFactory,
    PostingClassFactory,
    give_account,
    give_accounts,
)
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db
Document = dict[str, Any]


@pytest.fixture(autouse=True)
def accounts(company: Company) -> None:
    give_accounts(company)


def without_accounts(body: Document, **line_changes: Any) -> Document:
    for line in body["lines"]:
        del line["account"]
        line |= line_changes
    return body


def production(**changes: Any) -> Document:
    """Labour of a work order: a resource gives, work in progress takes."""
    lines = [
        {"movement_type": "labour_run", "amount": "12.00", "side": side, "item": "ITEM-1"}
        for side in ("debit", "credit")
    ]
    return sales_shipment(document_type="work_in_progress", customer=None, lines=lines, **changes)


def previewed(rest: APIClient, body: Document) -> list[Document]:
    answer = rest.post("/api/v1/postings/preview/", body)
    assert answer.status_code == 200, answer.json()
    lines: list[Document] = answer.json()["lines"]
    return lines


def refused(rest: APIClient, body: Document) -> list[tuple[str, str]]:
    """The flaws' places and codes; the words are in `refusal`."""
    return [(one["pointer"], one["code"]) for one in refusal(rest, body)]


def refusal(rest: APIClient, body: Document) -> list[Document]:
    answer = rest.post("/api/v1/postings/", body)
    assert (answer.status_code, Posting.objects.count()) == (422, 0)
    flaws: list[Document] = answer.json()["errors"]
    return flaws


def test_what_the_document_names_wins(rest: APIClient) -> None:
    body = sales_invoice()
    body["lines"][0] |= {"account": "4100", "account_type": "sales_revenue"}
    line = rest.post("/api/v1/postings/", body).json()["lines"][0]
    assert (line["account"], line["account_type"]) == ("4100", "sales_revenue")
    assert line["account_origin"] == {"source": "explicit", "words": "The document names the account."}


def test_an_item_without_a_class_has_the_default_class(rest: APIClient) -> None:
    line = rest.post("/api/v1/postings/", without_accounts(sales_invoice())).json()["lines"][0]
    assert (line["account"], line["account_type"], line["side"]) == ("4000", "sales_revenue", "credit")
    assert line["account_origin"] == {
        "source": "determined",
        "words": "Sales revenue of item ITEM-1, posting class STANDARD_ITEM, chart US_CHART: 4000.",
    }


def test_an_items_own_class_comes_first(rest: APIClient, company: Company) -> None:
    PostingClassAssignmentFactory(key="ITEM-1", posting_class=PostingClassFactory(code="SPARE"))
    give_account(company, "SPARE", "sales_revenue", "4100")
    line = previewed(rest, without_accounts(sales_invoice()))[0]
    assert line["account"] == "4100"
    assert "posting class SPARE" in line["account_origin"]["words"]


def test_each_side_of_an_entry_has_its_account_type(rest: APIClient) -> None:
    lines = previewed(rest, without_accounts(sales_shipment()))
    assert [(one["account"], one["account_type"], one["side"]) for one in lines] == [
        ("5000", "cost_of_goods_sold", "debit"),
        ("1210", "stock", "credit"),
    ]


def test_the_account_type_gives_the_side_too(rest: APIClient) -> None:
    body = without_accounts(sales_shipment())
    for line, account_type in zip(body["lines"], ("cost_of_goods_sold", "stock"), strict=True):
        del line["side"]
        line["account_type"] = account_type
    assert [(one["account"], one["side"]) for one in previewed(rest, body)] == [("5000", "debit"), ("1210", "credit")]


def test_a_resource_and_the_company_have_their_classes(rest: APIClient, company: Company) -> None:
    give_account(company, "STANDARD_ITEM", "work_in_progress", "1200")
    assert [one["account"] for one in previewed(rest, production())] == ["1200", "6300"]
    adjusted = sales_shipment(document_type="stock_count")
    adjusted = without_accounts(adjusted, item="ITEM-1")
    adjusted["lines"][0]["amount_type"] = "adjustment_not_absorbed"
    lines = previewed(rest, adjusted)
    assert [one["account"] for one in lines] == ["6300", "1210"]
    assert "of company 100" in lines[0]["account_origin"]["words"]


class TestByTax:
    @pytest.fixture
    def french(self, configuration: IntacctConfiguration, client_of: Callable[..., APIClient]) -> APIClient:
        """A client of a French company, whose revenue at the reduced rate has its own account."""
        legislation = LegislationFactory(code="FR", name="France", country="FR", currency="EUR")
        load_account_determination()
        company = CompanyFactory(code="300", name="Northfield SAS", legislation=legislation, currency="EUR")
        FinancialSiteFactory(company=company)
        WarehouseFactory(company=company)
        give_accounts(company)
        line = give_account(company, "STANDARD_ITEM", "sales_revenue", "4000")
        line.taxes.create(tax_detail="FR-RED-OUT", account="4100")
        return client_of(company)

    @pytest.mark.parametrize(("detail", "account"), [("FR-RED-OUT", "4100"), ("FR-STD-OUT", "4000")])
    def test_a_listed_tax_has_its_account_and_any_other_the_lines(
        self, detail: str, account: str, french: APIClient
    ) -> None:
        body = without_accounts(sales_invoice(company="300", financial_site="300", currency="EUR"), site="300-WH1")
        body["lines"][0]["tax"] = {"detail": detail, "amount": "5.50"}
        line = previewed(french, body)[0]
        assert line["account"] == account
        assert (f"tax detail {detail}" in line["account_origin"]["words"]) == (account == "4100")


class TestRefused:
    def test_several_account_types(self, rest: APIClient) -> None:
        flaws = refusal(rest, without_accounts(sales_shipment(document_type="stock_journal")))
        assert [(one["pointer"], one["code"]) for one in flaws] == [
            ("/lines/0/account", "account_ambiguous"),
            ("/lines/1/account", "account_ambiguous"),
        ]
        assert "stock, stock_variation. Name one as account_type." in flaws[0]["detail"]

    def test_no_line_in_the_entry_type(self, rest: APIClient) -> None:
        flaws = refusal(rest, without_accounts(sales_invoice(), amount_type="variance"))
        assert [(one["pointer"], one["code"]) for one in flaws] == [("/lines/0/account", "account_required")]
        assert "has no line for movement document, amount type variance on the credit side" in flaws[0]["detail"]

    def test_an_unknown_account_type(self, rest: APIClient) -> None:
        flaws = refused(rest, without_accounts(sales_invoice(), account_type="unheard_of"))
        assert flaws == [("/lines/0/account_type", "unknown_account_type")]

    def test_an_account_type_that_is_switched_off(self, rest: APIClient) -> None:
        PostingClassDefinition.objects.filter(code="sales_revenue").update(is_active=False)
        assert refused(rest, without_accounts(sales_invoice())) == [("/lines/0/account", "account_required")]

    def test_an_entry_type_that_is_switched_off_or_missing(self, rest: APIClient) -> None:
        ours = JournalEntryType.objects.filter(document_type="sales_invoice", target_object="ARINVOICE")
        ours.filter(legislation__code="US").update(is_active=False)
        assert refused(rest, without_accounts(sales_invoice())) == [("/lines/0/account", "account_required")]
        ours.delete()
        assert refused(rest, without_accounts(sales_invoice())) == [("/lines/0/account", "account_required")]

    def test_a_class_without_the_account_says_where_to_add_it(self, rest: APIClient) -> None:
        PostingClassLine.objects.filter(definition__code="sales_revenue").delete()
        (flaw,) = refusal(rest, without_accounts(sales_invoice()))
        assert (flaw["pointer"], flaw["code"]) == ("/lines/0/account", "account_not_determined")
        for word in ("STANDARD_ITEM", "item ITEM-1", "Sales revenue", "US_CHART", "Posting classes"):
            assert word in flaw["detail"]

    def test_no_class_no_record_and_no_chart(self, rest: APIClient, company: Company) -> None:
        no_item = without_accounts(sales_invoice(), item=None)
        assert refused(rest, no_item) == [("/lines/0/account", "account_not_determined")]
        PostingClass.objects.update(is_default=False)
        assert "no default" in refusal(rest, without_accounts(sales_invoice()))[0]["detail"]
        PostingClass.objects.filter(code="STANDARD_ITEM").update(is_default=True)
        company.legislation.charts_of_accounts.create(code="US_OTHER", name="Another")
        Company.objects.update(chart_of_accounts=None)
        assert "has none. Choose it under" in refusal(rest, without_accounts(sales_invoice()))[0]["detail"]

    def test_an_account_that_intacct_does_not_have(self, rest: APIClient, company: Company) -> None:
        give_account(company, "STANDARD_ITEM", "sales_revenue", "9999")
        assert refused(rest, without_accounts(sales_invoice())) == [("/lines/0/account", "unknown_account")]


class TestPosted:
    def test_what_was_determined_is_what_intacct_gets_and_stays(
        self,
        connection: IntacctConfiguration,
        sandbox: SandboxProcess,
        client_of: Callable[..., APIClient],
        company: Company,
        drained: Callable[[], object],
    ) -> None:
        rest = client_of(company)
        body = without_accounts(purchase_invoice(), item="ITEM-1")
        pk = rest.post("/api/v1/postings/", body).json()["id"]
        give_account(company, "STANDARD_ITEM", "expense", "6300")
        shipment = without_accounts(sales_shipment(origin={"document_type": "sales_invoice", "number": "SI-1"}))
        JournalEntryType.objects.filter(document_type="sales_shipment").update(
            common_reference="source_document_number", journal="GJ"
        )
        rest.post("/api/v1/postings/", shipment)

        drained()

        assert [line["ACCOUNTNO"] for line in sandbox.objects("APBILLITEM")] == ["6000"]
        assert {(line["ACCOUNTNO"], line["DOCUMENT"]) for line in sandbox.objects("GLENTRY")} == {
            ("5000", "SI-1"),
            ("1210", "SI-1"),
        }
        assert [entry["JOURNAL"] for entry in sandbox.objects("GLBATCH")] == ["GJ"]
        again = rest.post("/api/v1/postings/", body)
        assert (again.status_code, again.json()["id"]) == (200, pk), "the same document, whatever the rules are now"
        kept = PostingLine.objects.get(posting=pk)
        assert (kept.account, kept.account_type, kept.because["posting_class"]) == ("6000", "expense", "STANDARD_ITEM")

    def test_many_lines_and_documents_cost_no_further_query(
        self, rest: APIClient, django_assert_max_num_queries: Any
    ) -> None:
        lines = without_accounts(sales_invoice())["lines"]
        many = [{**lines[0], "item": f"ITEM-{index}"} for index in range(100)]
        with django_assert_max_num_queries(40):
            previewed(rest, sales_invoice(lines=many))
