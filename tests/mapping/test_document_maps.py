"""The maps of documents on the *Mapping* page: what may be changed of them, and what is posted then."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.configuration.models import IntacctConfiguration
from apps.organisation.models import Company
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.mapping.mapping_page import MappingPage
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db


@pytest.fixture
def posted(
    company: Company,
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    client_of: Callable[..., APIClient],
    drained: Callable[..., object],
) -> Callable[[dict[str, Any], str], dict[str, Any]]:
    """Submits a document, posts it, and gives the record that Intacct then has."""
    rest = client_of(company)

    def post(body: dict[str, Any], object_name: str) -> dict[str, Any]:
        answer = rest.post("/api/v1/postings/", body)
        assert answer.status_code == 201, answer.json()
        drained()
        assert rest.get(f"/api/v1/postings/{answer.json()['id']}/").json()["state"] == "posted"
        return sandbox.objects(object_name)[-1]

    return post


def test_each_document_has_a_row_with_its_transactions(admin: Client) -> None:
    page = admin.get(reverse("admin:mapping_objectmapping_changelist")).text
    for words in ("General ledger &gt; Journal entries", "Accounts payable &gt; Bills", "Accounts receivable &gt;"):
        assert words in page


@pytest.mark.parametrize(
    ("object_name", "lines_object", "at", "make"),
    [
        pytest.param("GLBATCH", "GLENTRY", "ENTRIES.GLENTRY.", sales_shipment, id="journal entry"),
        pytest.param("APBILL", "APBILLITEM", "APBILLITEMS.APBILLITEM.", purchase_invoice, id="AP bill"),
    ],
)
def test_custom_fields_of_a_document_and_of_its_lines_are_filled(
    object_name: str,
    lines_object: str,
    at: str,
    make: Callable[..., dict[str, Any]],
    admin: Client,
    sandbox: SandboxProcess,
    posted: Callable[..., dict[str, Any]],
) -> None:
    sandbox.set(custom_fields={object_name: ["DMO_POSTING_KEY", "SOURCE_NO"], lines_object: ["ACCOUNT_COPY"]})
    grid = MappingPage(admin, object_name)
    assert "fields read from Sage Intacct" in grid.press("inspect")
    saved = grid.save(**{"constant:SOURCE_NO": '=concat("DMO ", number)', f"property:{at}ACCOUNT_COPY": "account"})
    assert "Saved" in saved.text

    body = make()
    record = posted(body, object_name)

    assert record["SOURCE_NO"] == f"DMO {body['number']}"
    lines = [one for one in sandbox.objects(lines_object) if "ACCOUNT_COPY" in one]
    assert [one["ACCOUNT_COPY"] for one in lines] == [one["account"] for one in body["lines"]]


def test_custom_fields_of_an_invoice_go_where_its_legacy_function_wants_them(
    admin: Client, sandbox: SandboxProcess, posted: Callable[..., dict[str, Any]]
) -> None:
    sandbox.set(custom_fields={"ARINVOICE": ["DMO_POSTING_KEY", "SOURCE_NO"], "ARINVOICEITEM": ["ITEM_COPY"]})
    grid = MappingPage(admin, "ARINVOICE")
    grid.press("inspect")
    cells = grid.cells()
    assert "property:customfields.SOURCE_NO" in cells
    assert "property:TRX_TOTALENTERED" not in cells, "the legacy function takes no other fields"
    saved = grid.save(
        **{
            "property:customfields.SOURCE_NO": "reference",
            "property:invoiceitems.lineitem.customfields.ITEM_COPY": "attribute.item",
        }
    )
    assert "Saved" in saved.text

    record = posted(sales_invoice(), "ARINVOICE")

    assert record["SOURCE_NO"] == "PO 4711"
    assert [one["ITEM_COPY"] for one in sandbox.objects("ARINVOICEITEM") if "ITEM_COPY" in one] == ["ITEM-1"]


def test_a_field_of_a_line_is_cleared_and_a_dimension_comes_by_an_expression(
    admin: Client, sandbox: SandboxProcess, posted: Callable[..., dict[str, Any]]
) -> None:
    at = "APBILLITEMS.APBILLITEM."
    saved = MappingPage(admin, "APBILL").save(
        **{
            f"property:{at}DEPARTMENTID": "",
            f"property:{at}ENTRYDESCRIPTION": "",
            f"constant:{at}ENTRYDESCRIPTION": '=concat(description, " / ", dimensionDepartment)',
        }
    )
    assert "Saved" in saved.text
    posted(purchase_invoice(), "APBILL")
    line = sandbox.objects("APBILLITEM")[-1]
    assert line["ENTRYDESCRIPTION"] == "Paper / ADMIN"
    assert not line.get("DEPARTMENTID")


@pytest.mark.parametrize(
    ("object_name", "path"),
    [
        pytest.param("GLBATCH", "BATCH_DATE", id="the date"),
        pytest.param("GLBATCH", "DMO_POSTING_KEY", id="the posting key"),
        pytest.param("GLBATCH", "ENTRIES.GLENTRY.TRX_AMOUNT", id="an amount"),
        pytest.param("GLBATCH", "ENTRIES.GLENTRY.CURRENCY", id="the currency of an amount"),
        pytest.param("APBILL", "EXCHANGE_RATE", id="the exchange rate"),
        pytest.param("APBILL", "APBILLITEMS.APBILLITEM.TAXENTRIES.TAXENTRY.TRX_TAX", id="a tax amount"),
        pytest.param("ARINVOICE", "description", id="the text that carries the key"),
    ],
)
def test_what_decides_the_amounts_or_how_it_is_found_again_has_no_cell(
    object_name: str, path: str, admin: Client
) -> None:
    grid = MappingPage(admin, object_name)
    assert any(row.path == path for row in admin.get(grid.address).context["rows"]), "it is shown all the same"
    assert f"property:{path}" not in grid.cells()
    grid.save(**{f"constant:{path}": "1"})
    grid.mapping.refresh_from_db()
    assert grid.mapping.revision == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"property:DOCNUMBER": "account"}, "is no property of AP bill"),
        ({"property:APBILLITEMS.APBILLITEM.ITEMID": "dueDate"}, "is no property of a line of AP bill"),
        ({"constant:DOCNUMBER": "=account"}, "is not known"),
        ({"direction": "not"}, "can be: Outbound."),
    ],
)
def test_what_could_not_work_is_refused(changes: dict[str, str], words: str, admin: Client) -> None:
    assert words in MappingPage(admin, "APBILL").save(**changes).text


def test_a_document_that_no_longer_fits_is_refused_when_it_is_submitted(
    admin: Client, company: Company, connection: IntacctConfiguration, client_of: Callable[..., APIClient]
) -> None:
    MappingPage(admin, "APBILL").save(**{"property:DOCNUMBER": "", "constant:DOCNUMBER": "=1 / 0"})
    answer = client_of(company).post("/api/v1/postings/preview/", purchase_invoice())
    assert answer.status_code == 422
    assert "DOCNUMBER" in answer.json()["errors"][0]["detail"]
